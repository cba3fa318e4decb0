"""Ringing the neighbourhood: the leaders of the RT where an alert was raised and of the RT where its reporter lives.

The neighbours who agreed to help are rung at the same moment (see helpers).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from meteor.accounts.models import User, UserRole
from meteor.alerts import helpers, plights
from meteor.alerts.models import Alert
from meteor.dispatch import offers
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db


def ring(payload: dict[str, Any], at: datetime) -> None:
    """An alert has come in: tell them what neighbours may know of (see plights)."""
    which = Alert.id == UUID(payload["alert_id"])
    incident_id, received_at = db.session.execute(select(Alert.incident_id, Alert.received_at).where(which)).one()
    helpers.ring(incident_id, received_at, at)
    _tell(which, received_at, at)


def see_to(payload: dict[str, Any], at: datetime) -> None:
    """An incident has become something else, has moved, is held no more, was closed or reopened."""
    since = datetime.fromisoformat(payload["at"])
    helpers.ring(payload["incident_id"], since, at)
    _tell(Alert.incident_id == payload["incident_id"], since, at)


def _tell(which: ColumnElement[bool], since: datetime, at: datetime) -> None:
    """Tell each leader once of each of these alerts. The dispatchers are told of what is too old."""
    alerts = db.session.execute(
        select(Alert.id, Alert.reporter_id, Alert.incident_id, Incident.rt_id)
        .join(Incident, Incident.id == Alert.incident_id)
        .where(which, *plights.open_to_neighbours())
    )
    for alert in alerts.all():
        if at - since > offers.TOO_OLD:
            offers.alarm("deadline_missed", alert.incident_id, f"neighbourhood:{alert.id}", role="dispatcher")
            continue
        for leader_id in _leaders(alert.rt_id, alert.reporter_id):
            key = f"neighbourhood:{alert.id}:{leader_id}"
            notices.tell(key, "neighbourhood", "/neighbourhood", user_id=leader_id)


def _leaders(rt_id: int | None, reporter_id: int | None) -> Sequence[int]:
    home = (
        select(Household.rt_id)
        .join(Resident, Resident.household_id == Household.id)
        .join(User, User.id == Resident.user_id)  # who has no account is nobody's reporter, not even that of a call
        .where(User.id == reporter_id, Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None))
    )
    return db.session.scalars(
        select(Leadership.user_id)
        .join(User, User.id == Leadership.user_id)
        .join(UserRole, (UserRole.user_id == User.id) & (UserRole.role == "rt_leader"))
        .where(or_(Leadership.rt_id == rt_id, Leadership.rt_id.in_(home)), User.active, User.id != reporter_id)
        .order_by(Leadership.user_id)
    ).all()
