"""What may happen to an assignment: accepted, refused, on its way, arrived, cleared, withdrawn; and to its incident."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from meteor.accounts.models import User
from meteor.agencies.models import Shift, Unit
from meteor.dispatch import offers, plans
from meteor.dispatch.models import Assignment
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.rules import TypeRow
from meteor.store.database import db, serialise

REFUSALS = ("vehicle", "busy", "too_far", "other")
UNDER_WAY = ("accepted", "en_route", "on_scene")
OPEN = ("offered", *UNDER_WAY)


class TooLate(Exception):
    """The assignment is no longer in a state that allows this. `status` says what it is now, `by` who made it so."""

    def __init__(self, status: str, by: str, at: datetime | None) -> None:
        super().__init__(f"{status} by {by}")
        self.status, self.by, self.at = status, by, at


class UnitBusy(Exception):
    """The unit has an open assignment or is off duty; `where` is the number of the incident it is on, if any."""

    def __init__(self, call_sign: str, status: str, where: str | None) -> None:
        super().__init__(f"{call_sign} is {status} ({where})")
        self.call_sign, self.status, self.where = call_sign, status, where


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
    _withdraw_surplus(assignment, at)


def refuse(assignment: Assignment, reason: str, at: datetime, actor: User) -> None:
    """Decline the offer; it goes to the next nearest. Raises TooLate."""
    _end(assignment, "refused", ("offered",), at, actor, reason)
    offers.offer_nearest(assignment.incident_id, at)


def depart(assignment: Assignment, at: datetime, actor: User) -> None:
    """The unit is on its way. Raises TooLate."""
    _advance(assignment, ("accepted",), "en_route", at, actor, "en_route", en_route_at=at)


def arrive(assignment: Assignment, at: datetime, actor: User) -> None:
    """The unit is at the place; one that forgot to say that it left, left before. Raises TooLate."""
    left = func.coalesce(Assignment.en_route_at, at)
    _advance(assignment, ("accepted", "en_route"), "on_scene", at, actor, "on_scene", on_scene_at=at, en_route_at=left)
    db.session.execute(
        update(Incident)
        .where(Incident.id == assignment.incident_id)
        .values(arrived_at=func.coalesce(Incident.arrived_at, at))
    )


def clear(assignment: Assignment, at: datetime, actor: User) -> None:
    """The unit is free again. If it never arrived, its line of the plan is offered anew. Raises TooLate."""
    _end(assignment, "cleared", UNDER_WAY, at, actor)
    offers.offer_nearest(assignment.incident_id, at)


def withdraw(assignment: Assignment, reason: str, at: datetime, actor: User) -> None:
    """The dispatcher takes the unit off the incident. It is not offered this incident again. Raises TooLate."""
    _end(assignment, "withdrawn", OPEN, at, actor, reason)
    offers.offer_nearest(assignment.incident_id, at)


def add(incident: Incident, unit: Unit, reason: str, at: datetime, actor: User) -> None:
    """Offer the incident to a unit that a person chose; a held one is released by that.

    Raises UnitBusy, incidents.AlreadyClosed.
    """
    _still_open(incident)
    _offer_chosen(incident, unit, reason, at, actor)
    offers.offer_nearest(incident.id, at)


def reassign(assignment: Assignment, unit: Unit, reason: str, at: datetime, actor: User) -> None:
    """Put another unit in this one's place, both or neither. Raises TooLate, UnitBusy."""
    serialise()
    db.session.refresh(unit)
    if unit.status != "available":
        raise _busy(unit)
    _end(assignment, "withdrawn", OPEN, at, actor, reason)
    _offer_chosen(assignment.incident, unit, reason, at, actor)
    offers.offer_nearest(assignment.incident_id, at)


def release(incident: Incident, at: datetime, actor: User) -> None:
    """A call-taker lets a held alert go to a unit."""
    serialise()
    released = db.session.execute(
        update(Incident).where(Incident.id == incident.id, Incident.held).values(held=False, waiting_since=at)
    )
    if released.rowcount == 1:  # type: ignore[attr-defined]
        timeline.record(incident.id, "released", at, actor)
        offers.offer_nearest(incident.id, at)


