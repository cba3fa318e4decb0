"""What the tests of those who live around begin with, and whom they find told."""

from typing import Any

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.incidents.rules import TypeRow
from meteor.notices.models import Notice
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast

FAR = {"latitude": -7.7600, "longitude": 113.2300}
BESIDE = {"latitude": HOME[0] + 0.0005}
"""Some 55 m from Sari's door."""


def resident(user: User) -> Resident:
    return db.session.scalars(select(Resident).where(Resident.user_id == user.id)).one()


def mark(cast: Cast, code: str, **marks: bool) -> IncidentType:
    known = cast.incident_type(code)
    for name, value in ({"neighbours": True} | marks).items():
        setattr(known, name, value)
    return known


def row(cast: Cast, code: str) -> TypeRow:
    known = cast.incident_type(code)
    return TypeRow.of(known)


def alert_of(incident: Incident) -> Alert:
    return db.session.scalars(select(Alert).where(Alert.incident_id == incident.id)).one()


def told(kind: str = "neighbour") -> list[str]:
    """Who is told of something near them, and has not said that they know."""
    query = select(User.username).join(Notice, Notice.user_id == User.id)
    return list(db.session.scalars(query.where(Notice.kind == kind, Notice.acknowledged_at.is_(None))))


def alarm(cast: Cast, kind: str, code: str, **given: Any) -> Incident:
    """An alarm of premises at Sari's door becomes an incident of this type."""
    shop = db.session.scalar(select(Premises)) or Premises(
        name="Toko Emas Mayangan", kind=kind, address="Jl. Ikan Paus 1", latitude=HOME[0], longitude=HOME[1]
    )
    shop.kind = kind
    db.session.add(shop)
    db.session.flush()
    opening = incidents.Opening(row(cast, code), "sas", Place(*HOME, 10.0, "premises"), premises_id=shop.id, **given)
    incident_id, _ = incidents.open_incident(opening, now())
    timeline.record(incident_id, "moved", now(), None, accuracy=10.0)
    return db.session.get_one(Incident, incident_id)
