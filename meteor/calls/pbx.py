"""Calls as their telephone exchange may see them, with the numbers of their incidents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from meteor.alerts.models import Alert
from meteor.calls.models import Call
from meteor.calls.rules import is_past
from meteor.incidents.models import Incident
from meteor.store.database import db


def find(client_id: int, call_id: UUID) -> Call | None:
    """The call with this id, if this client announced it."""
    return db.session.scalar(select(Call).where(Call.id == call_id, Call.client_id == client_id))


def announced(client_id: int, reference: str, at: datetime) -> Call | None:
    """The call that this client announced under this reference; not one that is long over."""
    named = Call.client_id == client_id, Call.reference == reference
    return db.session.scalar(select(Call).where(*named, ~is_past(at)))


def incident_of(call: Call) -> str | None:
    """The number of the incident that handles what the call was about."""
    number = select(Incident.number).join(Alert, Alert.incident_id == Incident.id).where(Alert.id == call.alert_id)
    return db.session.scalar(number) if call.alert_id else None
