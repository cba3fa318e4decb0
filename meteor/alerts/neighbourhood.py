"""Ringing the neighbourhood: the leaders of the RT where an alert was raised and of the RT where its reporter lives.

The neighbours who agreed to help are rung at the same moment (see helpers). Who may not know of it any more, or for
whom it has moved elsewhere, is called no longer.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from meteor.accounts.models import User, UserRole
from meteor.alerts import dangers, helpers, plights, summons
from meteor.alerts.models import Alert
from meteor.dispatch import offers
from meteor.incidents.models import Incident
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db
from meteor.store.work import TOO_OLD

CLOCKS_APART = timedelta(hours=1)
"""More than the clocks of two servers of ours can ever differ."""


def ring(payload: dict[str, Any], at: datetime) -> None:
    """An alert has come in: tell them what neighbours may know of (see plights)."""
    which = Alert.id == UUID(payload["alert_id"])
    _see_to(*db.session.execute(select(Alert.incident_id, Alert.received_at).where(which)).one(), at)


def see_to(payload: dict[str, Any], at: datetime) -> None:
    """An incident has taken one of timeline.TURNS."""
    _see_to(payload["incident_id"], datetime.fromisoformat(payload["at"]), at)


def _see_to(incident_id: int, since: datetime, at: datetime) -> None:
    """Call those who are to know now of an incident and of what is right beside it, and nobody else.

    The dispatchers are told of what happened so long ago that nobody may be sent there by it.
    """
    late = at - since > TOO_OLD
    around = dangers.around(incident_id)
    began = _began(around)
    helpers.ring(incident_id, around, began, at, late=late)
    _ring_leaders(around, began, at, late=late)
    known = select(Incident.id).where(Incident.id == incident_id, *plights.open_to_neighbours())
    if late and db.session.scalar(known):
        offers.alarm("deadline_missed", incident_id, f"neighbourhood:{incident_id}", role="dispatcher")


def _began(around: Collection[int]) -> datetime:
    """The moment before which nobody was told of any of these incidents."""
    opened = db.session.scalar(select(func.min(Incident.opened_at)).where(Incident.id.in_(around)))
    received = db.session.scalar(select(func.min(Alert.received_at)).where(Alert.incident_id.in_(around)))
    return min(filter(None, (opened, received))) - CLOCKS_APART


def _ring_leaders(around: dict[int, bool], began: datetime, at: datetime, *, late: bool) -> None:
    """Tell each leader once of each alert. `around` says of each incident whether those who go there are in danger."""
    safe = [incident_id for incident_id, danger in around.items() if not danger]
    wanted = {f"neighbourhood:{alert_id}:{leader_id}": leader_id for alert_id, leader_id in _leaders(safe)}
    alerts = db.session.execute(select(Alert.id, Alert.incident_id).where(Alert.incident_id.in_(around)))
    danger = {str(alert_id): around[incident_id] for alert_id, incident_id in alerts}
    for told in summons.standing(["neighbourhood"], began):
        alert_id = told.key.split(":")[1]
        if alert_id in danger and told.key not in wanted:
            summons.take_back(told, at, "neighbourhood_off" if danger[alert_id] else None)
    for key, leader_id in wanted.items():
        if not late:
            summons.send(key, "neighbourhood", "/neighbourhood", leader_id, at)


def _leaders(incidents: Any) -> set[tuple[UUID, int]]:
    """The alerts of these incidents, as far as neighbours may know of them, each with those who are to know."""
    home = (
        select(Household.rt_id)
        .join(Resident, Resident.household_id == Household.id)
        .where(Resident.user_id == Alert.reporter_id, Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None))
    )
    rows = db.session.execute(
        select(Alert.id, Leadership.user_id)
        .join(Incident, Incident.id == Alert.incident_id)
        .join(Leadership, or_(Leadership.rt_id == Incident.rt_id, Leadership.rt_id.in_(home)))
        .join(User, User.id == Leadership.user_id)
        .join(UserRole, (UserRole.user_id == User.id) & (UserRole.role == "rt_leader"))
        .where(Incident.id.in_(incidents), User.active, User.id.is_distinct_from(Alert.reporter_id))
        .where(*plights.open_to_neighbours())
        .order_by(Alert.received_at, Leadership.user_id)
    )
    return {(row[0], row[1]) for row in rows}
