"""The chain of an alarm: the room at once, the supervisor at 15 s, the chief at 45 s, until somebody sees to it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.alerts import merging
from meteor.incidents import escalation, rules, timeline
from meteor.incidents.models import Escalation, Incident
from meteor.notices import unread
from meteor.notices.models import Notice
from meteor.protocols.models import EscalationStep
from meteor.scheduler.loop import Scheduler
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.work import TOO_OLD, Job
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import at_once, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]
CHAIN = (("call_taker", 0), ("dispatcher", 0), ("supervisor", 15), ("chief", 45))
ROOM = ["call_taker", "dispatcher"]


@pytest.fixture
def alarm(cast: Cast) -> Incident:
    """An incident of a type with the whole chain, of which nobody has been told yet."""
    cast.incident_type("emergency").chain = [EscalationStep(role=role, after=after) for role, after in CHAIN]
    return report(cast)


def told(incident: Incident) -> list[str]:
    """The roles that were told, by the timeline; each of them has a notice too."""
    lines = [line.detail["role"] for line in timeline.of_incident(incident.id) if line.event_type == "alarm_told"]
    on_screen = db.session.scalars(select(Notice.role).where(Notice.kind == "alarm").order_by(Notice.id)).all()
    assert sorted(lines) == sorted(map(str, on_screen))
    return lines


def begun(incident: Incident) -> datetime:
    at = now()
    assert escalation.start(incident.id, at)
    db.session.commit()
    return at


def run_of(incident: Incident) -> Escalation:
    return db.session.get_one(Escalation, incident.id, populate_existing=True)


def event_types(incident: Incident) -> list[str]:
    return [line.event_type for line in timeline.of_incident(incident.id)]


# --- who is told when ---


def test_the_room_is_told_in_the_transaction_of_the_alarm(alarm: Incident) -> None:
    escalation.start(alarm.id, now())
    assert told(alarm) == ROOM
    db.session.rollback()
    assert told(alarm) == []


def test_the_supervisor_follows_at_15_s_and_the_chief_at_45_s(alarm: Incident) -> None:
    at = begun(alarm)
    for seconds, roles in ((14.9, []), (15, ["supervisor"]), (44.9, ["supervisor"]), (45, ["supervisor", "chief"])):
        escalation.escalate(at + timedelta(seconds=seconds))
        assert told(alarm) == ROOM + roles
    assert run_of(alarm).step == 4
    assert run_of(alarm).next_at is None


def test_each_step_is_taken_once_however_often_the_scheduler_looks(alarm: Incident) -> None:
    at = begun(alarm)
    for seconds in (0, 1, 15, 15, 16, 45, 46, 500):
        escalation.escalate(at + timedelta(seconds=seconds))
    assert told(alarm) == [*ROOM, "supervisor", "chief"]


def test_a_clock_that_comes_late_skips_nobody(alarm: Incident) -> None:
    at = begun(alarm)
    escalation.escalate(at + timedelta(minutes=10))
    assert told(alarm) == [*ROOM, "supervisor", "chief"]


def test_a_chain_begins_once(alarm: Incident) -> None:
    at = begun(alarm)
    assert not escalation.start(alarm.id, at + timedelta(seconds=5))
    assert told(alarm) == ROOM


def test_a_type_without_a_chain_of_its_own_has_the_usual_one(cast: Cast) -> None:
    incident = report(cast)
    at = begun(incident)
    assert told(incident) == ROOM
    escalation.escalate(at + timedelta(seconds=15))
    assert told(incident) == [*ROOM, "supervisor"]
    escalation.escalate(at + timedelta(seconds=45))
    assert told(incident) == [*ROOM, "supervisor", "chief"]


def test_a_chain_of_its_own_is_kept_to(cast: Cast) -> None:
    cast.incident_type("emergency").chain = [EscalationStep(role="dispatcher", after=0)]
    incident = report(cast)
    at = begun(incident)
    escalation.escalate(at + timedelta(minutes=5))
    assert told(incident) == ["dispatcher"]


def test_a_step_over_an_hour_late_is_reported_instead_of_taken_with_those_after_it(alarm: Incident) -> None:
    at = begun(alarm)
    late = at + timedelta(seconds=15) + TOO_OLD + timedelta(seconds=1)
    for _ in range(3):
        escalation.escalate(late)
    assert told(alarm) == ROOM
    assert event_types(alarm).count("alarm_late") == 1
    assert db.session.scalars(select(Notice.role).where(Notice.kind == "deadline_missed")).all() == ["dispatcher"]
    assert run_of(alarm).acknowledged_at is None


def test_a_step_a_little_under_an_hour_late_is_taken(alarm: Incident) -> None:
    at = begun(alarm)
    escalation.escalate(at + timedelta(seconds=15) + TOO_OLD)
    assert "supervisor" in told(alarm)


def test_a_chain_that_is_changed_meanwhile_tells_nobody_twice_and_skips_nobody(cast: Cast, alarm: Incident) -> None:
    at = begun(alarm)
    cast.incident_type("emergency").chain = []
    db.session.flush()
    chain = [EscalationStep(role=role, after=after) for role, after in (("supervisor", 5), ("chief", 10))]
    cast.incident_type("emergency").chain = chain
    db.session.flush()
    escalation.escalate(at + timedelta(seconds=15))
    assert told(alarm) == [*ROOM, "supervisor", "chief"]


# --- two schedulers, killed schedulers ---


def test_two_schedulers_at_once_take_a_step_once(app: Flask, alarm: Incident) -> None:
    at = begun(alarm) + timedelta(seconds=15)

    def tick() -> None:
        escalation.escalate(at)
        db.session.commit()

    at_once(app, tick, tick)
    assert told(alarm) == [*ROOM, "supervisor"]


def test_a_clock_that_dies_before_its_commit_leaves_the_step_to_the_next(app: Flask, alarm: Incident) -> None:
    at = begun(alarm) + timedelta(seconds=15)

    def die(moment: datetime) -> None:
        escalation.escalate(at)
        raise SystemExit

    with pytest.raises(SystemExit):
        Scheduler([], app.app_context).turn(Job("alarms.escalation", 1, die))
    assert told(alarm) == ROOM
    db.session.rollback()  # whoever reads here holds the right to write
    Scheduler([], app.app_context).turn(Job("alarms.escalation", 1, lambda moment: escalation.escalate(at)))
    assert told(alarm) == [*ROOM, "supervisor"]


def test_the_scheduler_does_it_every_second(app: Flask) -> None:
    assert [job.every for job in app.config["JOBS"] if job.name == "alarms.escalation"] == [1]


# --- who sees to it ---


def test_whoever_acknowledges_ends_the_chain_and_every_siren(cast: Cast, alarm: Incident) -> None:
    at = begun(alarm)
    escalation.acknowledge(alarm.id, cast.maya, at + timedelta(seconds=9))
    escalation.escalate(at + timedelta(minutes=5))
    assert told(alarm) == ROOM
    line = timeline.of_incident(alarm.id)[-1]
    assert (line.event_type, line.actor_name, line.detail) == ("acknowledged", "Maya Operator", {"seconds": 9})
    assert not unread.unacknowledged(cast.maya)
    assert not [notice for notice in unread.unacknowledged(cast.komang) if notice.kind == "alarm"]


def test_of_two_at_once_one_sees_to_it_and_the_other_is_told_who(app: Flask, cast: Cast, alarm: Incident) -> None:
    at, incident_id = begun(alarm), alarm.id

    def by(username: str) -> str:
        try:
            escalation.acknowledge(incident_id, getattr(cast, username), at)
        except escalation.AlreadyAcknowledged as known:
            db.session.rollback()
            return known.who
        db.session.commit()
        return ""

    answers = at_once(app, lambda: by("maya"), lambda: by("komang"))
    acknowledged = run_of(alarm).acknowledged_by
    assert acknowledged is not None
    assert (
        answers
        == {"Maya Operator": ["", "Maya Operator"], "Komang Dispatcher": ["Komang Dispatcher", ""]}[acknowledged.name]
    )
    assert event_types(alarm).count("acknowledged") == 1


def test_an_acknowledgement_in_the_second_of_a_step_leaves_the_step_taken_or_not_but_never_after_it(
    app: Flask, cast: Cast, alarm: Incident
) -> None:
    at, incident_id = begun(alarm) + timedelta(seconds=15), alarm.id

    def step() -> None:
        escalation.escalate(at)
        db.session.commit()

    def acknowledge() -> None:
        escalation.acknowledge(incident_id, cast.maya, at)
        db.session.commit()

    at_once(app, step, acknowledge)
    done = event_types(alarm)
    assert done[-1] == "acknowledged"
    assert not [notice for notice in unread.unacknowledged(cast.hadi) if notice.kind == "alarm"]


def test_where_no_chain_began_there_is_nothing_to_acknowledge(cast: Cast, alarm: Incident) -> None:
    with pytest.raises(escalation.NothingToAcknowledge):
        escalation.acknowledge(alarm.id, cast.maya, now())


def test_whoever_closes_the_incident_has_seen_to_it(cast: Cast, alarm: Incident) -> None:
    at = begun(alarm)
    rules.close(alarm, "false_alarm", "", at, cast.komang)
    escalation.escalate(at + timedelta(minutes=1))
    assert told(alarm) == ROOM
    assert run_of(alarm).acknowledged_by == cast.komang
    assert "acknowledged" not in event_types(alarm)


def test_merged_into_another_an_alarm_goes_on_there(cast: Cast, alarm: Incident) -> None:
    other = report(cast, "wahyu", "crime")
    at = begun(alarm)
    merging.merge(alarm, other, at, cast.maya)
    escalation.escalate(at + timedelta(minutes=1))
    roles = [[line.detail["role"] for line in timeline.of_incident(it.id) if line.event_type == "alarm_told"]
             for it in (alarm, other)]  # fmt: skip
    assert roles == [ROOM, [role for role, _ in CHAIN]]


def test_what_is_opened_again_is_told_anew_until_somebody_sees_to_it(cast: Cast, alarm: Incident) -> None:
    at = begun(alarm)
    rules.close(alarm, "false_alarm", "", at + timedelta(seconds=5), cast.agus)
    again = at + timedelta(seconds=9)
    rules.reopen(alarm, "closed by a slip", again, cast.agus)
    assert run_of(alarm).acknowledged_by is None
    escalation.escalate(again + timedelta(seconds=45))
    assert told(alarm) == [*ROOM, *ROOM, "supervisor", "chief"]


def test_what_is_opened_again_and_can_wait_rings_for_nobody(cast: Cast, alarm: Incident) -> None:
    at = begun(alarm)
    rules.close(alarm, "false_alarm", "", at, cast.komang)
    rules.reprioritise(alarm, 4, at, cast.komang, reason="")
    rules.reopen(alarm, "", at + timedelta(seconds=9), cast.komang)
    assert told(alarm) == ROOM


def test_what_is_opened_again_and_never_was_an_alarm_does_not_become_one(cast: Cast, alarm: Incident) -> None:
    rules.close(alarm, "false_alarm", "", now(), cast.komang)
    rules.reopen(alarm, "", now(), cast.komang)
    assert told(alarm) == []


# --- graver than it was ---


def test_an_incident_that_becomes_p1_is_told_anew(cast: Cast, alarm: Incident) -> None:
    rules.reprioritise(alarm, 3, now(), cast.komang, reason="")
    at = begun(alarm)
    escalation.acknowledge(alarm.id, cast.maya, at)
    again = at + timedelta(minutes=2)
    rules.reprioritise(alarm, 1, again, cast.komang, reason="a second sign")
    assert run_of(alarm).acknowledged_at is None
    escalation.escalate(again + timedelta(seconds=15))
    assert told(alarm) == [*ROOM, *ROOM, "supervisor"]


def test_a_chain_that_reached_nobody_is_told_anew_when_the_incident_becomes_p1(cast: Cast, alarm: Incident) -> None:
    rules.reprioritise(alarm, 3, now(), cast.komang, reason="")
    at = begun(alarm)
    escalation.escalate(at + timedelta(minutes=1))
    assert told(alarm) == [*ROOM, "supervisor", "chief"]
    again = at + timedelta(minutes=10)
    rules.reprioritise(alarm, 1, again, None, reason="a second sign")
    escalation.restart(alarm.id, again)  # as whoever offers it anew does in the same moment
    assert told(alarm) == [*ROOM, "supervisor", "chief", *ROOM]
    escalation.escalate(again + timedelta(minutes=1))
    assert told(alarm) == [*ROOM, "supervisor", "chief"] * 2


def test_a_chain_that_ends_with_the_room_is_told_once_however_often_it_is_begun_anew(cast: Cast) -> None:
    cast.incident_type("emergency").chain = [EscalationStep(role="dispatcher", after=0)]
    incident = report(cast)
    again = begun(incident) + timedelta(minutes=1)
    for _ in range(2):
        escalation.restart(incident.id, again)
    assert told(incident) == ["dispatcher"] * 2
    assert run_of(incident).step == 1


def test_becoming_p1_does_not_begin_a_chain_that_never_began(cast: Cast, alarm: Incident) -> None:
    rules.reprioritise(alarm, 3, now(), cast.komang, reason="")
    rules.reprioritise(alarm, 1, now(), cast.komang, reason="")
    assert told(alarm) == []


def test_a_restart_delays_nobody_of_a_chain_that_runs(alarm: Incident) -> None:
    at = begun(alarm)
    escalation.restart(alarm.id, at + timedelta(seconds=10))
    escalation.escalate(at + timedelta(seconds=15))
    assert told(alarm) == [*ROOM, "supervisor"]


def test_a_restart_begins_a_chain_that_has_not_begun(alarm: Incident) -> None:
    assert escalation.restart(alarm.id, now())
    assert told(alarm) == ROOM
