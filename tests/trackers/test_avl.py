"""Trails of trackers and positions of units: what is dropped and counted, dead zones, wrong clocks, small moves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from meteor.agencies import avl as crews
from meteor.agencies import positions
from meteor.agencies import rules as agencies
from meteor.agencies.duty_status import duty_version
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.models import Quota
from meteor.store.moments import now
from meteor.trackers import clock
from meteor.trackers.jobs import AT_ONCE, KEPT, forget_trails
from meteor.trackers.limits import FIXES
from meteor.trackers.models import DroppedFixes, TrackerFix
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import on_duty
from tests.trackers.phones import METRE, Phone

AsUser = Callable[[str], Browser]


def seconds(number: float) -> datetime:
    """So many seconds from now, as a whole second."""
    return (now() + timedelta(seconds=number)).replace(microsecond=0)


def trail(phone: Phone) -> list[int]:
    """The points of a trail in the order of their moments, in metres north of Sari's door."""
    db.session.rollback()
    latitudes = select(TrackerFix.latitude).where(TrackerFix.tracker_id == phone.id).order_by(TrackerFix.at)
    return [round((latitude - HOME[0]) / METRE) for latitude in db.session.scalars(latitudes)]


# --- what is dropped and counted ---


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("reason", "north", "when", "extras"),
    [
        ("future", 40, 120, {}),
        ("old", 40, -8 * 24 * 3600, {}),
        ("inaccurate", 40, 5, {"acc": 501}),
        ("impossible", 800, 5, {}),
        ("repeated", 40, 0, {}),
        ("nowhere", 0, 5, {"lat": 0, "lon": 0}),
    ],
)
def test_a_fix_that_cannot_be_true_is_answered_dropped_and_counted(
    phone: Phone, reason: str, north: int, when: float, extras: dict[str, Any]
) -> None:
    began = seconds(0)
    phone.owntracks(0, began)
    for _ in range(2):
        assert phone.owntracks(north, began + timedelta(seconds=when), **extras).status_code == 200
    assert phone.dropped == {reason: 2}
    assert (phone.north, trail(phone)) == (0, [0])


def test_a_mocked_fix_is_dropped_and_counted(phone: Phone) -> None:
    phone.traccar(40, mock=True)
    phone.osmand(40, mock="true")
    assert (phone.north, phone.dropped) == (None, {"mocked": 2})


@pytest.mark.parametrize(
    ("north", "when", "extras"),
    [
        (40, 59, {}),
        (40, 5, {"acc": 500}),
        (366, 5, {}),
        (800, 5, {"acc": 450}),
        (50_000, 61, {}),
        (40, 5, {"acc": None}),
    ],
)
def test_a_fix_that_may_be_true_is_kept(phone: Phone, north: int, when: float, extras: dict[str, Any]) -> None:
    began = seconds(-70)
    phone.owntracks(0, began)
    phone.owntracks(north, began + timedelta(seconds=when), **extras)
    assert (phone.dropped, phone.north) == ({}, north)


def test_a_late_fix_is_judged_by_the_one_before_it_and_repeated_only_once(phone: Phone) -> None:
    began = seconds(-100)
    phone.owntracks(0, began)
    phone.owntracks(400, seconds(0))
    for north in (5000, 100, 100):
        phone.owntracks(north, began + timedelta(seconds=10))
    assert (phone.dropped, trail(phone), phone.north) == ({"impossible": 1, "repeated": 1}, [0, 100, 400], 400)


def test_counts_are_kept_for_each_device_and_hour(phone: Phone, app: Flask, cast: Cast) -> None:
    other = Phone(app, cast, "TRAIL-02")
    for each in (phone, phone, other):
        each.owntracks(acc=9000)
    assert (phone.dropped, other.dropped) == ({"inaccurate": 2}, {"inaccurate": 1})
    hours = db.session.scalars(select(DroppedFixes.hour)).all()
    assert {(hour.minute, hour.second, hour.microsecond) for hour in hours} == {(0, 0, 0)}


