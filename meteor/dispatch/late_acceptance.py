"""An acceptance that was given in time and received after its offer ran out, since the tablet had no network."""

from datetime import datetime

from sqlalchemy import update

from meteor.agencies.models import Unit
from meteor.dispatch.facts import facts_of, missing, units_in_danger
from meteor.dispatch.models import Assignment
from meteor.store.database import db, guarded_update


def restore_offer(assignment: Assignment, given_at: datetime) -> None:
    """Open an offer again that ran out, where it was accepted in time and would still be made to its unit.

    It would not where the incident is closed, held or lacks no unit there, offers to others aside, or where the unit is
    not free or an officer of it is in danger.
    """
    db.session.refresh(assignment)
    if assignment.status != "expired" or given_at > assignment.expires_at or not _is_wanted(assignment):
        return
    free = guarded_update(Unit, Unit.id == assignment.unit_id, Unit.status == "available", status="offered")
    if free:
        opened = {"status": "offered", "ended_at": None, "retry_at": None, "reason": ""}
        db.session.execute(update(Assignment).where(Assignment.id == assignment.id).values(opened))


def _is_wanted(assignment: Assignment) -> bool:
    facts = facts_of(assignment.incident_id)
    if facts.incident.status == "closed" or facts.incident.held or assignment.unit_id in units_in_danger():
        return False
    lines = missing(facts, accepted_only=True)
    current = any(each.id == assignment.id for each in facts.current)
    return current and any(line.capability == assignment.capability for line in lines)
