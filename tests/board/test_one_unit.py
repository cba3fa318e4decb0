"""One unit for the board: its crew, position and battery, its incidents of today, and its trail of the last hour."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from meteor.board import one_unit as units
from meteor.board.one_unit import trail
from meteor.dispatch import rules as dispatch
from meteor.store.database import db
from meteor.store.moments import WIB, now
from meteor.trackers.models import Tracker, TrackerFix
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import in_danger, on_duty, open_assignment, report
from tests.trackers.phones import Phone

AsUser = Callable[[str], Browser]
PAGE = "/board/units/TRAIL-01"


@pytest.fixture
def phone(app: Flask, cast: Cast) -> Phone:
    return Phone(app, cast, "TRAIL-01")


def way(tracker_id: int, *minutes_ago: float, at: datetime) -> None:
    """Fixes of a tracker, each as far north as it is old."""
    for ago in minutes_ago:
        fix = TrackerFix(
            tracker_id=tracker_id, at=at - timedelta(minutes=ago), latitude=HOME[0] + ago / 1000, longitude=HOME[1]
        )
        db.session.add(fix)
    db.session.commit()


def shown(as_user: AsUser, who: str = "komang") -> str:
    return as_user(who).get(PAGE).text


def trails(page: str) -> list[str]:
    return re.findall(r'data-trail="([^"]*)"', page)


def test_it_shows_crew_with_their_phones_agency_kind_and_capabilities(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    page = shown(as_user)
    for words in ("Agus Santoso", 'href="tel:+6281330000006"', "Polres Probolinggo Kota", "Sepeda motor", "patrol"):
        assert words in page


def test_of_an_officer_in_danger_the_page_says_so_in_place_of_free(as_user: AsUser, cast: Cast) -> None:
    trail = on_duty(cast, "agus", "TRAIL-01")
    assert "Siap" in shown(as_user)
    in_danger(cast, trail)
    trail.status = "available"
    db.session.commit()
    page = shown(as_user)
    assert 'data-label="TRAIL-01: petugas dalam bahaya"' in page
    assert re.search(r'class="badge danger"><svg[^>]*>.*?</svg>Petugas dalam bahaya', page)
    assert "Siap" not in page


def test_it_shows_position_age_accuracy_source_and_battery(as_user: AsUser, cast: Cast, phone: Phone) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    assert phone.owntracks(100, batt=64).status_code == 200
    page = shown(as_user)
    assert "baterai 64 %" in page
    assert "pelacak" in page
    assert re.search(r"akurasi ±\d+ m", page)


def test_a_unit_at_its_base_says_so(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    assert "di posnya, Pos TRAIL-01" in shown(as_user)


@pytest.mark.both_databases
def test_the_trail_is_that_of_the_last_hour_oldest_first(cast: Cast, phone: Phone) -> None:
    at = now()
    way(phone.id, 61, 59, 30, 0, at=at)
    way(Phone(phone.http.application, cast, "TRAIL-02").id, 20, at=at)
    assert [round((latitude - HOME[0]) * 1000) for latitude, _ in trail(cast.unit("TRAIL-01").id, at)] == [59, 30, 0]


def test_a_long_trail_is_thinned_and_keeps_both_ends(cast: Cast, phone: Phone) -> None:
    at = now()
    way(phone.id, *(number / 10 for number in range(599)), at=at)
    points = trail(cast.unit("TRAIL-01").id, at)
    assert len(points) == units.POINTS
    assert [round((latitude - HOME[0]) * 10_000) for latitude, _ in (points[0], points[-1])] == [598, 0]
    assert len(set(points)) == units.POINTS


def test_the_page_carries_the_trail_for_the_map(as_user: AsUser, cast: Cast, phone: Phone) -> None:
    assert trails(shown(as_user)) == []
    way(phone.id, 2, 1, at=now())
    assert trails(shown(as_user)) == ["-7.73170,113.21660 -7.73270,113.21660"]


def test_a_tracker_that_was_withdrawn_still_says_where_the_unit_was(cast: Cast, phone: Phone) -> None:
    way(phone.id, 2, at=now())
    db.session.get_one(Tracker, phone.id).withdrawn_at = now()
    db.session.commit()
    assert len(trail(cast.unit("TRAIL-01").id, now())) == 1


def test_its_incidents_of_today_stand_there_with_their_times(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.commit()
    page = shown(as_user)
    assert f"{incident.number} Darurat" in page
    assert "diterima" in page


def test_an_incident_of_yesterday_does_not(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    assignment = open_assignment("TRAIL-01")
    dispatch.accept(assignment, now(), cast.agus)
    midnight = now().astimezone(WIB).replace(hour=0, minute=0, second=0, microsecond=0)
    assignment.ended_at = midnight
    db.session.commit()
    assert incident.number in shown(as_user)
    assignment.ended_at = midnight - timedelta(seconds=1)
    db.session.commit()
    assert incident.number not in shown(as_user)


@pytest.mark.parametrize("who", ["komang", "hadi", "yusuf"])
def test_the_command_and_the_chief_read_it(as_user: AsUser, cast: Cast, who: str) -> None:
    assert as_user(who).get(PAGE).status_code == 200


@pytest.mark.parametrize("who", ["sari", "endang", "agus", "maya", "tuti", "toko"])
def test_nobody_else_does(as_user: AsUser, cast: Cast, who: str) -> None:
    assert as_user(who).get(PAGE).status_code == 403


def test_of_an_unknown_unit_and_one_out_of_service_there_is_no_page(as_user: AsUser, cast: Cast) -> None:
    assert as_user("komang").get("/board/units/TRAIL-99").status_code == 404
    cast.unit("TRAIL-01").in_service = False
    db.session.commit()
    assert as_user("komang").get(PAGE).status_code == 404


def test_an_accuracy_of_nothing_is_not_told(as_user: AsUser, cast: Cast, phone: Phone) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    phone.owntracks(100)
    unit.accuracy = 0.0
    db.session.commit()
    assert "akurasi" not in shown(as_user)


def test_each_time_of_an_assignment_says_what_it_is(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    assert re.search(r"<small>ditawarkan <time", shown(as_user))
