"""The chief's four numbers: what counts as in time, as late and not at all, and what the page shows of it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from meteor.agencies import rules as agencies
from meteor.agencies.models import Shift
from meteor.alerts import cancelling, merging
from meteor.alerts.models import Alert
from meteor.board import today as chief
from meteor.board.models import PaperEntry
from meteor.board.today import Day, Share, today
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]

NOON = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
"""12.00 WIB of a day that began at 17.00 UTC of the day before."""

MIDNIGHT = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
NOTHING = Share(0, 0)


def at(seconds: float) -> datetime:
    """So many seconds before noon."""
    return NOON - timedelta(seconds=seconds)


def stands(cast: Cast, opened: datetime, who: str = "sari", **columns: Any) -> Incident:
    """An incident that was opened at a moment, with these columns."""
    incident = report(cast, who)
    incident.opened_at = opened
    for name, value in columns.items():
        setattr(incident, name, value)
    db.session.commit()
    return incident


def figures(moment: datetime = NOON) -> Day:
    return today(moment).today


@pytest.mark.parametrize(
    ("opened", "columns", "accepted", "on_scene"),
    [
        (600, {"accepted_at": at(570), "arrived_at": at(420)}, Share(1, 1), Share(1, 1)),  # to the second
        (600, {"accepted_at": at(569.9), "arrived_at": at(419.9)}, Share(0, 1), Share(0, 1)),
        (600, {"accepted_at": at(580), "arrived_at": at(300)}, Share(1, 1), Share(0, 1)),
        (20, {}, NOTHING, NOTHING),  # it still waits, and is not late
        (31, {}, Share(0, 1), NOTHING),
        (200, {}, Share(0, 1), Share(0, 1)),
        (100, {"accepted_at": at(80)}, Share(1, 1), NOTHING),
        (200, {"accepted_at": at(180)}, Share(1, 1), Share(0, 1)),
        (600, {"status": "closed", "closed_at": at(580)}, NOTHING, NOTHING),  # before anything was late
        (600, {"status": "closed", "closed_at": at(500)}, Share(0, 1), NOTHING),
        (600, {"status": "closed", "closed_at": at(60)}, Share(0, 1), Share(0, 1)),
    ],
)
@pytest.mark.both_databases
def test_a_promise_is_kept_or_not_once_that_is_decided(
    cast: Cast, opened: float, columns: dict[str, Any], accepted: Share, on_scene: Share
) -> None:
    stands(cast, at(opened), **columns)
    assert figures() == Day(1, accepted, on_scene)


@pytest.mark.parametrize("columns", [{"cancelled": "mistake"}, {"drill": True}, {"outcome": "duplicate"}])
def test_mistakes_drills_and_duplicates_do_not_count(cast: Cast, columns: dict[str, Any]) -> None:
    stands(cast, at(600), accepted_at=at(590), **columns)
    assert figures() == Day(0, NOTHING, NOTHING)


def test_an_incident_that_no_unit_reached_is_late_although_its_reporter_says_they_are_safe(cast: Cast) -> None:
    incident = stands(cast, at(600))
    alert = db.session.scalars(db.select(Alert).where(Alert.incident_id == incident.id)).one()
    cancelling.cancel(alert, "safe", now(), cast.sari)
    db.session.commit()
    assert figures() == Day(1, Share(0, 1), Share(0, 1))


def test_an_alert_that_was_a_mistake_counts_no_more(cast: Cast) -> None:
    incident = stands(cast, at(600))
    alert = db.session.scalars(db.select(Alert).where(Alert.incident_id == incident.id)).one()
    cancelling.cancel(alert, "mistake", now(), cast.sari)
    db.session.commit()
    assert figures().opened == 0


def test_of_two_that_are_one_only_the_one_that_stays_counts(cast: Cast) -> None:
    first, second = stands(cast, at(600)), report(cast, "wahyu", "other")
    second.opened_at = at(590)
    merging.merge(second, first, now(), cast.maya)
    db.session.commit()
    assert figures().opened == 1


@pytest.mark.both_databases
def test_what_was_done_on_paper_counts_neither_as_incident_nor_as_work(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    then = now() - chief.DAY
    db.session.scalars(db.select(Shift)).one().started_at = then - timedelta(hours=1)
    incident = stands(cast, at(600))
    assignment = open_assignment("TRAIL-01")
    assignment.accepted_at = then - timedelta(minutes=5)
    db.session.commit()
    assert (figures().opened, today(now()).duty.at_work_before) == (1, 1)
    entry = {"id": uuid4(), "day": "2026-11-27", "number": "W-01", "content": "", "entered_by_id": cast.komang.id}
    db.session.add(PaperEntry(incident_id=incident.id, **entry))
    db.session.commit()
    assert (figures(), today(now()).duty.at_work_before) == (Day(0, NOTHING, NOTHING), 0)


@pytest.mark.parametrize(("second", "day"), [(-1, "yesterday"), (0, "today")])
def test_a_day_begins_at_midnight_in_the_city(cast: Cast, second: int, day: str) -> None:
    opened = MIDNIGHT + timedelta(seconds=second)
    stands(cast, opened, accepted_at=opened + timedelta(seconds=5), arrived_at=opened + timedelta(seconds=100))
    found = today(NOON)
    assert {found.yesterday.opened: "yesterday", found.today.opened: "today"}[1] == day
    assert getattr(found, day) == Day(1, Share(1, 1), Share(1, 1))


def test_what_was_the_day_before_yesterday_counts_nowhere(cast: Cast) -> None:
    stands(cast, MIDNIGHT - timedelta(days=1, seconds=1))
    assert (today(NOON).today.opened, today(NOON).yesterday.opened) == (0, 0)


def test_a_percentage_is_rounded_down_and_there_is_none_of_nothing() -> None:
    assert [Share(kept, of).percent for kept, of in ((0, 0), (0, 3), (12, 14), (999, 1000), (3, 3))] == [
        None, 0, 85, 99, 100,
    ]  # fmt: skip


# --- units ---


def test_free_units_are_counted_out_of_those_on_duty(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    report(cast)
    duty = today(now()).duty
    assert (duty.free, duty.on_duty, duty.short) == (1, 2, [])


def test_an_agency_that_keeps_too_few_units_free_is_named(cast: Cast) -> None:
    police = on_duty(cast, "agus", "TRAIL-01").agency
    on_duty(cast, "dewi", "DAMKAR-01")
    assert today(now()).duty.short == []
    police.reserve = 2
    db.session.commit()
    assert today(now()).duty.short == ["POLRES"]
    report(cast, kind="fire")
    assert today(now()).duty.short == ["DAMKAR", "POLRES"]


@pytest.mark.both_databases
def test_yesterdays_duty_is_that_of_the_same_time_of_day(cast: Cast) -> None:
    then = now() - chief.DAY
    unit = on_duty(cast, "agus", "TRAIL-01")
    assert today(now()).duty.before == 0  # it began today
    shift = db.session.scalars(db.select(Shift)).one()
    shift.started_at = then - timedelta(hours=1)
    over = Shift(unit_id=cast.unit("TRAIL-02").id, user_id=cast.bayu.id, started_at=then - timedelta(hours=3))
    over.ended_at = then + timedelta(hours=1)
    gone = Shift(unit_id=cast.unit("DAMKAR-01").id, user_id=cast.dewi.id, started_at=then - timedelta(hours=3))
    gone.ended_at = then - timedelta(hours=1)
    db.session.add_all([over, gone])
    report(cast)
    assignment = open_assignment(unit.call_sign)
    assignment.accepted_at = then - timedelta(minutes=5)
    db.session.commit()
    duty = today(now()).duty
    assert (duty.before, duty.at_work_before) == (2, 1)
    assignment.ended_at = then - timedelta(minutes=1)
    db.session.commit()
    assert today(now()).duty.at_work_before == 0


# --- the page ---


def shown(as_user: AsUser) -> str:
    return as_user("yusuf").get("/board/chief").text


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_before_the_first_incident_of_the_day_there_is_no_percentage(as_user: AsUser, cast: Cast) -> None:
    page = words(shown(as_user))
    assert page.count("belum ada kejadian hari ini") == 2
    assert "%" not in page
    assert "tidak ada unit yang bertugas" in page


def test_while_nothing_is_decided_of_a_day_there_is_nothing_to_measure(as_user: AsUser, cast: Cast) -> None:
    yesterday = now() - chief.DAY
    stands(cast, yesterday, "wahyu", status="closed", closed_at=yesterday)
    stands(cast, now())
    page = words(shown(as_user))
    assert "Masuk hari ini: 1" in page
    assert page.count("belum ada yang dapat diukur") == 2
    assert page.count("Kemarin: tidak ada yang dapat diukur") == 2
    assert "belum ada kejadian hari ini" not in page


def test_each_share_says_the_counts_it_comes_from_and_yesterdays(as_user: AsUser, cast: Cast) -> None:
    moment = now()
    for seconds in (5, 25, 45):
        stands(cast, moment, accepted_at=moment + timedelta(seconds=seconds), status="closed", closed_at=moment)
    before = moment - chief.DAY
    stands(cast, before, accepted_at=before + timedelta(seconds=5), status="closed", closed_at=before)
    page = words(shown(as_user))
    assert "66 % 2 dari 3" in page
    assert "Kemarin: 100 %, 1 dari 1" in page


def test_the_oldest_open_p1_stand_there_with_place_age_and_units(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    people = ("sari", "wahyu", "karto", "endang", "slamet", "bayu", "toko")
    numbers = [stands(cast, now() - timedelta(hours=hours), who).number for hours, who in enumerate(people)]
    assert [row.incident.number for row in today(now()).oldest] == numbers[: -chief.OLDEST - 1 : -1]
    page = shown(as_user)
    assert [f"oldest-{number}" in page for number in numbers] == [False, False, True, True, True, True, True]
    assert "dan 2 lagi" in page
    assert "RT 03 RW 05" in page


def test_a_unit_on_the_oldest_leads_to_its_page(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    assert 'href="/board/units/TRAIL-01"' in shown(as_user)


def test_an_unchanged_page_is_answered_with_nothing(as_user: AsUser, cast: Cast) -> None:
    yusuf = as_user("yusuf")
    found = re.search(r'data-version="(\w+)"', yusuf.get("/board/chief/state").text)
    assert found
    assert yusuf.get(f"/board/chief/state?v={found[1]}").status_code == 204
    on_duty(cast, "agus", "TRAIL-01")
    assert yusuf.get(f"/board/chief/state?v={found[1]}").status_code == 200


def test_what_becomes_late_changes_the_page_by_itself(cast: Cast) -> None:
    stands(cast, at(20))
    assert today(NOON).version == today(NOON + timedelta(seconds=5)).version
    assert today(NOON).version != today(NOON + timedelta(seconds=11)).version


def test_an_acceptance_changes_the_page(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    before = today(now()).version
    dispatch.accept(db.session.scalars(db.select(Assignment)).one(), now(), cast.agus)
    db.session.commit()
    assert today(now()).version != before


def test_a_crew_on_a_break_is_on_duty_and_not_free(cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    agencies.set_status(unit, "off_duty", now())
    db.session.commit()
    duty = today(now()).duty
    assert (duty.free, duty.on_duty, duty.short) == (0, 1, ["POLRES"])