# --- dead zones ---


@pytest.mark.both_databases
def test_a_batch_after_a_dead_zone_is_stored_in_order_and_moves_nothing_backwards(phone: Phone) -> None:
    newest = seconds(0)
    phone.owntracks(1000, newest)
    for north in (300, 100, 200):  # ten metres a second, in no order
        phone.owntracks(north, newest - timedelta(seconds=(1000 - north) / 10))
        assert (phone.north, phone.tracker.fix_at) == (1000, newest)
    assert trail(phone) == [100, 200, 300, 1000]
    assert phone.dropped == {}


def test_a_batch_in_order_ends_where_the_unit_is(phone: Phone) -> None:
    phone.drive(seconds(-3600), 3600, every=60)
    assert (len(trail(phone)), phone.north) == (60, 59 * 600)
    assert trail(phone) == sorted(trail(phone))


def test_a_batch_that_is_sent_again_adds_nothing(phone: Phone) -> None:
    began = seconds(-100)
    phone.drive(began, 100)
    before = trail(phone)
    phone.drive(began, 100)
    assert trail(phone) == before
    assert phone.north == 950


# --- trails ---


def test_a_trail_is_thinned_while_the_unit_stands_and_follows_every_turn(phone: Phone) -> None:
    began = seconds(-200)
    phone.drive(began, 120, speed=0)
    assert trail(phone) == [0, 0]
    phone.drive(began + timedelta(seconds=120), 20, speed=3)  # 15 m in 5 s
    assert trail(phone) == [0, 0, 0, 30]


def test_beyond_a_days_limit_the_unit_moves_and_its_trail_has_a_gap(phone: Phone) -> None:
    day = now().astimezone(quotas.WIB).date()
    db.session.merge(Quota(owner=f"tracker:{phone.id}", name=FIXES.name, day=day, used=FIXES.most))
    db.session.commit()
    assert phone.owntracks(100).status_code == 200
    assert (phone.north, trail(phone), phone.dropped) == (100, [], {"too_many": 1})


def test_trails_and_counts_are_forgotten_after_90_days_a_thousand_at_a_time(phone: Phone) -> None:
    phone.owntracks()
    phone.owntracks(acc=9000)
    before = now() - KEPT - timedelta(hours=1)
    points = [
        TrackerFix(tracker_id=phone.id, at=before - timedelta(seconds=each), latitude=1, longitude=1)
        for each in range(AT_ONCE + 1)
    ]
    db.session.add_all([*points, DroppedFixes(hour=before, tracker_id=phone.id, reason="old", count=1)])
    db.session.commit()
    assert [forget_trails(now()), forget_trails(now())] == [True, False]
    db.session.commit()
    assert (len(trail(phone)), phone.dropped) == (1, {"inaccurate": 1})
    assert db.session.scalar(select(func.count()).select_from(DroppedFixes)) == 1


# --- clocks ---


@pytest.mark.parametrize("behind", [-600, 600, 70])
def test_a_clock_that_is_wrong_by_the_same_all_the_time_is_known(phone: Phone, behind: int) -> None:
    for each in range(0, 20, 5):
        phone.owntracks(each, seconds(each / 10 - behind))
    assert abs(clock.error(phone.tracker) - behind) < 10


def test_a_dead_zone_is_no_wrong_clock(phone: Phone) -> None:
    phone.owntracks()
    phone.drive(seconds(-900), 100)
    assert clock.error(phone.tracker) == 0


def test_a_batch_before_the_first_live_fix_is_no_wrong_clock_after_it(phone: Phone) -> None:
    phone.drive(seconds(-900), 100)
    assert clock.error(phone.tracker) > 700
    phone.owntracks(2000)
    assert clock.error(phone.tracker) == 0


def test_an_old_place_that_owntracks_sends_now_is_no_wrong_clock(phone: Phone) -> None:
    phone.owntracks(0, seconds(-3600), created_at=int(now().timestamp()))
    assert clock.error(phone.tracker) == 0


# --- small moves ---


