"""Moves units under way to the incident that theirs was merged into."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from meteor.dispatch import offers
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db, serialise


def hand_over(incident: Incident, into: Incident, at: datetime) -> list[int]:
    """Units under way go on to `into`, which asks for what it still lacks; offers go back.

    The ids of the assignments that went over. `incident` is closed already.
    """
    serialise()
    offered = select(Assignment.id).where(Assignment.incident_id == incident.id, Assignment.status == "offered")
    for assignment_id in db.session.scalars(offered).all():
        offers.end_assignment(assignment_id, "withdrawn", at, "merged")
    going = select(Assignment).where(Assignment.incident_id == incident.id, Assignment.status.in_(UNDER_WAY))
    units = db.session.scalars(going.order_by(Assignment.id)).all()
    return _move(units, incident, into, at)


def take_back(
    assignment_ids: Collection[int], incident: Incident, into: Incident, merged_at: datetime, at: datetime
) -> None:
    """Units that went over to `into` go back to `incident`, but for those that arrived since: they stand at `into`.

    Each of the two asks for what it then lacks.
    """
    serialise()
    going = select(Assignment).where(
        Assignment.id.in_(assignment_ids),
        Assignment.incident_id == into.id,
        Assignment.ended_at.is_(None),
        or_(Assignment.on_scene_at.is_(None), Assignment.on_scene_at <= merged_at),
    )
    back = db.session.scalars(going.order_by(Assignment.id)).all()
    _move(back, into, incident, at)


def _move(going: Sequence[Assignment], start: Incident, end: Incident, at: datetime) -> list[int]:
    for assignment in going:
        assignment.incident_id = end.id
        if end.reopened_at:
            assignment.offered_at = at  # what was asked before it was opened again does not count for it
        incidents.add_agency(end.id, assignment.unit.agency_id)
        unit = assignment.unit.call_sign
        timeline.record(start.id, "went_over", at, unit=unit, number=end.number)
        timeline.record(end.id, "came_over", at, unit=unit, number=start.number)
    db.session.flush()
    for incident in (start, end):
        reconcile(incident.id, at)
        db.session.refresh(incident)
    return [assignment.id for assignment in going]
