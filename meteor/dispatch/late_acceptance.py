"""Acceptances given in time that arrive after their offer ran out: the tablet was offline."""

from datetime import datetime

from sqlalchemy import and_, or_, select, update

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.dispatch import offers
from meteor.dispatch.facts import Facts, calls_all_nearby, facts_of, missing, units_in_danger
from meteor.dispatch.models import Assignment
from meteor.dispatch.step_time import StepTime
from meteor.incidents import timeline
from meteor.notices import rules as notices
from meteor.store.database import db, guarded_update


def restore_offer(assignment: Assignment, given: StepTime) -> None:
    """Reopen an expired offer that was accepted in time, if its unit is wanted and free.

    Wanted where the incident is open, not held and not reopened since, and lacks a unit there, offers to others aside;
    or where an officer is in danger, a person had added the unit, or it is asked anew: then that offer ends, since
    departure and arrival name the old one. Not free are units at work, on a break or with an officer in danger, and
    those that have accepted something since, refused this or were taken off it. What was merged counts as its handler.
    """
    db.session.refresh(assignment)
    if assignment.status != "expired" or given.at > assignment.expires_at or _has_turned(assignment, given.at):
        return
    facts = facts_of(assignment.incident.handler.id)
    asked = [each for each in facts.current if each.unit_id == assignment.unit_id and each.status == "offered"]
    if not _may_ask(facts, assignment) or not (asked or _is_wanted(facts, assignment)):
        return
    for newer in asked:  # one at most
        offers.end_assignment(newer.id, "withdrawn", given.received, "not_needed")
    free = guarded_update(Unit, Unit.id == assignment.unit_id, Unit.status == "available", status="offered")
    if free:
        line = asked[0].capability if asked else assignment.capability
        opened = {"status": "offered", "ended_at": None, "retry_at": None, "reason": "", "capability": line}
        db.session.execute(update(Assignment).where(Assignment.id == assignment.id).values(opened))


def tell(assignment: Assignment, step: StepTime, actor: User) -> None:
    """Tell the dispatchers once of an acceptance in time that stays refused."""
    if assignment.status != "expired" or step.refused is not None or step.at > assignment.expires_at:
        return
    incident, unit = assignment.incident.handler, assignment.unit.call_sign
    key, page = f"accepted_late:{assignment.id}:dispatcher", f"/incidents/{incident.number}"
    if notices.tell(key, "accepted_late", page, role="dispatcher", number=incident.number, unit=unit):
        timeline.record(incident.id, "accepted_late", step.at, actor, unit=unit, **step.detail)


def _has_turned(assignment: Assignment, since: datetime) -> bool:
    """Return whether the unit has taken another job since, or this was ended by a person."""
    this = (assignment.incident_id, assignment.incident.handler.id)
    by_hand = and_(Assignment.incident_id.in_(this), Assignment.ended_by_id.is_not(None), Assignment.ended_at > since)
    later = or_(Assignment.accepted_at > since, by_hand)
    found = select(Assignment.id).where(Assignment.unit_id == assignment.unit_id, later).limit(1)
    return db.session.scalar(found) is not None


def _may_ask(facts: Facts, assignment: Assignment) -> bool:
    incident = facts.incident
    if incident.status == "closed" or incident.held or assignment.unit_id in units_in_danger():
        return False
    return incident.reopened_at is None or assignment.offered_at >= incident.reopened_at


def _is_wanted(facts: Facts, assignment: Assignment) -> bool:
    if assignment.added_by_id is not None or calls_all_nearby(facts):
        return True
    return any(line.capability == assignment.capability for line in missing(facts, accepted_only=True))
