"""What may happen to an assignment: accepted, refused, on its way, arrived, cleared, withdrawn; and to its incident."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from meteor.accounts.models import User
from meteor.agencies import whereabouts
from meteor.agencies.models import Shift, Unit
from meteor.dispatch import offers, plans, responders
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db, serialise

REFUSALS = ("vehicle", "busy", "too_far", "other")
OPEN = ("offered", *UNDER_WAY)


class TooLate(Exception):
    """The assignment is no longer in a state that allows this. `status` says what it is now, `by` who made it so.

    "taken": another unit has accepted; "closed": the incident was closed.
    """

    def __init__(self, status: str, by: str, at: datetime | None) -> None:
        super().__init__(f"{status} by {by}")
        self.status, self.by, self.at = status, by, at


def find(user: User, assignment_id: int) -> Assignment | None:
    """The assignment, if `user` crews its unit now or dispatches."""
    query = select(Assignment).where(Assignment.id == assignment_id)
    if user.role_names.isdisjoint({"dispatcher", "supervisor"}):
        crewed = select(Shift.unit_id).where(Shift.user_id == user.id, Shift.ended_at.is_(None))
        query = query.where(Assignment.unit_id.in_(crewed))
    return db.session.scalar(query)


def accept(assignment: Assignment, at: datetime, actor: User) -> None:
    """Take the offer. Of several at once one wins; the others get TooLate with the winner."""
    _advance(assignment, ("offered",), "assigned", at, actor, "accepted", accepted_at=at, accepted_by_id=actor.id)
    db.session.execute(
        update(Incident)
        .where(Incident.id == assignment.incident_id)
        .values(accepted_at=func.coalesce(Incident.accepted_at, at), waiting_since=None, escalated=0)
    )
    withdraw_surplus(assignment, at)


def refuse(assignment: Assignment, reason: str, at: datetime, actor: User) -> None:
    """Decline the offer; it goes to the next nearest. Raises TooLate."""
    end(assignment, "refused", ("offered",), at, actor, reason)
    offers.offer_nearest(assignment.incident_id, at)


def depart(assignment: Assignment, at: datetime, actor: User) -> None:
    """The unit is on its way. Raises TooLate."""
    _advance(assignment, ("accepted",), "en_route", at, actor, "en_route", en_route_at=at)
    whereabouts.set_out(assignment.unit, at)


def arrive(assignment: Assignment, at: datetime, actor: User) -> None:
    """The unit is at the place; one that forgot to say that it left, left before. Raises TooLate."""
    left = func.coalesce(Assignment.en_route_at, at)
    _advance(assignment, ("accepted", "en_route"), "on_scene", at, actor, "on_scene", on_scene_at=at, en_route_at=left)
    incident = assignment.incident
    whereabouts.arrive(assignment.unit, incident.latitude, incident.longitude, at)
    db.session.execute(
        update(Incident)
        .where(Incident.id == assignment.incident_id)
        .values(arrived_at=func.coalesce(Incident.arrived_at, at))
    )


def clear(assignment: Assignment, at: datetime, actor: User) -> None:
    """The unit is free again. If it never arrived, its line of the plan is offered anew. Raises TooLate.

    Where it was the last one there, the dispatchers are told: nobody would close the incident any more.
    """
    end(assignment, "cleared", UNDER_WAY, at, actor)
    offers.offer_nearest(assignment.incident_id, at)
    if is_deserted(assignment.incident_id):
        offers.alarm("left_open", assignment.incident_id, str(assignment.id), role="dispatcher")


def withdraw(assignment: Assignment, reason: str, at: datetime, actor: User) -> None:
    """The dispatcher takes the unit off the incident. It is not offered this incident again. Raises TooLate."""
    end(assignment, "withdrawn", OPEN, at, actor, reason)
    offers.offer_nearest(assignment.incident_id, at)


def end(assignment: Assignment, status: str, was: tuple[str, ...], at: datetime, actor: User, reason: str = "") -> None:
    """End the assignment as `status` if it is in one of the states `was`. Raises TooLate."""
    serialise()
    if not offers.end(assignment.id, status, at, reason, was=was):
        db.session.refresh(assignment)
        raise _too_late(assignment)
    db.session.execute(update(Assignment).where(Assignment.id == assignment.id).values(ended_by_id=actor.id))
    db.session.refresh(assignment)
    timeline.record(assignment.incident_id, status, at, actor, unit=assignment.unit.call_sign, reason=reason)
    plans.settle(assignment.incident_id, at)


def close(incident: Incident, outcome: str, note: str, at: datetime, actor: User | None) -> None:
    """Close the incident and free its units; without an actor METEOR does it itself. Raises incidents.AlreadyClosed."""
    incidents.close(incident, outcome, note, at, actor)
    still_open = select(Assignment.id, Assignment.status).where(
        Assignment.incident_id == incident.id, Assignment.ended_at.is_(None)
    )
    for assignment_id, status in db.session.execute(still_open).all():
        offers.end(assignment_id, "cleared" if status in UNDER_WAY else "withdrawn", at, "closed", was=OPEN)
    responders.settle(incident.id, at)


def reopen(incident: Incident, reason: str, at: datetime, actor: User) -> None:
    """Open the incident again and dispatch it anew. Raises incidents.NotClosed."""
    incidents.reopen(incident, reason, at, actor)
    offers.offer_nearest(incident.id, at)


def withdraw_surplus(assignment: Assignment, at: datetime) -> None:
    """Once a line of the plan is taken, the offers that were made beside it go back."""
    if plans.still_missing(assignment.incident_id, assignment.capability):
        return
    surplus = select(Assignment).where(
        Assignment.incident_id == assignment.incident_id,
        Assignment.capability == assignment.capability,
        Assignment.status == "offered",
        Assignment.added_by_id.is_(None),
    )
    for other in db.session.scalars(surplus).all():
        if offers.end(other.id, "withdrawn", at, "taken"):
            by = assignment.unit.call_sign
            timeline.record(other.incident_id, "withdrawn", at, unit=other.unit.call_sign, reason="taken", by=by)


def may_close(user: User, incident: Incident) -> bool:
    """Whether `user` may close the incident: its crew, past or present, or a dispatcher."""
    if not user.role_names.isdisjoint({"dispatcher", "supervisor"}):
        return True
    crewed = select(Shift.unit_id).where(Shift.user_id == user.id, Shift.ended_at.is_(None))
    on_it = select(Assignment.id).where(
        Assignment.incident_id == incident.id, Assignment.unit_id.in_(crewed), Assignment.accepted_at.is_not(None)
    )
    return db.session.scalar(on_it.limit(1)) is not None


def is_deserted(incident_id: int) -> bool:
    """Whether units were there and none is, or is asked to come, while the incident is still open."""
    on_it = select(Assignment.id).where(Assignment.incident_id == incident_id, Assignment.ended_at.is_(None))
    there = select(Incident.id).where(Incident.id == incident_id, Incident.status == "on_scene", ~on_it.exists())
    return db.session.scalar(there) is not None


def _advance(
    assignment: Assignment,
    was: tuple[str, ...],
    unit_status: str,
    at: datetime,
    actor: User,
    status: str,
    **values: Any,
) -> None:
    serialise()
    moved = db.session.execute(
        update(Assignment)
        .where(Assignment.id == assignment.id, Assignment.status.in_(was))
        .values(status=status, **values)
    )
    db.session.refresh(assignment)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise _too_late(assignment)
    db.session.execute(update(Unit).where(Unit.id == assignment.unit_id).values(status=unit_status))
    timeline.record(assignment.incident_id, status, at, actor, unit=assignment.unit.call_sign)
    plans.settle(assignment.incident_id, at)


def _too_late(assignment: Assignment) -> TooLate:
    by_hand = assignment.ended_by_id is not None
    if assignment.ended_at is None or by_hand:
        who = assignment.ended_by_id or assignment.accepted_by_id
        name = db.session.scalar(select(User.name).where(User.id == who))
        return TooLate(assignment.status, name or "METEOR", assignment.ended_at or assignment.accepted_at)
    closed = timeline.last(assignment.incident_id, "closed") if assignment.reason == "closed" else None
    if closed:
        return TooLate("closed", closed.actor_name, closed.at)
    return TooLate("taken" if assignment.reason == "taken" else assignment.status, "METEOR", assignment.ended_at)
