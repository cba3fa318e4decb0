"""Load: reports, noise, false alarms, busiest hours, repeat addresses, and how fast was answered."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.calls.models import Call
from meteor.clients.models import ApiClient
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Escalation, Incident
from meteor.premises.models import Premises
from meteor.statistics.load_page import TABLES
from meteor.statistics.load_statistics import Load
from meteor.statistics.repeat_places import repeat_places
from meteor.store.database import db
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.premises.places import shop
from tests.statistics.closed_incidents import MARCH, closed

AsUser = Callable[[str], Browser]

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SPRING = Load([date(2026, month, 1) for month in (1, 2, 3, 4)], datetime(2026, 4, 15, tzinfo=UTC))
"""January to April, looked at in the middle of April."""


def alert(incident: Incident, source: str = "panic", **values: Any) -> None:
    """A report of an incident."""
    given = {"id": uuid4(), "kind": "other", "place_source": "none", "received_at": incident.opened_at}
    db.session.add(Alert(source=source, incident_id=incident.id, **given | values))
    db.session.flush()


def call(waited: float | None, as_: str | None = None, at: datetime = MARCH, **values: Any) -> None:
    """A call of the exchange that was answered after so many seconds; never if None."""
    exchange = db.session.scalars(select(ApiClient)).first() or ApiClient(name="Sentral 112", scopes=[])
    db.session.add(exchange)
    db.session.flush()
    status = "abandoned" if waited is None else "ended"
    answered = None if waited is None else at + waited * SECOND
    given = {"status": status, "answered_at": answered, "classified_as": as_, "received_at": at, "announced_at": at}
    db.session.add(Call(client_id=exchange.id, reference=str(uuid4()), **given | values))
    db.session.flush()


def offer(cast: Cast, call_sign: str, status: str, **values: Any) -> None:
    """An offer of an incident of March that ended so."""
    unit, incident = cast.unit(call_sign), closed()
    given = {"capability": "patrol", "offered_at": MARCH, "expires_at": MARCH + 30 * SECOND, "ended_at": MARCH}
    db.session.add(Assignment(incident_id=incident.id, unit_id=unit.id, status=status, **given | values))
    db.session.flush()


def heard(incident: Incident, seconds: float | None, by: User | None = None) -> None:
    """An alarm of the incident that was acknowledged after so many seconds; never if None."""
    at = None if seconds is None else MARCH + seconds * SECOND
    db.session.add(
        Escalation(incident_id=incident.id, began_at=MARCH, acknowledged_at=at, acknowledged_by_id=by and by.id)
    )
    db.session.flush()


def rows(name: str, load: Load = SPRING) -> dict[Any, list[Any]]:
    """A table's cells, by its first column without the mark of a part. A fresh load: it keeps what it has read."""
    return {row[0].partition(" (")[0]: list(row[1:]) for row in TABLES[name](replace(load)).rows}


@pytest.fixture(autouse=True)
def in_indonesian(app: Flask) -> Any:
    with app.test_request_context():
        yield


@pytest.mark.both_databases
def test_reports_are_counted_by_channel_in_the_month_of_their_incident(cast: Cast) -> None:
    incident = closed()
    alert(incident)
    alert(incident, "call")
    alert(incident, "call", repeat=True)
    alert(closed(at=datetime(2026, 3, 31, 17, tzinfo=UTC)), "sas")  # April in WIB
    alert(closed(drill=True))
    assert rows("channels") == {
        "Jan 2026": [None] * 7, "Feb 2026": [None] * 7,
        "Mar 2026": [1, 0, 1, 0, 0, 0, 2], "Apr 2026": [0, 1, 0, 0, 0, 0, 1],
    }  # fmt: skip


def test_a_month_that_has_not_come_has_no_number(cast: Cast) -> None:
    alert(closed())
    later = Load([date(2026, 3, 1), date(2026, 5, 1)], SPRING.at)
    assert rows("channels", later)["Mei 2026"] == [None] * 7


