"""Which open incidents a report may be of: found near it in space and time, or by who reports it, and scored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from meteor.accounts.models import User
from meteor.alerts.likeness import LIKELY, MOST_DOUBT, PEOPLE_GAP, Reason, Trace, likeness
from meteor.alerts.models import Alert
from meteor.dispatch.geography import box
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident, IncidentType
from meteor.residents.models import Resident
from meteor.store.database import db

SHOWN = 8
"""So many candidates at most: nobody reads more of them while somebody speaks."""


@dataclass(frozen=True)
class Probe:
    """A report as far as it is known, at the moment `at`. Degrees WGS-84, `radius` in metres, `phone` in E.164.

    What it is of says `type_id`, or else the alert's `kind`; neither while nobody said it.
    """

    at: datetime
    type_id: int | None = None
    kind: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius: float | None = None
    rt_id: int | None = None
    phone: str | None = None
    household_id: UUID | None = None


@dataclass(frozen=True)
class Candidate:
    """An open incident that a report may be of, with a score from 0 to 1 and the reasons for it."""

    incident: Incident
    score: float
    reasons: tuple[Reason, ...]

    @property
    def likely(self) -> bool:
        """Whether it is more likely the same than not."""
        return self.score >= LIKELY


def candidates(probe: Probe) -> list[Candidate]:
    """The open incidents that a report may be of, the likeliest first, SHOWN at most."""
    type_id = probe.type_id or (incidents.type_for(probe.kind).id if probe.kind else None)
    kind = db.session.get(IncidentType, type_id) if type_id else None
    trace = Trace(
        kind.code if kind else "",
        probe.at,
        probe.at,
        place=_point(probe.latitude, probe.longitude),
        radius=probe.radius or 0.0,
        reach=kind.duplicate_radius if kind else 0.0,
        rt_id=probe.rt_id,
        phones=frozenset([probe.phone] if probe.phone else []),
        households=frozenset([probe.household_id] if probe.household_id else []),
    )
    return _alike(trace, _around(trace))[:SHOWN]


def of_incident(incident: Incident) -> list[Candidate]:
    """The other open incidents that an incident may be the same as, the likeliest first, SHOWN at most."""
    ((own, trace),) = _traces(Incident.id == incident.id)
    return [found for found in _alike(trace, _around(trace)) if found.incident is not own][:SHOWN]


def _alike(trace: Trace, others: Iterable[tuple[Incident, Trace]]) -> list[Candidate]:
    compared = [(incident, likeness(trace, other)) for incident, other in others]
    found = [Candidate(incident, like.score, like.reasons) for incident, like in compared if like]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.incident.id))


def _around(trace: Trace) -> list[tuple[Incident, Trace]]:
    """The open incidents in question, read with a margin."""
    here: list[ColumnElement[bool]] = [
        User.phone.in_(trace.phones),
        Alert.caller_phone.in_(trace.phones),
        Resident.household_id.in_(trace.households),
    ]
    if trace.place:
        farthest = db.session.scalar(select(func.max(IncidentType.duplicate_radius))) or 0.0
        area = box(trace.place, farthest + MOST_DOUBT)
        inside = Incident.latitude.between(area.south, area.north), Incident.longitude.between(area.west, area.east)
        here.append(and_(*inside))
    return _traces(
        Incident.status != "closed",
        Incident.opened_at <= trace.last + PEOPLE_GAP,
        Alert.received_at >= trace.first - PEOPLE_GAP,
        or_(*here),
    )


def _traces(*conditions: Any) -> list[tuple[Incident, Trace]]:
    """Incidents with what their alerts tell of them."""
    rows = db.session.execute(
        select(Incident, Alert.received_at, User.phone, Alert.caller_phone, Resident.household_id)
        .join(Alert, Alert.incident_id == Incident.id)
        .outerjoin(User, User.id == Alert.reporter_id)
        .outerjoin(Resident, and_(Resident.user_id == User.id, Resident.moved_out_on.is_(None)))
        .where(*conditions)
        .order_by(Alert.received_at)
    ).all()
    told: dict[Incident, list[Any]] = {}
    for row in rows:
        told.setdefault(row[0], []).append(row)
    return [(incident, _trace(incident, of_it)) for incident, of_it in told.items()]


def _trace(incident: Incident, told: list[Any]) -> Trace:
    return Trace(
        incident.type.code,
        told[0].received_at,
        told[-1].received_at,
        place=_point(incident.latitude, incident.longitude),
        radius=incident.accuracy or 0.0,
        reach=incident.type.duplicate_radius,
        rt_id=incident.rt_id,
        phones=frozenset(phone for row in told for phone in (row.phone, row.caller_phone) if phone),
        households=frozenset(row.household_id for row in told if row.household_id),
    )


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
