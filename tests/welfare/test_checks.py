"""Crews without a word on scene: Agus is asked whether all is well, and Komang told if he does not answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from meteor.agencies.models import Shift
from meteor.alerts import merging
from meteor.alerts.models import Alert
from meteor.dispatch import override, rules
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.notices import unread
from meteor.notices.models import Notice
from meteor.protocols.kinds import DOMESTIC_VIOLENCE
from meteor.store.database import db
from meteor.store.moments import now
from meteor.welfare import checks, distress
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]
MINUTE = timedelta(minutes=1)
LIMIT = 20 * MINUTE
ASKED = "welfare_asked"


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Agus on TRAIL-01 has just arrived at an emergency, whose type asks after 20 minutes."""
    cast.incident_type("emergency").welfare_after = 20
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    job = open_assignment("TRAIL-01")
    rules.accept(job, now(), cast.agus)
    rules.arrive(job, now(), cast.agus)
    db.session.commit()
    return incident


@pytest.fixture
def arrived(incident: Incident) -> datetime:
    at = open_assignment("TRAIL-01").on_scene_at
    assert at
    return at


def check(at: datetime) -> None:
    while checks.check(at):
        db.session.commit()
    db.session.commit()


def ringing(kind: str) -> int:
    told = select(Notice).where(Notice.kind == kind, Notice.acknowledged_at.is_(None))
    return len(db.session.scalars(told).all())


def rings() -> tuple[int, int]:
    """Questions to the crew and notices to the dispatchers that ring."""
    return ringing("welfare_check"), ringing("welfare_silent")


@pytest.mark.both_databases
def test_agus_is_asked_after_the_limit_and_komang_told_a_minute_later(incident: Incident, arrived: datetime) -> None:
    check(arrived + LIMIT - timedelta(seconds=1))
    assert rings() == (0, 0)
    check(arrived + LIMIT)
    assert rings() == (1, 0)
    check(arrived + LIMIT + timedelta(seconds=59))
    assert rings() == (1, 0)
    check(arrived + LIMIT + MINUTE)
    check(arrived + LIMIT + 2 * MINUTE)
    assert rings() == (1, 1)
    told = [event.event_type for event in timeline.of_incident(incident.id)]
    assert told[-2:] == ["welfare_asked", "welfare_silent"]


@pytest.mark.both_databases
@pytest.mark.parametrize("known", [False, True])
def test_it_repeats_after_the_limit_again_and_komang_has_one_line_that_rings_anew(
    cast: Cast, arrived: datetime, *, known: bool
) -> None:
    for after in (LIMIT, LIMIT + MINUTE):
        check(arrived + after)
    [first] = unread.unacknowledged(cast.komang)
    if known:
        notices.acknowledge(first.id, cast.komang, arrived + LIMIT + MINUTE)
    for after in (2 * LIMIT, 2 * LIMIT + MINUTE):
        check(arrived + after)
    assert rings() == (1, 1)
    [latest] = unread.unacknowledged(cast.komang)
    assert latest.id > first.id


@pytest.mark.both_databases
def test_komang_has_one_line_for_a_crew_to_ask_by_radio_however_often_it_is_due(
    cast: Cast, incident: Incident, arrived: datetime
) -> None:
    incident.type.silent_approach = True
    check(arrived + LIMIT)
    check(arrived + 2 * LIMIT)
    [line] = unread.unacknowledged(cast.komang)
    assert (line.kind, line.detail["minutes"]) == ("welfare_by_radio", 40)


def test_the_repeated_question_rings_anew_and_says_how_long_it_has_been(incident: Incident, arrived: datetime) -> None:
    check(arrived + LIMIT)
    check(arrived + LIMIT + MINUTE)
    check(arrived + 2 * LIMIT)
    asked = [event.detail["minutes"] for event in timeline.of_incident(incident.id) if event.event_type == ASKED]
    assert asked == [20, 40]
    told = select(Notice.acknowledged_at).where(Notice.kind == "welfare_check").order_by(Notice.id)
    assert [moment is None for moment in db.session.scalars(told)] == [False, True]