def retype(incident: Incident, type_row: TypeRow, priority: int, reason: str, at: datetime, actor: User) -> None:
    """The dispatcher changes what the incident is or how urgent; what it then needs is offered.

    Raises incidents.AlreadyClosed.
    """
    _still_open(incident)
    if type_row.id != incident.type_id:
        incidents.retype(incident, type_row, at, actor, reason=reason)
    if priority != incident.priority:
        incidents.reprioritise(incident, priority, at, actor, reason=reason)
    offers.offer_nearest(incident.id, at)


def close(incident: Incident, outcome: str, note: str, at: datetime, actor: User) -> None:
    """Close the incident and free its units. Raises incidents.AlreadyClosed."""
    incidents.close(incident, outcome, note, at, actor)
    still_open = select(Assignment.id, Assignment.status).where(
        Assignment.incident_id == incident.id, Assignment.ended_at.is_(None)
    )
    for assignment_id, status in db.session.execute(still_open).all():
        offers.end(assignment_id, "cleared" if status in UNDER_WAY else "withdrawn", at, "closed", was=OPEN)


def reopen(incident: Incident, reason: str, at: datetime, actor: User) -> None:
    """Open the incident again and dispatch it anew. Raises incidents.NotClosed."""
    incidents.reopen(incident, reason, at, actor)
    offers.offer_nearest(incident.id, at)


def may_close(user: User, incident: Incident) -> bool:
    """Whether `user` may close the incident: its crew, past or present, or a dispatcher."""
    if not user.role_names.isdisjoint({"dispatcher", "supervisor"}):
        return True
    crewed = select(Shift.unit_id).where(Shift.user_id == user.id, Shift.ended_at.is_(None))
    on_it = select(Assignment.id).where(
        Assignment.incident_id == incident.id, Assignment.unit_id.in_(crewed), Assignment.accepted_at.is_not(None)
    )
    return db.session.scalar(on_it.limit(1)) is not None


def _still_open(incident: Incident) -> None:
    serialise()
    db.session.refresh(incident)
    if incident.status == "closed":
        raise incidents.AlreadyClosed(incident.number)


def _offer_chosen(incident: Incident, unit: Unit, reason: str, at: datetime, actor: User) -> None:
    if incident.held:
        db.session.execute(update(Incident).where(Incident.id == incident.id).values(held=False, waiting_since=at))
        timeline.record(incident.id, "released", at, actor)
    distance = offers.distance(unit, incident)
    able = [row.capability for row in unit.capabilities]
    capability = plans.most_needed(plans.waiting(incident), able)
    if offers.offer_to(plans.waiting(incident), unit.id, capability, distance, at, actor.id) is None:
        raise _busy(unit)
    timeline.record(
        incident.id, "added", at, actor, unit=unit.call_sign, distance=distance, capability=capability, reason=reason
    )


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


def _end(
    assignment: Assignment, status: str, was: tuple[str, ...], at: datetime, actor: User, reason: str = ""
) -> None:
    serialise()
    if not offers.end(assignment.id, status, at, reason, was=was):
        db.session.refresh(assignment)
        raise _too_late(assignment)
    db.session.execute(update(Assignment).where(Assignment.id == assignment.id).values(ended_by_id=actor.id))
    db.session.refresh(assignment)
    timeline.record(assignment.incident_id, status, at, actor, unit=assignment.unit.call_sign, reason=reason)
    plans.settle(assignment.incident_id, at)


def _withdraw_surplus(assignment: Assignment, at: datetime) -> None:
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


def _too_late(assignment: Assignment) -> TooLate:
    who = assignment.ended_by_id or assignment.accepted_by_id
    name = db.session.scalar(select(User.name).where(User.id == who)) if who else ""
    return TooLate(assignment.status, name or "METEOR", assignment.ended_at or assignment.accepted_at)


def _busy(unit: Unit) -> UnitBusy:
    where = db.session.scalar(
        select(Incident.number)
        .join(Assignment, Assignment.incident_id == Incident.id)
        .where(Assignment.unit_id == unit.id, Assignment.ended_at.is_(None))
    )
    db.session.refresh(unit)
    return UnitBusy(unit.call_sign, unit.status, where)