@pytest.mark.both_databases
def test_noise_are_pranks_silent_and_dropped_calls_and_blocked_numbers(app: Flask) -> None:
    for as_ in ("prank", "ghost", "ghost", "dropped", "normal", "test"):
        call(3, as_)
    call(None, status="blocked")
    call(None)
    assert rows("noise")["Mar 2026"] == [7, 1, 2, 1, 1, 71.4]
    assert rows("noise")["Feb 2026"] == [None] * 6
    assert rows("noise")["Apr 2026"] == [0, 0, 0, 0, 0, None]


def test_a_month_that_is_not_over_or_in_which_counting_began_is_marked(app: Flask) -> None:
    call(3, at=MARCH)
    names = [row[0] for row in TABLES["answers"](SPRING).rows]
    assert names == ["Jan 2026", "Feb 2026", "Mar 2026 (sebagian)", "Apr 2026 (sebagian)"]


@pytest.mark.both_databases
def test_answering_times_are_those_of_the_112_room(app: Flask) -> None:
    for waited in (4, 9.5, 12, 20, None):
        call(waited)
    call(None, status="blocked")
    call(3, "test")
    assert rows("answers")["Mar 2026"] == [5, 1, 40.0, 60.0, 10, 20]


@pytest.mark.both_databases
def test_alarms_are_acknowledged_within_ten_seconds_or_not(cast: Cast) -> None:
    for seconds in (4, 10, 11, None):
        heard(closed(), seconds, cast.komang)
    heard(closed(drill=True), None)
    assert rows("alarms")["Mar 2026"] == [4, 2, 50.0, 1]


def test_a_closure_is_no_acknowledgement_nor_is_a_merged_alarm_another_one(cast: Cast) -> None:
    heard(closed(), 8)  # by METEOR, as its reporter took it back
    heard(closed(closed_at=MARCH + 8 * SECOND), 8, cast.komang)
    heard(closed(merged_into_id=closed().id), 8, cast.komang)
    assert rows("alarms")["Mar 2026"] == [2, 0, 0.0, 2]


def test_a_percentage_is_rounded_down(cast: Cast) -> None:
    for number in range(3):
        heard(closed(), 2 if number else 30, cast.komang)
    assert rows("alarms")["Mar 2026"][2] == 66.6


@pytest.mark.both_databases
def test_the_busiest_hours_are_in_the_citys_time(cast: Cast) -> None:
    closed(at=datetime(2026, 3, 8, 17, 30, tzinfo=UTC))  # Monday, half past midnight
    closed(merged_into_id=closed().id)
    assert rows("hours")["Senin"] == [1] + [0] * 23
    assert rows("hours")["Selasa"][12] == 1


@pytest.mark.both_databases
def test_premises_with_most_false_alarms_are_first(cast: Cast) -> None:
    bank, gold = shop(name="Bank Alun-Alun"), shop(name="Toko Emas Semeru")
    for premises, count in ((bank, 1), (gold, 3)):
        for _ in range(count):
            closed("other", "false_alarm", premises_id=premises.id)
    closed("other", "helped", premises_id=bank.id)
    assert isinstance(bank, Premises)
    assert list(rows("false-alarms").items()) == [
        ("Toko Emas Semeru", [3, pytest.approx(2.5, abs=0.1)]),  # since March 10th
        ("Bank Alun-Alun", [1, pytest.approx(0.8, abs=0.1)]),
    ]


@pytest.mark.both_databases
def test_offers_that_a_unit_did_not_answer_are_counted_by_unit(cast: Cast) -> None:
    for status in ("expired", "cleared", "declined"):
        offer(cast, "TRAIL-01", status)
    offer(cast, "DAMKAR-01", "cleared")
    offer(cast, "DAMKAR-01", "cleared", added_by_id=cast.komang.id)
    assert list(rows("offers").items()) == [("TRAIL-01", [3, 1, 33.3]), ("DAMKAR-01", [1, 0, 0.0])]


@pytest.mark.both_databases
def test_offers_that_a_unit_did_not_answer_are_counted_by_the_hour_in_the_city(cast: Cast) -> None:
    almost_midnight = datetime(2026, 3, 31, 16, 59, 59, 999_000, tzinfo=UTC)
    offer(cast, "TRAIL-01", "expired", offered_at=almost_midnight)
    offer(cast, "TRAIL-02", "cleared", offered_at=almost_midnight)
    offer(cast, "TRAIL-01", "expired", offered_at=almost_midnight + timedelta(milliseconds=1))
    offer(cast, "TRAIL-01", "cleared", added_by_id=cast.komang.id)
    found = rows("offers-by-hour")
    assert len(found) == 24
    assert {hour: cells for hour, cells in found.items() if cells[0]} == {"23–24": [2, 1, 50.0], "00–01": [1, 1, 100.0]}
    assert found["12–13"] == [0, 0, None]


