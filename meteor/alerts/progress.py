"""Progress of an alert for its reporter: units on the way, their distance and its age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from meteor.agencies import rules as agencies
from meteor.alerts.models import Alert
from meteor.dispatch import offers
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.territory import rules as territory

RECENT = timedelta(minutes=2)
"""Age to which a position says where a unit under way is: a motorbike goes 1.3 km meanwhile."""


@dataclass(frozen=True)
class Responder:
    """A unit on its way, with the names of its crew.

    `distance` is in metres, as the crow flies, from its position (`point`, degrees WGS-84, as of `position_at`, else
    its base) to the incident, whose place is known to `radius` metres. It is `known` where the unit is: its position is
    RECENT, or it stands at its base.
    """

    call_sign: str
    kind: str
    agency: str
    crew: Sequence[str]
    status: str
    distance: float | None
    radius: float | None
    known: bool
    point: tuple[float, float] | None
    position_at: datetime | None

    @property
    def vague(self) -> bool:
        """Return whether distance and time of its way are told from and to."""
        if self.status == "on_scene" or self.distance is None:
            return False
        least, most = territory.span(self.distance, self.radius)
        return least < most


def responders(alert: Alert, at: datetime) -> list[Responder]:
    """The units that have accepted and are on their way or there, nearest first."""
    rows = db.session.scalars(
        select(Assignment).where(Assignment.incident_id == alert.incident_id, Assignment.status.in_(UNDER_WAY))
    ).all()
    crews = agencies.crews_of([row.unit for row in rows]) if rows else {}
    coming = [_responder(row, alert.incident, crews.get(row.unit_id, ()), at) for row in rows]
    return sorted(coming, key=lambda responder: (responder.distance is None, responder.distance))


def _responder(row: Assignment, incident: Incident, crew: Sequence[str], at: datetime) -> Responder:
    unit = row.unit
    return Responder(
        unit.call_sign, unit.kind, unit.agency.name, crew, row.status, offers.distance(unit, incident),
        incident.accuracy,
        unit.at_base or (unit.position_at is not None and at - unit.position_at <= RECENT),
        (unit.latitude, unit.longitude) if unit.latitude is not None and unit.longitude is not None else None,
        unit.position_at,
    )  # fmt: skip


def happened(incident_id: int) -> frozenset[str]:
    """Return those of "coming" and "arrived" that have happened.

    A unit that was taken off again before it arrived does not count.
    """
    rows = db.session.scalars(select(Assignment).where(Assignment.incident_id == incident_id)).all()
    arrived = any(row.on_scene_at for row in rows)
    coming = arrived or any(row.en_route_at and row.status != "withdrawn" for row in rows)
    return frozenset(stage for stage, so in (("coming", coming), ("arrived", arrived)) if so)
