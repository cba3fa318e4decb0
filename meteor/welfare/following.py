"""The place of an officer in danger: it follows the unit's position for as long as the incident is open."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from meteor import geo
from meteor.agencies.models import Unit
from meteor.alerts.models import Alert
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import decisions
from meteor.incidents import rules as incidents
from meteor.incidents.models import Decision, Incident
from meteor.incidents.places import Place, apart
from meteor.store.database import db, execute
from meteor.store.work import within_share

SOURCE = "unit"
"""The source of a place that is the position of the officer's unit."""

MOVED = 30.0
"""Metres; a unit that has moved less is still there."""


def follow_units(at: datetime) -> bool:
    """Let the open incidents of officers in danger follow their units. Whether more have moved than were served."""
    moved = [row.id for row in execute(_FOLLOWING).all() if _has_moved(row)]
    done = 0
    for incident_id in within_share(moved):
        done += 1
        follow(db.session.get_one(Incident, incident_id, populate_existing=True), at)
    return done < len(moved)


def due(at: datetime) -> datetime | None:
    """`at` if a unit that an incident follows has moved, else None."""
    return at if any(_has_moved(row) for row in execute(_FOLLOWING)) else None


def _has_moved(row: Any) -> bool:
    """Return whether the unit is elsewhere than its incident: only these are looked at."""
    return row.latitude is None or geo.metres((row.latitude, row.longitude), (row.north, row.east)) >= MOVED


def take(incident: Incident, place: Place, age: float | None, at: datetime, alert_id: UUID) -> None:
    """Move the incident to where another press was made, `age` seconds old, if that is newer than what is known.

    A place that a person has said since stands. A base, of no age, only counts where no place is known.
    """
    if place.latitude is None or incident.place_source not in (SOURCE, "none"):
        return
    if incident.latitude is None or (age is not None and at - timedelta(seconds=age) > _taken_at(incident)):
        incidents.move(incident, place, at, alert_id=alert_id)
        reconcile(incident.id, at)


def _taken_at(incident: Incident) -> datetime:
    """The moment of the position that the incident's place is; a press said how old it was."""
    known = decisions.newest(incident.id, "opening", "place")
    if known is None:
        return incident.opened_at
    press = select(Alert.position_age).where(Alert.incident_id == incident.id, Alert.received_at == known.at)
    return known.at - timedelta(seconds=db.session.scalar(press.where(Alert.unit_id.is_not(None)).limit(1)) or 0.0)


def follow(incident: Incident, at: datetime) -> None:
    """Move the incident to its unit's position, if that is newer than its place and MOVED away. Idempotent.

    A place that a person has said since stands.
    """
    unit = incident.endangered_unit
    if unit is None or incident.endangered_at is None or incident.place_source not in (SOURCE, "none"):
        return
    db.session.refresh(unit)
    if unit.position_at is None or unit.latitude is None:
        return
    if incident.latitude is not None:
        known = decisions.newest(incident.id, "opening", "place")
        if (known and unit.position_at <= known.at) or apart(incident, unit.latitude, unit.longitude) < MOVED:
            return
    place = Place(unit.latitude, unit.longitude, unit.accuracy, SOURCE)
    newest = select(Alert.id).where(Alert.incident_id == incident.id, Alert.unit_id == unit.id)
    alert_id = db.session.scalar(newest.order_by(Alert.received_at.desc()).limit(1))
    incidents.move(incident, place, at, alert_id=alert_id)
    reconcile(incident.id, at)


_placed_at = select(func.max(Decision.at)).where(
    Decision.incident_id == Incident.id, Decision.kind.in_(("opening", "place"))
)
_FOLLOWING = (
    select(Incident.id, Incident.latitude, Incident.longitude, Unit.latitude.label("north"),
           Unit.longitude.label("east"))
    .join(Unit, Unit.id == Incident.endangered_unit_id)
    .where(
        Incident.is_open, Incident.endangered_unit_id.is_not(None), Incident.endangered_at.is_not(None),
        Incident.place_source.in_((SOURCE, "none")),
        Unit.latitude.is_not(None), Unit.position_at.is_not(None),
        or_(Incident.latitude.is_(None), Unit.position_at > _placed_at.correlate(Incident).scalar_subquery()),
    )
)  # fmt: skip