def at_home(days: int = 0, **values: Any) -> Incident:
    """An incident near Sari's door, so many days before March 10th."""
    return closed(at=MARCH - days * DAY, latitude=HOME[0], longitude=HOME[1], **{"accuracy": 20.0, **values})


@pytest.mark.both_databases
def test_a_place_with_three_incidents_in_ninety_days_is_a_repeat_address(cast: Cast) -> None:
    end = MARCH + DAY
    at_home(), at_home(5, outcome="prank")
    at_home(outcome="duplicate"), at_home(drill=True), at_home(95)
    closed(latitude=HOME[0] + 0.002, longitude=HOME[1])
    at_home(accuracy=900.0), at_home(accuracy=None)
    assert repeat_places(end) == []
    latest = at_home(outcome=None, status="open")
    assert [(each.incidents, each.latest.number) for each in repeat_places(end)] == [(3, latest.number)]


def test_the_alarms_of_premises_are_one_place_wherever_they_were_raised(cast: Cast) -> None:
    premises = shop()
    for step in range(3):
        closed(latitude=HOME[0] + step / 100, longitude=HOME[1], premises_id=premises.id)
    assert rows("places")[premises.name] == [3, *rows("places")[premises.name][1:]]


@pytest.mark.parametrize(("username", "welcome"), [("komang", True), ("hadi", True), ("yusuf", False), ("tuti", False)])
def test_only_those_who_direct_units_see_repeat_addresses(as_user: AsUser, username: str, welcome: bool) -> None:
    page = as_user(username).get("/statistics/load")
    assert page.status_code == 200
    assert ("Lokasi dengan tiga kejadian" in page.text) is welcome
    file = as_user(username).get("/statistics/load/places.csv")
    assert file.status_code == (200 if welcome else 404)


@pytest.mark.parametrize("name", TABLES)
def test_each_table_is_a_file_with_what_the_page_shows(cast: Cast, as_user: AsUser, name: str) -> None:
    alert(closed())
    call(3, "prank")
    file = as_user("komang").get(f"/statistics/load/{name}.csv?since=2026-03&until=2026-04")
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    lines = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert len({len(line) for line in lines}) == 1
    if name == "noise":
        assert lines[1] == ["Mar 2026 (sebagian)", "1", "1", "0", "0", "0", "100,0"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-13", "Dari bulan: Isi bulan, misalnya 2026-11."),
        ("since=", "Dari bulan: Isi bulan, misalnya 2026-11."),
        ("until=Maret", "Sampai bulan: Isi bulan, misalnya 2026-11."),
        ("since=2026-05&until=2026-04", "Sampai bulan: Bulan terakhir lebih awal daripada bulan pertama."),
        ("since=2022-01&until=2025-01", "Sampai bulan: Pilih paling banyak 36 bulan."),
    ],
)
def test_a_month_that_cannot_be_read_is_named_beside_its_field(as_user: AsUser, query: str, said: str) -> None:
    page = as_user("yusuf").get(f"/statistics/load?{query}")
    assert page.status_code == 422
    assert said in page.text
    file = as_user("yusuf").get(f"/statistics/load/noise.csv?{query}")
    assert (file.status_code, said in file.text) == (422, True)


def test_without_a_month_in_the_address_the_last_twelve_are_shown(as_user: AsUser) -> None:
    page = as_user("yusuf").get("/statistics/load?since=2022-01&until=2024-12")
    assert page.status_code == 200
    assert as_user("yusuf").get("/statistics/load").text.count('<th scope="row">') == 12 * 5 + 7 + 24


def test_a_table_without_rows_says_that_there_are_none(as_user: AsUser) -> None:
    page = as_user("yusuf").get("/statistics/load").text
    assert re.search(r'<td colspan="\d">Tidak ada</td>', page)
