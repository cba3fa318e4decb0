"""Candidates for a report: open incidents near it in space and time, or of the same reporter, with scores."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from meteor.accounts.models import User
from meteor.alerts.duplicate_score import LIKELY, MOST_DOUBT, PEOPLE_GAP, Reason, Report, duplicate_score
from meteor.alerts.models import Alert
from meteor.geo import box
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.residents.models import Resident
from meteor.store.database import db

SHOWN = 8
"""Highest number of candidates for a call-taker during a call."""


@dataclass(frozen=True)
class NewReport:
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
        """Return whether the reports are more likely of one incident than not."""
        return self.score >= LIKELY


def candidates(report: NewReport) -> list[Candidate]:
    """The open incidents that a report may be of, the likeliest first, SHOWN at most."""
    type_id = report.type_id or (incidents.type_for(report.kind).id if report.kind else None)
    kind = db.session.get(IncidentType, type_id) if type_id else None
    known = Report(
        kind.code if kind else "",
        report.at,
        report.at,
        place=_point(report.latitude, report.longitude),
        radius=report.radius or 0.0,
        reach=kind.duplicate_radius if kind else 0.0,
        rt_id=report.rt_id,
        phones=frozenset([report.phone] if report.phone else []),
        households=frozenset([report.household_id] if report.household_id else []),
    )
    return _alike(known, _around(known))[:SHOWN]


def of_incident(incident: Incident) -> list[Candidate]:
    """The other open incidents that an incident may be the same as, the likeliest first, SHOWN at most."""
    ((own, known),) = _reports(Incident.id == incident.id)
    return [found for found in _alike(known, _around(known)) if found.incident is not own][:SHOWN]


def _alike(known: Report, others: Iterable[tuple[Incident, Report]]) -> list[Candidate]:
    compared = [(incident, duplicate_score(known, other)) for incident, other in others]
    found = [Candidate(incident, like.score, like.reasons) for incident, like in compared if like]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.incident.id))


def _around(known: Report) -> list[tuple[Incident, Report]]:
    """The open incidents in question, read with a margin."""
    here: list[ColumnElement[bool]] = [
        User.phone.in_(known.phones),
        Alert.caller_phone.in_(known.phones),
        Resident.household_id.in_(known.households),
    ]
    if known.place:
        farthest = db.session.scalar(select(func.max(IncidentType.duplicate_radius))) or 0.0
        area = box(known.place, farthest + MOST_DOUBT)
        inside = Incident.latitude.between(area.south, area.north), Incident.longitude.between(area.west, area.east)
        here.append(and_(*inside))
    return _reports(
        Incident.is_open,
        Incident.opened_at <= known.last + PEOPLE_GAP,
        Alert.received_at >= known.first - PEOPLE_GAP,
        or_(*here),
    )


def _reports(*conditions: Any) -> list[tuple[Incident, Report]]:
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
    return [(incident, _report(incident, of_it)) for incident, of_it in told.items()]


def _report(incident: Incident, told: list[Any]) -> Report:
    return Report(
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
