"""Units that a user may add to an incident, nearest first, and the reason against each other one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, inf, radians

from sqlalchemy import func, select

from meteor.agencies import travel
from meteor.agencies.models import Unit
from meteor.agencies.positions import freshness
from meteor.dispatch import offers
from meteor.dispatch.facts import units_in_danger
from meteor.dispatch.models import Assignment
from meteor.dispatch.statements import in_danger
from meteor.incidents.models import Incident
from meteor.store.database import db


@dataclass(frozen=True)
class RosterUnit:
    """A unit in service. `distance` in metres from the incident, None where the incident's place is unknown.

    `at_work_on` is the number of the incident that it is on; `before` the status of its ended assignment on this one.
    `minutes` are the fewest and the most of its way, as estimated; `in_danger` says that an officer of it is in danger.
    """

    unit: Unit
    distance: float | None
    freshness: str
    at_work_on: str | None
    before: str | None
    minutes: tuple[int, int] | None = None
    in_danger: bool = False

    @property
    def available(self) -> bool:
        """Return whether it can be offered the incident now."""
        return self.unit.status == "available"


def roster(incident: Incident, at: datetime, agency_id: int | None = None) -> Sequence[RosterUnit]:
    """Every unit in service, or an agency's, nearest first."""
    query = select(Unit).where(Unit.in_service)
    if agency_id is not None:
        query = query.where(Unit.agency_id == agency_id)
    at_work = dict(
        db.session.execute(
            select(Assignment.unit_id, Incident.number)
            .join(Incident, Incident.id == Assignment.incident_id)
            .where(Assignment.ended_at.is_(None))
        ).all()
    )
    before = dict(
        db.session.execute(
            select(Assignment.unit_id, Assignment.status)
            .where(Assignment.incident_id == incident.id, Assignment.ended_at.is_not(None))
            .order_by(Assignment.id)
        ).all()
    )
    paces, dangers = travel.paces(), units_in_danger()
    entries = []
    for unit in db.session.scalars(query):
        distance = offers.distance(unit, incident)
        minutes = None if distance is None else travel.minutes_to(distance, incident.accuracy, paces[unit.kind])
        known = (at_work.get(unit.id), before.get(unit.id), minutes, unit.id in dangers)
        entries.append(RosterUnit(unit, distance, freshness(unit, at), *known))
    return sorted(entries, key=lambda entry: (inf if entry.distance is None else entry.distance, entry.unit.call_sign))


def nearest_free(incident: Incident, at: datetime, most: int) -> Sequence[RosterUnit]:
    """The nearest free units of any capability, none whose officer is in danger; none without a place."""
    if incident.latitude is None or incident.longitude is None:
        return ()
    north = func.coalesce(Unit.latitude, Unit.base_latitude) - incident.latitude
    east = (func.coalesce(Unit.longitude, Unit.base_longitude) - incident.longitude) * cos(radians(incident.latitude))
    free = select(Unit).where(Unit.in_service, Unit.status == "available", ~in_danger(Unit))
    near = db.session.scalars(free.order_by(north * north + east * east).limit(2 * most))  # on a flat map: some spare
    entries = [RosterUnit(unit, offers.distance(unit, incident), freshness(unit, at), None, None) for unit in near]
    return sorted(entries, key=lambda entry: entry.distance or 0.0)[:most]