def polled(cast: Cast) -> str | None:
    """The version of the crew's polled page. Twenty metres wake it."""
    db.session.rollback()
    return duty_version(cast.agus.id, now())


@pytest.fixture
def duty(cast: Cast, phone: Phone) -> datetime:
    """Agus is on duty on TRAIL-01, whose phone has said a moment ago where it is."""
    on_duty(cast, "agus", "TRAIL-01")
    began = seconds(-90)
    phone.owntracks(0, began)
    return began


def test_a_move_under_20_metres_tells_the_time_and_wakes_no_poll(phone: Phone, cast: Cast, duty: datetime) -> None:
    before = polled(cast)
    phone.owntracks(19, duty + timedelta(seconds=5))
    assert polled(cast) == before
    assert (phone.north, cast.unit("TRAIL-01").position_at) == (0, duty + timedelta(seconds=5))


def test_a_move_of_20_metres_wakes_the_poll_also_when_it_is_made_of_small_ones(
    phone: Phone, cast: Cast, duty: datetime
) -> None:
    before = polled(cast)
    phone.owntracks(11, duty + timedelta(seconds=5))
    phone.owntracks(21, duty + timedelta(seconds=10))
    assert (polled(cast) != before, phone.north) == (True, 21)


def test_a_unit_that_stands_wakes_the_poll_once_a_minute_so_that_its_position_looks_fresh(
    phone: Phone, cast: Cast, duty: datetime
) -> None:
    before = polled(cast)
    phone.owntracks(1, duty + timedelta(seconds=59))
    assert polled(cast) == before
    phone.owntracks(1, duty + timedelta(seconds=60))
    assert polled(cast) != before


# --- trackers, tablets, crews ---


def test_a_tablet_counts_only_while_the_tracker_is_not_heard(phone: Phone, cast: Cast, as_user: AsUser) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    agus, tablet = as_user("agus"), {"latitude": HOME[0] + 900 * METRE, "longitude": HOME[1], "accuracy": 5}
    phone.owntracks(0, seconds(-50))
    answer = agus.post("/unit/position", data=tablet)
    assert (answer.get_json()["kept"], phone.north) == (False, 0)
    db.session.execute(agencies.update(agencies.Unit).values(position_at=seconds(-61)))
    db.session.commit()
    assert agus.post("/unit/position", data=tablet).status_code == 204
    assert (phone.north, cast.unit("TRAIL-01").position_source) == (900, "tablet")


def test_a_tracker_counts_at_once_however_far_its_officers_tablet_is(phone: Phone, cast: Cast) -> None:
    positions.report_position(cast.unit("TRAIL-01"), HOME[0] + 900 * METRE, HOME[1], 5, seconds(-5), now())
    db.session.commit()
    phone.owntracks(0, seconds(0))
    assert (phone.north, cast.unit("TRAIL-01").position_source) == (0, "tracker")


def test_what_a_crew_says_moves_a_unit_only_while_its_tracker_is_not_heard(phone: Phone, cast: Cast) -> None:
    phone.osmand(0, seconds(-30), accuracy=None)
    unit = cast.unit("TRAIL-01")
    crews.arrive(unit, HOME[0] + 900 * METRE, HOME[1], now())
    db.session.commit()
    assert phone.north == 0
    crews.arrive(cast.unit("TRAIL-01"), HOME[0] + 900 * METRE, HOME[1], now() + timedelta(seconds=60))
    db.session.commit()
    assert (phone.north, cast.unit("TRAIL-01").position_source) == (900, "crew")


def test_a_fix_writes_its_tracker_once_and_reads_of_its_unit_where_that_is(phone: Phone, app: Flask) -> None:
    phone.owntracks(0, now() - timedelta(seconds=30))
    asked: list[str] = []

    def hear(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    engines = db.engines.values()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    phone.owntracks(100)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)
    assert phone.north == 100
    assert len([each for each in asked if each.startswith("UPDATE trackers")]) == 1
    assert not [each for each in asked if "unit_capabilities" in each]
