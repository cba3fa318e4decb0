"""Rules of assignments: accept, refuse, depart, arrive, clear, withdraw; closing and reopening of incidents.

`tapped` is when a crew reported the step on its tablet, where it was received later; see step_time.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND
from meteor.agencies import avl
from meteor.agencies.models import Shift, Unit
from meteor.dispatch import handover, late_acceptance, offers, responders
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.dispatch.reconciliation import reconcile
from meteor.dispatch.step_time import StepTime, closing_time, previous_step, step_time
from meteor.dispatch.too_late import TooLate as TooLate
from meteor.dispatch.too_late import too_late
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db, execute, guarded_update

REFUSALS = ("vehicle", "busy", "too_far", "other")
OPEN = ("offered", *UNDER_WAY)


def find(user: User, assignment_id: int) -> Assignment | None:
    """The assignment, if `user` crews its unit now or dispatches."""
    query = select(Assignment).where(Assignment.id == assignment_id)
    if not user.has(*COMMAND):
        crewed = select(Shift.unit_id).where(Shift.user_id == user.id, Shift.ended_at.is_(None))
        query = query.where(Assignment.unit_id.in_(crewed))
    return db.session.scalar(query)


def accept(assignment: Assignment, at: datetime, actor: User, *, tapped: datetime | None = None) -> None:
    """Take the offer. Of several at once one wins; the others get TooLate with the winner.

    An offer that ran out after it was `tapped` is taken too where its unit is still wanted (see late_acceptance), by
    what handles its incident now.
    """
    step = _step(assignment, tapped, at)
    if tapped is not None and step.refused is None:
        late_acceptance.restore_offer(assignment, step)
    values = {"accepted_at": step.at, "accepted_by_id": actor.id}
    _advance(assignment, ("offered",), "assigned", step, actor, "accepted", **values)
    if assignment.incident.merged_into is not None:
        handover.hand_over(assignment.incident, assignment.incident.handler, step.received)
        db.session.refresh(assignment)


def refuse(assignment: Assignment, reason: str, at: datetime, actor: User, *, tapped: datetime | None = None) -> None:
    """Decline the offer; it goes to the next nearest. Raises TooLate."""
    end_assignment(assignment, "refused", ("offered",), at, actor, reason, tapped=tapped)
    reconcile(assignment.incident_id, at)


def depart(assignment: Assignment, at: datetime, actor: User, *, tapped: datetime | None = None) -> None:
    """The unit is on its way. Raises TooLate."""
    step = _step(assignment, tapped, at)
    _advance(assignment, ("accepted",), "en_route", step, actor, "en_route", en_route_at=step.at)
    avl.set_out(assignment.unit, step.at)


def arrive(assignment: Assignment, at: datetime, actor: User, *, tapped: datetime | None = None) -> None:
    """The unit is at the place; one that forgot to say that it left, left before. Raises TooLate."""
    step = _step(assignment, tapped, at)
    values = {"on_scene_at": step.at, "en_route_at": func.coalesce(Assignment.en_route_at, step.at)}
    _advance(assignment, ("accepted", "en_route"), "on_scene", step, actor, "on_scene", **values)
    incident = assignment.incident
    avl.arrive(assignment.unit, incident.latitude, incident.longitude, step.at)


def clear(assignment: Assignment, at: datetime, actor: User, *, tapped: datetime | None = None) -> None:
    """Free the unit. Its line of the plan is offered again if it never arrived. Raises TooLate.

    Where it was the last one there, the dispatchers are told: nobody would close the incident any more.
    """
    end_assignment(assignment, "cleared", UNDER_WAY, at, actor, tapped=tapped)
    reconcile(assignment.incident_id, at)
    if is_deserted(assignment.incident_id):
        offers.alarm("left_open", assignment.incident.number, str(assignment.id), role="dispatcher")


def withdraw(assignment: Assignment, reason: str, at: datetime, actor: User) -> None:
    """The dispatcher takes the unit off the incident. It is not offered this incident again. Raises TooLate."""
    end_assignment(assignment, "withdrawn", OPEN, at, actor, reason)
    reconcile(assignment.incident_id, at)


def end_assignment(
    assignment: Assignment,
    status: str,
    was: tuple[str, ...],
    at: datetime,
    actor: User,
    reason: str = "",
    *,
    standard: str = "",
    tapped: datetime | None = None,
) -> None:
    """End the assignment as `status` if it is in one of the states `was`. Raises TooLate.

    `reason` is a text, `standard` the key of a standard reason (incidents.labels.STANDARD_REASONS).
    """
    step = _step(assignment, tapped, at)
    if not offers.end_assignment(assignment.id, status, step.at, reason, was=was):
        db.session.refresh(assignment)
        raise too_late(assignment)
    db.session.execute(update(Assignment).where(Assignment.id == assignment.id).values(ended_by_id=actor.id))
    db.session.refresh(assignment)
    said = {"unit": assignment.unit.call_sign, "reason": reason, **step.detail}
    if standard:
        said["standard"] = standard
    timeline.record(assignment.incident_id, status, step.at, actor, **said)


def close(
    incident: Incident, outcome: str, note: str, at: datetime, actor: User | None, *, tapped: datetime | None = None
) -> None:
    """Close the incident and free its units; without an actor METEOR does it itself.

    Raises incidents.AlreadyClosed, late_closures.ChangedSinceTap.
    """
    still_open = db.session.scalars(
        select(Assignment).where(Assignment.incident_id == incident.id, Assignment.ended_at.is_(None))
    ).all()
    step = closing_time(incident, still_open, tapped, at, actor)
    incidents.close(incident, outcome, note, step.at, actor, **step.detail)
    for each in still_open:
        status = "cleared" if each.status in UNDER_WAY else "withdrawn"
        offers.end_assignment(each.id, status, max(step.at, previous_step(each)), "closed", was=OPEN)
    responders.acknowledge_all(incident.id, at)
    reconcile(incident.id, at)


def reopen(incident: Incident, reason: str, at: datetime, actor: User) -> None:
    """Reopen the incident and dispatch it. Raises incidents.NotClosed."""
    incidents.reopen(incident, reason, at, actor)
    reconcile(incident.id, at)


def is_deserted(incident_id: int) -> bool:
    """Return whether units were there and none is, or is asked to come, while the incident is still open."""
    return execute(_DESERTED, incident=incident_id).scalar() is not None


def _advance(
    assignment: Assignment,
    was: tuple[str, ...],
    unit_status: str,
    step: StepTime,
    actor: User,
    status: str,
    **values: Any,
) -> None:
    moved = guarded_update(
        Assignment,
        Assignment.id == assignment.id,
        Assignment.status.in_(was),
        status=status,
        reported_at=step.received,
        **values,
    )
    db.session.refresh(assignment)
    if not moved:
        raise too_late(assignment)
    db.session.execute(update(Unit).where(Unit.id == assignment.unit_id).values(status=unit_status))
    timeline.record(assignment.incident_id, status, step.at, actor, unit=assignment.unit.call_sign, **step.detail)
    reconcile(assignment.incident_id, step.received)


def _step(assignment: Assignment, tapped: datetime | None, at: datetime) -> StepTime:
    if tapped is not None:
        db.session.refresh(assignment)  # its latest step may be of another tablet
    return step_time(tapped, at, previous_step(assignment))


_on_it = select(Assignment.id).where(Assignment.incident_id == Incident.id, Assignment.ended_at.is_(None))
_DESERTED = select(Incident.id).where(
    Incident.id == bindparam("incident"), Incident.status == "on_scene", ~_on_it.exists()
)
