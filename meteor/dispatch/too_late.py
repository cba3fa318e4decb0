"""A step that comes too late: what the assignment is instead, who made it so, and who has the incident now."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.dispatch.models import Assignment
from meteor.incidents import decisions
from meteor.incidents.models import Incident
from meteor.store.database import db


class CurrentState(NamedTuple):
    """The incident's state: "closed", "taken" or "offered" by the units with these call signs, or "waiting"."""

    state: str
    units: list[str]


class TooLate(Exception):
    """The assignment is no longer in a state that allows this. `status` says what it is now, `by` who made it so.

    "taken": another unit has accepted; "closed": the incident was closed. `current` is the incident's state where the
    assignment ended without being done.
    """

    def __init__(self, status: str, by: str, at: datetime | None, current: CurrentState | None = None) -> None:
        super().__init__(f"{status} by {by}")
        self.status, self.by, self.at, self.current = status, by, at, current


def too_late(assignment: Assignment) -> TooLate:
    """Return the exception that says why `assignment` cannot be changed any more."""
    undone = assignment.ended_at is not None and assignment.status != "cleared"
    current = current_state(assignment.incident.handler) if undone else None
    by_hand = assignment.ended_by_id is not None
    if assignment.ended_at is None or by_hand:
        who = assignment.ended_by_id or assignment.accepted_by_id
        name = db.session.scalar(select(User.name).where(User.id == who))
        return TooLate(assignment.status, name or "METEOR", assignment.ended_at or assignment.accepted_at, current)
    closed = decisions.newest(assignment.incident_id, "closure") if assignment.reason == "closed" else None
    if closed:
        return TooLate("closed", closed.author_name, closed.at)
    status = "taken" if assignment.reason == "taken" else assignment.status
    return TooLate(status, "METEOR", assignment.ended_at, current)


def current_state(incident: Incident, capability: str | None = None) -> CurrentState:
    """Units that have the incident now, or are asked; only those for a line of the plan if `capability` names it."""
    if incident.status == "closed":
        return CurrentState("closed", [])
    query = (
        select(Assignment.status, Unit.call_sign)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.incident_id == incident.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    )
    if capability is not None:
        query = query.where(Assignment.capability == capability)
    open_ones = db.session.execute(query).all()
    taken = [row.call_sign for row in open_ones if row.status != "offered"]
    offered = [row.call_sign for row in open_ones if row.status == "offered"]
    if taken:
        return CurrentState("taken", taken)
    return CurrentState("offered", offered) if offered else CurrentState("waiting", [])
