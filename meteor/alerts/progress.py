"""Progress of an alert for its reporter: units on the way, their distance and its age."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from meteor.alerts.models import Alert
from meteor.dispatch import offers
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.store.database import db


@dataclass(frozen=True)
class Responder:
    """A unit on its way. `distance` in metres from its position (as of `position_at`) to the incident."""

    call_sign: str
    agency: str
    status: str
    distance: float | None
    position_at: datetime | None


def responders(alert: Alert) -> list[Responder]:
    """The units that have accepted and are on their way or there, nearest first."""
    rows = db.session.scalars(
        select(Assignment).where(Assignment.incident_id == alert.incident_id, Assignment.status.in_(UNDER_WAY))
    ).all()
    coming = [
        Responder(
            row.unit.call_sign, row.unit.agency.name, row.status, offers.distance(row.unit, alert.incident),
            row.unit.position_at,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(coming, key=lambda responder: (responder.distance is None, responder.distance))


def happened(incident_id: int) -> frozenset[str]:
    """Those of "coming" and "arrived" that have happened.

    A unit that was taken off again before it arrived does not count.
    """
    rows = db.session.scalars(select(Assignment).where(Assignment.incident_id == incident_id)).all()
    arrived = any(row.on_scene_at for row in rows)
    coming = arrived or any(row.en_route_at and row.status != "withdrawn" for row in rows)
    return frozenset(stage for stage, so in (("coming", coming), ("arrived", arrived)) if so)
