"""What the figures count stands in words beside them."""

from collections.abc import Callable, Collection
from html import unescape

import pytest

from meteor.statistics.crime_statistics import TABLES as CRIME_TABLES
from meteor.statistics.load_page import TABLES as LOAD_TABLES
from meteor.statistics.table_rules import RULES
from meteor.statistics.views.monthly_report import TABLES as REPORT_TABLES
from meteor.store.database import db
from tests.cast import Cast
from tests.conftest import Browser
from tests.statistics.test_monthly_report import reached
from tests.statistics.test_public_figures import happened

AsUser = Callable[[str], Browser]


@pytest.mark.parametrize(
    ("address", "tables"),
    [
        ("/statistics/crime", CRIME_TABLES),
        ("/statistics/load", LOAD_TABLES),
        ("/statistics/report?month=2026-03", REPORT_TABLES),
    ],
)
def test_the_rule_of_each_table_stands_on_its_page(
    as_user: AsUser, cast: Cast, address: str, tables: Collection[str]
) -> None:
    reached(100)
    db.session.commit()
    browser = as_user("komang")
    page = unescape(browser.get(address).text)
    with browser.application.test_request_context():
        assert [name for name in tables if f'<p class="hint">{RULES[name]}</p>' not in page] == []


def test_no_rule_is_without_a_table() -> None:
    assert set(RULES) == {*CRIME_TABLES, *LOAD_TABLES, *REPORT_TABLES}


def test_p50_and_p90_are_explained_beside_the_response_times(as_user: AsUser, cast: Cast) -> None:
    happened(cast, "2026-10", None, [100.0] * 12)
    page = as_user("komang").get("/statistics?since=2026-10&until=2026-10").text
    assert page.index("</table>") < page.index("P50 dan P90 adalah waktu terkecil") < page.index('id="on-scene-title"')


def test_p50_and_p90_are_explained_above_the_public_table(as_user: AsUser, cast: Cast) -> None:
    happened(cast, "2026-10", None, [100.0] * 12)
    page = as_user("sari").get("/statistics/public?since=2026-10&until=2026-10").text
    assert page.index('id="in-time-title"') < page.index("P50 dan P90 adalah waktu yang") < page.index("<caption>")
