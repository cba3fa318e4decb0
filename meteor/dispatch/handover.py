"""Moves units under way to the incident that theirs was merged into."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from meteor.dispatch import offers
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import decisions, timeline
from meteor.incidents.models import Incident
from meteor.store.database import db


def hand_over(incident: Incident, into: Incident, at: datetime) -> None:
    """Units under way go on to `into`, which asks for what it still lacks; offers go back.

    `incident` is closed already.
    """
    offered = select(Assignment.id).where(Assignment.incident_id == incident.id, Assignment.status == "offered")
    for assignment_id in db.session.scalars(offered).all():
        offers.end_assignment(assignment_id, "withdrawn", at, "merged")
    going = select(Assignment).where(Assignment.incident_id == incident.id, Assignment.status.in_(UNDER_WAY))
    _move(db.session.scalars(going.order_by(Assignment.id)).all(), incident, into, at)


def take_back(incident: Incident, parts: Collection[int], into: Incident, merged_at: datetime, at: datetime) -> None:
    """Units that came over from `incident` or its `parts` go back, but for those that arrived since: they stand there.

    Each of the two asks for what it then lacks.
    """
    going = select(Assignment).where(
        Assignment.first_incident_id.in_(parts),
        Assignment.incident_id == into.id,
        Assignment.ended_at.is_(None),
        or_(Assignment.on_scene_at.is_(None), Assignment.on_scene_at <= merged_at),
    )
    _move(db.session.scalars(going.order_by(Assignment.id)).all(), into, incident, at)


def _move(going: Sequence[Assignment], start: Incident, end: Incident, at: datetime) -> None:
    for assignment in going:
        first = assignment.first_incident_id or start.id
        assignment.incident_id, assignment.first_incident_id = end.id, None if first == end.id else first
        if end.reopened_at:
            assignment.offered_at = at  # what was asked before it was opened again does not count for it
        decisions.add_agency(end.id, assignment.unit.agency_id)
        unit = assignment.unit.call_sign
        timeline.record(start.id, "went_over", at, unit=unit, number=end.number)
        timeline.record(end.id, "came_over", at, unit=unit, number=start.number)
    db.session.flush()
    for incident in (start, end):
        reconcile(incident.id, at)
        db.session.refresh(incident)