def test_one_tap_ends_it_and_the_limit_begins_anew(
    cast: Cast, incident: Incident, arrived: datetime, as_user: AsUser
) -> None:
    check(arrived + LIMIT)
    check(arrived + LIMIT + MINUTE)
    assert "Aman" in as_user("agus").get("/unit/offers").text
    checks.answer(cast.agus, arrived + LIMIT + 2 * MINUTE)
    assert rings() == (0, 0)
    assert timeline.of_incident(incident.id)[-1].event_type == "welfare_well"
    check(arrived + 2 * LIMIT)
    assert rings() == (0, 0)
    check(arrived + 2 * LIMIT + 2 * MINUTE)
    assert rings() == (1, 0)


def test_the_answer_is_one_address(cast: Cast, arrived: datetime, as_user: AsUser) -> None:
    check(arrived + LIMIT)
    assert as_user("agus").post("/unit/welfare", headers={"Accept": "application/json"}).status_code == 200
    assert rings() == (0, 0)


def test_without_a_question_the_answer_changes_nothing(incident: Incident, as_user: AsUser) -> None:
    before = timeline.version_of(incident.id)
    assert as_user("agus").post("/unit/welfare", headers={"Accept": "application/json"}).status_code == 200
    assert timeline.version_of(incident.id) == before


def test_that_they_need_help_is_the_panic_button_and_ends_the_question(
    incident: Incident, arrived: datetime, as_user: AsUser
) -> None:
    check(arrived + LIMIT)
    page = as_user("agus").get("/unit/offers").text
    press = page.split('formaction="/unit/alerts" name="id" value="')[1].split('"')[0]
    for _ in range(2):
        answer = as_user("agus").post("/unit/alerts", data={"id": press}, headers={"Accept": "application/json"})
        assert answer.status_code in (200, 201)
    assert len(db.session.scalars(select(Alert).where(Alert.source == "officer")).all()) == 1
    assert rings() == (0, 0)
    assert timeline.last(incident.id, "welfare_help")


def test_a_note_of_the_crew_is_a_word(cast: Cast, incident: Incident, arrived: datetime) -> None:
    incidents.note(incident, "Masih mencari saksi", arrived + 15 * MINUTE, cast.agus)
    check(arrived + LIMIT)
    assert rings() == (0, 0)
    check(arrived + LIMIT + 15 * MINUTE)
    assert rings() == (1, 0)


def test_a_relief_takes_nothing_from_what_the_crew_before_said(
    cast: Cast, incident: Incident, arrived: datetime
) -> None:
    incidents.note(incident, "Masih mencari saksi", arrived + 15 * MINUTE, cast.agus)
    on_duty(cast, "bayu", "TRAIL-01")
    db.session.execute(update(Shift).where(Shift.user_id == cast.agus.id).values(ended_at=arrived + 16 * MINUTE))
    check(arrived + LIMIT)
    assert rings() == (0, 0)


def test_a_merge_takes_nothing_from_what_the_crew_said_before(
    cast: Cast, incident: Incident, arrived: datetime
) -> None:
    incidents.note(incident, "Masih mencari saksi", arrived + 15 * MINUTE, cast.agus)
    merging.merge(incident, report(cast, "wahyu"), arrived + 16 * MINUTE, cast.maya)
    db.session.commit()
    check(arrived + LIMIT)
    assert rings() == (0, 0)


def test_a_type_that_asks_at_all_only_since_then_misses_no_deadline(
    cast: Cast, incident: Incident, arrived: datetime
) -> None:
    incident.type.welfare_after = 0
    later = arrived + 100 * MINUTE
    cast.incident_type("crime").welfare_after = 20
    override.retype(incident, incidents.type_for("crime"), 2, "", later, cast.komang)
    db.session.commit()
    check(later)
    assert (rings(), ringing("deadline_missed")) == ((1, 0), 0)


def test_a_note_of_the_dispatcher_is_none(cast: Cast, incident: Incident, arrived: datetime) -> None:
    incidents.note(incident, "Ada kabar?", arrived + 15 * MINUTE, cast.komang)
    check(arrived + LIMIT)
    assert rings() == (1, 0)


def test_a_note_after_the_question_ends_it(cast: Cast, incident: Incident, arrived: datetime) -> None:
    check(arrived + LIMIT)
    check(arrived + LIMIT + MINUTE)
    incidents.note(incident, "Semua terkendali", arrived + LIMIT + 2 * MINUTE, cast.agus)
    check(arrived + LIMIT + 3 * MINUTE)
    assert rings() == (0, 0)


