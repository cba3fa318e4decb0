"""The roles of an incident's response plan, each with its assigned unit or without one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from meteor.dispatch import offers
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.protocols.roles import Role, roles
from meteor.store.database import db


@dataclass(frozen=True)
class PlanSlot:
    """One place in the plan: its role and the assigned unit, if there is one.

    `distance` is in metres from where the unit is now, None once it has arrived or where the place is unknown.
    """

    role: Role
    assignment: Assignment | None
    distance: float | None

    @property
    def call_sign(self) -> str:
        """The unit's call sign, empty without an assignment."""
        return self.assignment.unit.call_sign if self.assignment else ""


def of_incident(incident: Incident) -> list[PlanSlot]:
    """The incident's roles in the plan's order, each as often as it is asked for; then who goes beyond the plan.

    A unit that arrived and was cleared has filled its place.
    """
    role, left = roles(), list(_taken(incident))
    slots: list[PlanSlot] = []
    for line in incident.type.plan:
        mine = [each for each in left if each.capability == line.capability][: line.count]
        left = [each for each in left if each not in mine]
        name = role(incident.type_id, line.capability)
        slots += [_slot(name, each, incident) for each in mine]
        slots += [PlanSlot(name, None, None)] * (line.count - len(mine))
    beyond = (each for each in left if each.ended_at is None)
    return slots + [_slot(role(incident.type_id, each.capability), each, incident) for each in beyond]


def _taken(incident: Incident) -> Sequence[Assignment]:
    """Present and past assignments since the incident was opened (again), open ones first."""
    covers = Assignment.ended_at.is_(None) | ((Assignment.status == "cleared") & Assignment.on_scene_at.is_not(None))
    query = select(Assignment).where(Assignment.incident_id == incident.id, covers)
    if incident.reopened_at:
        query = query.where(Assignment.offered_at >= incident.reopened_at)
    return db.session.scalars(
        query.order_by(Assignment.ended_at.is_not(None), Assignment.id).execution_options(populate_existing=True)
    ).all()


def _slot(role: Role, assignment: Assignment, incident: Incident) -> PlanSlot:
    coming = assignment.ended_at is None and assignment.status != "on_scene"
    return PlanSlot(role, assignment, offers.distance(assignment.unit, incident) if coming else None)
