"""An acceptance that was given in time and received after its offer ran out, since the tablet had no network."""

from datetime import datetime

from sqlalchemy import update

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.dispatch.facts import facts_of, missing, units_in_danger
from meteor.dispatch.models import Assignment
from meteor.dispatch.step_time import StepTime
from meteor.incidents import timeline
from meteor.notices import rules as notices
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


def tell(assignment: Assignment, step: StepTime, actor: User) -> None:
    """Tell the dispatchers, once, of an acceptance in time that stays refused: its crew may be on its way."""
    if assignment.status != "expired" or step.refused is not None or step.at > assignment.expires_at:
        return
    number, unit = assignment.incident.number, assignment.unit.call_sign
    key, page = f"accepted_late:{assignment.id}:dispatcher", f"/incidents/{number}"
    if notices.tell(key, "accepted_late", page, role="dispatcher", number=number, unit=unit):
        timeline.record(assignment.incident_id, "accepted_late", step.at, actor, unit=unit, **step.detail)


def _is_wanted(assignment: Assignment) -> bool:
    facts = facts_of(assignment.incident_id)
    if facts.incident.status == "closed" or facts.incident.held or assignment.unit_id in units_in_danger():
        return False
    lines = missing(facts, accepted_only=True)
    current = any(each.id == assignment.id for each in facts.current)
    return current and any(line.capability == assignment.capability for line in lines)
