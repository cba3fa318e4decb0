"""Permitted actions on an incident, and its present and past units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND
from meteor.agencies.models import Shift, Unit
from meteor.agencies.positions import course, freshness, heading
from meteor.agencies.rules import shift_of
from meteor.dispatch import offers
from meteor.dispatch.crew import next_step
from meteor.dispatch.models import Assignment
from meteor.dispatch.self_dispatch import may_take
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.protocols.roles import Role, role_of
from meteor.store.database import db, execute

STEPS = {
    "offered": ("acceptance", "refusal"),
    "accepted": ("departure", "arrival", "clearance"),
    "en_route": ("arrival", "clearance"),
    "on_scene": ("clearance",),
}
"""Next steps of an assignment by its open status, the usual one first."""


@dataclass(frozen=True)
class OnIt:
    """A unit that is on the incident, with what this user may do about it.

    `distance` is in metres from where it is now, None once it has arrived or where the place is unknown. `heading` is
    in degrees from true north, None unless it drives now.
    """

    assignment: Assignment
    role: Role | None
    distance: float | None
    freshness: str
    heading: float | None
    steps: Sequence[str]


@dataclass(frozen=True)
class View:
    """An incident's units as one user sees them. `actions` are the last parts of the addresses open to the user."""

    incident: Incident
    units: Sequence[OnIt]
    ended: Sequence[Assignment]
    actions: frozenset[str]
    version: str


def permitted(user: User, incident: Incident) -> frozenset[str]:
    """Actions permitted to `user` on the incident, in any status."""
    if user.has(*COMMAND):
        return frozenset(
            {
                "assignments",
                "closure",
                "reopening",
                "type",
                "staging",
                "hold",
                "place",
                "release",
                "withdrawal",
                "reassignment",
                "dispatcher",
            }
        )
    actions = {"release", "place"} if user.has("call_taker") else set()
    if _was_on_it(user, incident):
        actions |= {"assignments", "closure", "reopening"}
    return frozenset(actions)


def view(incident: Incident, user: User, at: datetime) -> View:
    """The incident's units. The version changes with the timeline, when a unit has moved, turned or stopped, and
    when the user's own unit may take the incident or may no more.
    """
    assignments = db.session.scalars(
        select(Assignment).where(Assignment.incident_id == incident.id).order_by(Assignment.id)
    ).all()
    open_ones = [each for each in assignments if each.ended_at is None]
    actions = permitted(user, incident)
    shift = shift_of(user)
    mine = shift.unit_id if shift else None
    alone = len(open_ones) == 1
    units = [_on_it(each, actions, mine=each.unit_id == mine, alone=alone, at=at) for each in open_ones]
    if shift and may_take(incident, shift.unit, at):
        actions |= {"self-dispatch"}
    actions = _fitting(actions, incident)
    known = version(incident.id, timeline.version_of(incident.id), "self-dispatch" in actions, at)
    return View(incident, units, [each for each in assignments if each.ended_at], actions, known)


def version(incident_id: int, newest: int, open_to_crew: bool, at: datetime) -> str:
    """The version of a View: `newest` is the incident's newest event, `open_to_crew` whether the user's may take it."""
    units = execute(_MOVING, incident=incident_id).all()
    moved = max((unit.moved_at.timestamp() for unit in units if unit.moved_at), default=0)
    headings = ",".join(str(course(heading(unit, at))) for unit in units)
    return f"{newest}.{moved:.0f}.{headings}{'.open' * open_to_crew}"


def version_without_crew(user_id: int, incident_id: int, newest: int, at: datetime) -> str | None:
    """The version of a View of somebody on no unit; None for a crew, whose unit may take the incident or may not."""
    return None if execute(_CREWS, user=user_id).first() else version(incident_id, newest, False, at)


def _was_on_it(user: User, incident: Incident) -> bool:
    """Return whether the unit that `user` crews now has accepted the incident at any time."""
    crewed = select(Shift.unit_id).where(Shift.user_id == user.id, Shift.ended_at.is_(None))
    on_it = select(Assignment.id).where(
        Assignment.incident_id == incident.id, Assignment.unit_id.in_(crewed), Assignment.accepted_at.is_not(None)
    )
    return db.session.scalar(on_it.limit(1)) is not None


def _on_it(assignment: Assignment, actions: frozenset[str], *, mine: bool, alone: bool, at: datetime) -> OnIt:
    steps: Sequence[str] = STEPS[assignment.status] if mine or "withdrawal" in actions else ()
    if mine:  # the next step has a button of its own, large and always in the same place
        steps = [] if assignment.status == "offered" else [it for it in steps if it != next_step(assignment, alone)]
    there = assignment.status == "on_scene"
    distance = None if there else offers.distance(assignment.unit, assignment.incident)
    role = role_of(assignment.incident.type, assignment.capability)
    unit = assignment.unit
    return OnIt(assignment, role, distance, freshness(unit, at), heading(unit, at), steps)


def _fitting(actions: frozenset[str], incident: Incident) -> frozenset[str]:
    """Return the actions that make sense for the incident as it is."""
    if incident.drill or incident.merged_into_id is not None:
        return frozenset()
    if incident.status == "closed":
        return actions & {"reopening"}
    absent = {"reopening", "hold" if incident.held else "release", *(["place"] if incident.premises_id else [])}
    return actions - absent


_MOVING = (
    select(Unit.moved_at, Unit.heading, Unit.speed, Unit.position_at)
    .join(Assignment, Assignment.unit_id == Unit.id)
    .where(Assignment.incident_id == bindparam("incident"), Assignment.ended_at.is_(None))
    .order_by(Assignment.id)
)
_CREWS = select(Shift.id).where(Shift.user_id == bindparam("user"), Shift.ended_at.is_(None))