@pytest.mark.parametrize("end", ["clear", "close", "withdraw"])
def test_what_is_over_stops_ringing(cast: Cast, incident: Incident, arrived: datetime, end: str) -> None:
    check(arrived + LIMIT)
    check(arrived + LIMIT + MINUTE)
    job, at = open_assignment("TRAIL-01"), arrived + LIMIT + 2 * MINUTE
    if end == "clear":
        rules.clear(job, at, cast.agus)
    elif end == "close":
        rules.close(incident, "helped", "", at, cast.komang)
    else:
        rules.withdraw(job, "Lewat radio", at, cast.komang)
    check(at)
    assert rings() == (0, 0)


def test_a_type_of_zero_minutes_never_asks_and_ends_what_rings(cast: Cast, arrived: datetime) -> None:
    check(arrived + LIMIT)
    cast.incident_type("emergency").welfare_after = 0
    check(arrived + LIMIT + MINUTE)
    check(arrived + 100 * LIMIT)
    assert rings() == (0, 0)


@pytest.mark.both_databases
@pytest.mark.parametrize("why", ["silent approach", "domestic violence", "silent alert", "officer in danger"])
def test_where_a_sound_betrays_the_crew_komang_asks_by_radio(
    cast: Cast, incident: Incident, arrived: datetime, why: str
) -> None:
    if why == "silent approach":
        incident.type.silent_approach = True
    elif why == "domestic violence":
        cast.incident_type(DOMESTIC_VIOLENCE).welfare_after = 20
        override.retype(incident, incidents.type_for(DOMESTIC_VIOLENCE), 1, "", arrived, cast.komang)
    elif why == "silent alert":
        incident.silent = True
    else:
        distress.press(cast.agus, {"id": str(uuid4())}, arrived)
    db.session.commit()
    check(arrived + LIMIT)
    check(arrived + LIMIT + MINUTE)
    assert (rings(), ringing("welfare_by_radio")) == ((0, 0), 1)
    due = timeline.last(incident.id, "welfare_due")
    assert due
    assert due.detail["minutes"] == 20
    checks.answer(cast.agus, arrived + LIMIT + MINUTE)
    assert ringing("welfare_by_radio") == 0


def test_a_unit_on_its_way_is_not_asked(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    check(now() + timedelta(hours=1))
    assert rings() == (0, 0)


@pytest.mark.both_databases
def test_a_deadline_over_an_hour_ago_is_reported_and_not_acted_on(arrived: datetime) -> None:
    check(arrived + LIMIT + 61 * MINUTE)
    assert (rings(), ringing("deadline_missed")) == ((0, 0), 1)
    check(arrived + LIMIT + 62 * MINUTE)
    assert (rings(), ringing("deadline_missed")) == ((0, 0), 1)
    check(arrived + 2 * LIMIT + 62 * MINUTE)
    assert rings() == (1, 0)


def test_that_nobody_was_told_for_an_hour_is_reported(arrived: datetime) -> None:
    check(arrived + LIMIT)
    check(arrived + LIMIT + 62 * MINUTE)
    assert (rings()[1], ringing("deadline_missed")) == (0, 1)


def test_a_report_of_a_missed_deadline_takes_the_place_of_no_alarm(arrived: datetime) -> None:
    check(arrived + LIMIT)
    check(arrived + LIMIT + MINUTE)
    assert ringing("welfare_silent") == 1
    check(arrived + 2 * LIMIT + 63 * MINUTE)
    assert (ringing("welfare_silent"), ringing("deadline_missed")) == (1, 1)


def test_a_scheduler_that_is_killed_within_a_turn_forgets_and_doubles_nothing(arrived: datetime) -> None:
    for at in (arrived + LIMIT, arrived + LIMIT + MINUTE):
        checks.check(at)
        db.session.rollback()
        check(at)
    assert rings() == (1, 1)


def test_a_question_of_a_clock_that_was_ahead_counts_as_of_now(arrived: datetime) -> None:
    check(arrived + timedelta(days=1) - 61 * MINUTE + LIMIT)
    check(arrived + LIMIT)
    check(arrived + 2 * LIMIT)
    assert rings() == (1, 0)
