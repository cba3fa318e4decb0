"""The monthly report: which month, what it is compared with, and what it says of months that are not complete."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from meteor.incidents.models import Incident
from meteor.statistics.crime_models import CrimeFigure
from meteor.statistics.load_forms import MonthForm
from meteor.statistics.models import ResponseTimes
from meteor.statistics.monthly_report import MOST_PREMISES, MOST_UNITS, MonthlyReport
from meteor.statistics.views.monthly_report import TABLES
from meteor.store.database import db
from meteor.store.moments import WIB, midnight, today
from tests.cast import Cast
from tests.conftest import Browser
from tests.premises.places import shop
from tests.statistics.closed_incidents import MARCH, closed
from tests.statistics.test_load import offer

AsUser = Callable[[str], Browser]

APRIL = midnight(date(2026, 4, 1))
SECOND = timedelta(seconds=1)


def report(month: date = date(2026, 3, 1), at: datetime = APRIL) -> MonthlyReport:
    return MonthlyReport(month, at, lambda dimension: str)


def reached(seconds: float | None, at: datetime = MARCH, **values: Any) -> Incident:
    """A closed incident that the first unit reached after so many seconds; none did if None."""
    incident = closed(at=at, **values)
    here = at.astimezone(WIB)
    db.session.add(ResponseTimes(
        incident_id=incident.id, segment=1, month=f"{here:%Y-%m}", day=here.date().isoformat(), hour=here.hour,
        type_id=incident.type.id, priority=incident.priority, source="panic", received_at=at,
        on_scene_after=seconds, closed_after=1800.0,
    ))  # fmt: skip
    db.session.flush()
    return incident


@pytest.fixture(autouse=True)
def in_indonesian(app: Flask) -> Any:
    with app.test_request_context():
        yield


@pytest.mark.parametrize(("day", "month"), [((2026, 12, 1), "2026-11"), ((2027, 1, 31), "2026-12")])
def test_the_last_complete_month_is_shown_from_the_first_of_the_month_on(day: Any, month: str) -> None:
    form = MonthForm(MultiDict(), date(*day))
    assert form.validate()
    assert form.month.data == month


def test_a_month_is_complete_from_midnight_in_the_city_on(cast: Cast) -> None:
    assert report(at=APRIL).is_over
    assert not report(at=APRIL - SECOND).is_over


def test_the_month_stands_below_the_month_before_and_the_same_month_of_last_year(cast: Cast) -> None:
    for seconds in (100, 200, 250, None):
        reached(seconds)
    reached(60, at=MARCH - timedelta(days=365))
    reached(1000, at=MARCH - timedelta(days=28))
    assert report().headline().rows == [
        ["Mar 2025 (sebagian)", 1, 100, 100, None, None],
        ["Feb 2026", 1, 0, 0, None, None],
        ["Mar 2026", 4, 25, 75, None, None],
    ]


def test_a_month_before_the_first_incident_is_blank_and_one_without_an_incident_is_0(cast: Cast) -> None:
    reached(100, at=MARCH - timedelta(days=60))
    rows = report().headline().rows
    assert [row[1:] for row in rows] == [[None] * 5, [0, *[None] * 4], [0, *[None] * 4]]
    assert report().total.segments == 0


def test_a_month_has_figures_from_its_first_hour_in_the_city_on(cast: Cast) -> None:
    reached(100)
    reached(100, at=APRIL)
    assert report(date(2026, 4, 1), (APRIL + timedelta(hours=1)).astimezone(UTC)).headline().rows[-1][1] == 1


def test_half_of_the_units_there_at_once_is_0_seconds(cast: Cast) -> None:
    for _ in range(20):
        reached(0.0)
    assert report().headline().rows[-1][4] == "0 dtk"


def test_the_month_in_which_meteor_began_is_not_complete(cast: Cast) -> None:
    reached(100)
    assert report().began_within
    assert not report(date(2026, 4, 1)).began_within


def test_arrivals_are_of_the_month_alone_by_agency_kelurahan_and_type(cast: Cast) -> None:
    incident = reached(100)
    reached(100, at=MARCH - timedelta(days=28))
    for dimension, key in (("agency", incident.type.agency_id), ("kelurahan", None), ("type", incident.type.id)):
        assert report().by(dimension).rows == [[str(key), 1, 100, None, None]]


def test_false_alarms_are_counted_and_five_premises_are_named(cast: Cast) -> None:
    places = [shop(name=f"Toko {letter}") for letter in "ABCDEF"]
    for number, place in enumerate(places, start=1):
        for _ in range(number):
            closed("other", "false_alarm", premises_id=place.id)
    closed("other", "false_alarm")
    closed("other", "false_alarm", drill=True)
    closed("other", "false_alarm", merged_into_id=closed().id)
    assert report().false_alarms().rows[-1] == ["Mar 2026 (sebagian)", 22, 21]
    named = [row[0] for row in report().premises().rows]
    assert named == ["Toko F", "Toko E", "Toko D", "Toko C", "Toko B"]
    assert len(named) == MOST_PREMISES


def test_offers_are_summed_and_units_that_answered_all_are_not_named(cast: Cast) -> None:
    for status in ("expired", "cleared"):
        offer(cast, "TRAIL-01", status)
    offer(cast, "DAMKAR-01", "cleared")
    assert report().offers().rows == [["Semua unit", 3, 1, 33.3], ["TRAIL-01", 2, 1, 50.0]]
    assert MOST_UNITS == 5


def test_crime_has_the_polices_figure_where_it_was_imported_and_our_own_count_beside_it(cast: Cast) -> None:
    closed("crime")
    closed("crime", "prank")
    db.session.add(CrimeFigure(year=2026, month=3, cases=7, source="Polres"))
    db.session.flush()
    assert report().crime().rows == [
        ["Mar 2025", None, None, None], ["Feb 2026", None, None, None], ["Mar 2026 (sebagian)", 7, 1, "Polres"],
    ]  # fmt: skip


def test_charts_have_thirteen_months_with_gaps_and_a_table_beside_them(cast: Cast) -> None:
    reached(100)
    shares = report().charts()["shares"]
    assert shares.labels[0].text == "Mar 25"
    assert [len(run) for runs in shares.runs for run in runs] == [1, 1]
    months = report().arrivals().rows
    assert [row[0] for row in (months[0], months[-2], months[-1])] == ["Mar 2025", "Feb 2026", "Mar 2026 (sebagian)"]
    assert [row[1] for row in months] == [*[None] * 12, 1]


@pytest.mark.parametrize("name", TABLES)
def test_each_table_is_a_file_with_what_the_page_shows(as_user: AsUser, cast: Cast, name: str) -> None:
    reached(100)
    db.session.commit()
    address = f"/statistics/report/{name}.csv?month=2026-03"
    assert f'href="{address}"' in as_user("yusuf").get("/statistics/report?month=2026-03").text
    file = as_user("yusuf").get(address)
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    assert f"laporan-{name}-2026-03.csv" in file.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert len({len(line) for line in lines}) == 1
    if name == "headline":
        assert lines[-1] == ["Mar 2026 (sebagian)", "1", "100", "100", "", ""]


@pytest.mark.parametrize("who", ["komang", "hadi", "yusuf"])
def test_the_page_of_this_month_says_that_it_is_not_over(as_user: AsUser, who: str) -> None:
    page = as_user(who).get(f"/statistics/report?month={today():%Y-%m}")
    assert page.status_code == 200
    assert "Belum lengkap: bulan ini belum berakhir." in page.text
    assert "Belum ada kejadian di METEOR." in page.text
    assert "Belum lengkap" not in as_user(who).get("/statistics/report").text


def test_of_a_month_before_meteor_began_the_page_counts_nothing(as_user: AsUser, cast: Cast) -> None:
    reached(100)
    db.session.commit()
    page = as_user("yusuf").get("/statistics/report?month=2025-01").text
    assert "METEOR tidak memiliki data bulan ini" in page
    assert "Semua unit" not in page
    assert "Tidak ada unit" not in page


def test_a_month_without_an_incident_says_so(as_user: AsUser, cast: Cast) -> None:
    reached(100, at=MARCH - timedelta(days=60))
    db.session.commit()
    page = as_user("yusuf").get("/statistics/report?month=2026-03").text
    assert "Tidak ada kejadian." in page
    assert "Internal, bukan untuk dipublikasikan" in page
    assert "METEOR tidak memiliki data bulan ini" not in page
    assert "Tidak ada unit" not in page


def test_response_times_lead_to_the_report_and_the_administrator_finds_no_link(as_user: AsUser) -> None:
    assert 'href="/statistics/report"' in as_user("yusuf").get("/statistics").text
    assert 'href="/statistics/report"' not in as_user("tuti").get("/statistics/load").text


@pytest.mark.parametrize(
    ("month", "said"),
    [("2026-13", "Isi bulan, misalnya 2026-11."), ("", "Isi bulan"), ("2099-01", "Bulan ini belum dimulai.")],
)
def test_a_month_that_cannot_be_shown_is_refused_in_words(as_user: AsUser, month: str, said: str) -> None:
    page = as_user("yusuf").get(f"/statistics/report?month={month}")
    file = as_user("yusuf").get(f"/statistics/report/crime.csv?month={month}")
    assert (page.status_code, file.status_code) == (422, 422)
    assert said in page.text
    assert said in file.text
