"""The page with all alarm panels: how each is in words, those that need somebody first."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from meteor.sas import supervision, testing
from meteor.sas.models import Panel, Zone
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.sas.scenes import alarm_types, panel_of, says, shop

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]


@pytest.fixture
def city(cast: Cast) -> dict[str, Panel]:
    """A panel in each state, by name; METEOR listens."""
    alarm_types(cast)
    at = now()
    hour = at - timedelta(hours=1)
    given = {
        "Apotek": {"heard_at": at, "active": False},
        "Bank": {"heard_at": at, "interval": 60},
        "Cafe": {},
        "Dealer": {"heard_at": hour, "trouble_at": hour},
        "Emas": {"heard_at": hour, "trouble_at": hour, "silent_at": hour},
        "Foto": {"heard_at": at},
    }
    made = {
        name: panel_of(shop(cast, name, users=()), f"A{number:03}", **values)
        for number, (name, values) in enumerate(given.items())
    }
    testing.begin_test(made["Foto"].premises, None, timedelta(minutes=30), "", at, cast.tuti)
    supervision.beat(at)
    db.session.commit()
    return made


def listed(page: str) -> list[str]:
    return re.findall(r'<th scope="row">.*?>(\w+)</a>', page)


def cells(page: str, name: str) -> str:
    """The words of the row about the premises called `name`."""
    row = next(part for part in page.split("<tr>") if f">{name}</a>" in part)
    return " ".join(re.sub("<[^>]+>", " ", row).split())


def test_those_that_need_somebody_come_first_and_each_says_how_it_is(as_user: AsUser, city: dict[str, Panel]) -> None:
    page = as_user("tuti").get("/admin/panels").text
    assert listed(page) == ["Emas", "Dealer", "Cafe", "Foto", "Bank", "Apotek"]
    for name, said in (
        ("Emas", "Tidak memberi kabar sejak"), ("Dealer", "Terlambat memberi kabar sejak"),
        ("Cafe", "Belum pernah terhubung"), ("Foto", "Dalam uji coba sampai"), ("Bank", "Terhubung"),
        ("Apotek", "Tidak aktif"),
    ):  # fmt: skip
        assert said in cells(page, name)
    assert "Tidak dipantau" in cells(page, "Foto")
    assert "Tidak dipantau" not in cells(page, "Bank") + cells(page, "Apotek")
    for panel in city.values():
        assert f'href="/admin/premises/{panel.premises_id}"' in page
        assert f'href="/admin/premises/{panel.premises_id}/panels/{panel.id}"' in page


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("silent", ["Emas"]), ("overdue", ["Dealer"]), ("never", ["Cafe"]), ("test", ["Foto"]),
        ("heard", ["Foto", "Bank"]), ("off", ["Apotek"]),
    ],
)  # fmt: skip
def test_it_is_narrowed_to_a_state_and_counts_them(
    as_user: AsUser, city: dict[str, Panel], state: str, names: list[str]
) -> None:
    page = as_user("tuti").get("/admin/panels", query_string={"state": state}).text
    assert listed(page) == names
    assert re.search(rf'<option value="{state}" selected>[^<(]+ \({len(names)}\)</option>', page)


def test_it_is_searched_by_premises_and_account(as_user: AsUser, city: dict[str, Panel]) -> None:
    tuti = as_user("tuti")
    assert listed(tuti.get("/admin/panels?q=deal").text) == ["Dealer"]
    assert listed(tuti.get("/admin/panels?q=a002").text) == ["Cafe"]
    assert listed(tuti.get("/admin/panels?sort=account").text)[0] == "Apotek"


def test_a_test_of_a_zone_stands_with_its_panel_alone(cast: Cast, as_user: AsUser, city: dict[str, Panel]) -> None:
    bank = city["Bank"]
    other = Panel(premises=bank.premises, account="B001", heard_at=now())
    other.zones = [Zone(number="001", name="Tombol direktur")]
    db.session.add(other)
    db.session.flush()
    testing.begin_test(bank.premises, other.zones[0], timedelta(minutes=30), "", now(), cast.tuti)
    page = as_user("tuti").get("/admin/panels?state=test").text
    assert listed(page) == ["Bank", "Foto"]
    assert "B001" in cells(page, "Bank")
    assert "Tombol direktur" in cells(page, "Bank")


def test_it_says_what_a_panel_said_last(as_user: AsUser, city: dict[str, Panel]) -> None:
    says(city["Bank"], "BA", now() - timedelta(minutes=2), "003")
    says(city["Bank"], "TA", now(), "002")
    row = cells(as_user("tuti").get("/admin/panels").text, "Bank")
    assert "Alarm sabotase · zona 002" in row
    assert "Pembobolan" not in row


def test_while_panels_are_not_heard_it_says_so(as_user: AsUser, city: dict[str, Panel]) -> None:
    words = "METEOR sedang tidak menerima sinyal panel"
    tuti = as_user("tuti")
    assert words not in tuti.get("/admin/panels").text
    supervision.beat(now() - 2 * supervision.PAUSE)
    db.session.commit()
    assert words in tuti.get("/admin/panels").text


def test_before_there_is_one_it_says_so(as_user: AsUser) -> None:
    assert "Belum ada panel" in as_user("tuti").get("/admin/panels").text


@pytest.mark.parametrize("username", ["komang", "hadi"])
def test_the_command_centre_reads_it_and_is_led_to_no_page_of_the_administrator(
    as_user: AsUser, city: dict[str, Panel], username: str
) -> None:
    page = as_user(username).get("/admin/panels").text
    assert "Emas" in page
    assert "/admin/premises" not in page
    assert 'href="/admin/panels"' in as_user(username).get("/sas/monitor").text


def test_the_administrators_way_there_is_by_the_premises(as_user: AsUser) -> None:
    assert 'href="/admin/panels"' in as_user("tuti").get("/admin/premises").text
    assert 'href="/admin/panels"' not in as_user("maya").get("/sas/monitor").text
