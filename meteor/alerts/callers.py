"""Callers of an incident, from 112, from partners, and of reports of hazards without an account."""

from collections.abc import Sequence

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND_CENTRE
from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.store.database import db


def of_incident(incident: Incident, user: User) -> Sequence[Alert]:
    """The alerts whose reporters called or have no account, oldest first; to officers while the incident is open."""
    if incident.status == "closed" and not user.has(*COMMAND_CENTRE):
        return ()
    called = Alert.source.in_(("call", "api")) | ((Alert.source == "hazard") & (Alert.caller_phone != ""))
    query = select(Alert).where(Alert.incident_id == incident.id, called)
    return db.session.scalars(query.order_by(Alert.received_at, Alert.id)).all()
