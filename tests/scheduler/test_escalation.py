"""What nobody accepts: the next nearest at 15 s, the dispatchers at 30 s, the duty supervisor at 60 s, each once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from meteor.alerts.models import Alert
from meteor.dispatch import offers, overdue, override, rules
from meteor.dispatch.models import Assignment
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.work import TOO_OLD
from tests.cast import Cast
from tests.scenes import offered
from tests.scheduler.conftest import Press

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("crews")]


def steps(incident: Incident) -> list[int]:
    return [line.detail["step"] for line in timeline.of_incident(incident.id) if line.event_type == "escalated"]


def told(kind: str) -> list[str | None]:
    """The roles that were told, in the order of the notices."""
    return list(db.session.scalars(select(Notice.role).where(Notice.kind == kind).order_by(Notice.id)))


def after(incident: Incident, seconds: float) -> datetime:
    assert incident.waiting_since is not None
    return incident.waiting_since + timedelta(seconds=seconds)


def test_nothing_happens_before_its_time(press: Press) -> None:
    incident = press()
    assert overdue.escalate(after(incident, 14.9)) == 0
    assert offered(incident) == ["TRAIL-01"]


def test_after_15_s_the_next_nearest_is_offered_it_beside_the_first(press: Press) -> None:
    incident = press()
    overdue.escalate(after(incident, 15))
    assert offered(incident) == ["TRAIL-01", "TRAIL-02"]
    assert steps(incident) == [1]
    assert told("unaccepted") == []


def test_after_30_s_the_dispatchers_are_told_and_after_60_s_the_supervisor(press: Press) -> None:
    incident = press()
    for seconds, roles in ((15, []), (30, ["dispatcher"]), (60, ["dispatcher", "supervisor"])):
        overdue.escalate(after(incident, seconds))
        assert told("unaccepted") == roles
    assert steps(incident) == [1, 2, 3]


def test_each_step_is_taken_once_however_often_the_scheduler_looks(press: Press) -> None:
    incident = press()
    for seconds in (15, 15.5, 16, 30, 31, 60, 61, 62, 500):
        overdue.escalate(after(incident, seconds))
    assert steps(incident) == [1, 2, 3]
    assert told("unaccepted") == ["dispatcher", "supervisor"]


def test_a_clock_that_comes_late_takes_every_step_it_missed_one_after_the_other(press: Press) -> None:
    incident = press()
    for _ in range(4):
        overdue.escalate(after(incident, 200))
    assert steps(incident) == [1, 2, 3]


def test_acceptance_ends_the_escalation(press: Press, cast: Cast) -> None:
    incident = press()
    waited = after(incident, 15)
    overdue.escalate(waited)
    first = db.session.scalars(select(Assignment).where(Assignment.incident_id == incident.id)).first()
    assert first is not None
    rules.accept(first, waited, cast.agus)
    assert overdue.escalate(waited + timedelta(seconds=100)) == 0
    assert incident.escalated == 0


def test_a_unit_that_is_cleared_before_it_arrived_lets_the_incident_wait_anew(press: Press, cast: Cast) -> None:
    incident = press()
    assignment = db.session.scalars(select(Assignment).where(Assignment.incident_id == incident.id)).one()
    rules.accept(assignment, now(), cast.agus)
    gone = now() + timedelta(minutes=4)
    rules.clear(assignment, gone, cast.agus)
    db.session.refresh(incident)
    assert incident.waiting_since == gone
    overdue.escalate(gone + timedelta(seconds=15))
    assert steps(incident) == [1]


def test_a_reopened_incident_escalates_anew(press: Press, cast: Cast) -> None:
    incident = press()
    for seconds in (15, 30, 60):
        overdue.escalate(after(incident, seconds))
    rules.close(incident, "helped", "", now(), cast.komang)
    again = now() + timedelta(hours=2)
    rules.reopen(incident, "again", again, cast.komang)
    overdue.escalate(again + timedelta(seconds=15))
    assert steps(incident) == [1, 2, 3, 1]


def test_a_held_alert_is_offered_to_nobody_but_people_are_told(press: Press, cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    incident = press("karto")
    for seconds in (15, 30, 60):
        overdue.escalate(after(incident, seconds))
    assert offered(incident) == []
    assert told("unaccepted") == ["dispatcher", "supervisor"]


@pytest.mark.parametrize("how", ["released", "added"])
def test_a_held_alert_that_was_let_go_escalates_anew(press: Press, cast: Cast, how: str) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    incident = press("karto")
    for seconds in (15, 30, 60):
        overdue.escalate(after(incident, seconds))
    let_go = now() + timedelta(minutes=5)
    if how == "released":
        override.release(incident, let_go, cast.maya)
    else:
        override.add(incident, [cast.unit("TRAIL-01")], override.ChoiceReason(""), let_go, cast.komang)
    overdue.escalate(let_go + timedelta(seconds=15))
    assert offered(incident) == ["TRAIL-01", "TRAIL-02"]
    assert steps(incident) == [1, 2, 3, 1]


def test_a_closed_incident_and_a_drill_escalate_nowhere(press: Press, cast: Cast) -> None:
    closed = press()
    rules.close(closed, "false_alarm", "", now(), cast.komang)
    press("wahyu", drill=True)
    assert overdue.escalate(now() + timedelta(seconds=200)) == 0


def test_a_step_that_is_over_an_hour_late_is_reported_and_not_taken(press: Press) -> None:
    incident = press()
    late = after(incident, 15) + TOO_OLD + timedelta(seconds=1)
    for _ in range(3):
        overdue.escalate(late)
    assert offered(incident) == ["TRAIL-01"]
    assert told("unaccepted") == []
    assert told("deadline_missed") == ["dispatcher"]
    assert [line.detail["late"] for line in timeline.of_incident(incident.id) if line.event_type == "escalated"] == [
        True
    ]


def test_a_step_that_is_a_little_under_an_hour_late_is_still_taken(press: Press) -> None:
    incident = press()
    overdue.escalate(after(incident, 15) + TOO_OLD)
    assert offered(incident) == ["TRAIL-01", "TRAIL-02"]


def test_of_two_who_saw_the_same_one_takes_the_step(press: Press) -> None:
    incident = press()
    seen = db.session.execute(select(Incident.id, Incident.waiting_since, Incident.escalated)).one()
    overdue._escalate(seen, after(incident, 30))
    overdue._escalate(seen, after(incident, 30))
    assert steps(incident) == [1]


def test_the_most_urgent_go_first_and_a_turn_takes_a_batch(press: Press, cast: Cast) -> None:
    for _ in range(offers.BATCH + 1):
        last = press("wahyu", kind="other")
        db.session.execute(update(Alert).values(reporter_id=None))  # or the next press would join this one
    urgent = press()
    at = after(last, 20)
    first = overdue.escalate(at)
    assert 1 <= first <= offers.BATCH
    assert steps(urgent) == [1]
    rest = list(iter(lambda: overdue.escalate(at), 0))
    assert first + sum(rest) == offers.BATCH + 2
