"""Ringing the neighbourhood: the leaders of the RT where an alert was raised and of the RT where its reporter lives.

The neighbours who agreed to help are rung at the same moment (see helpers). Who may not know of it any more, or for
whom it has moved elsewhere, is called no longer.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, or_, select

from meteor.accounts.models import User, UserRole
from meteor.alerts import dangers, helpers, plights, summons
from meteor.alerts.models import Alert, Callout
from meteor.dispatch import offers
from meteor.incidents.models import Incident
from meteor.notices.models import Notice
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db, execute
from meteor.store.work import TOO_OLD


def see_to(payload: dict[str, Any], at: datetime) -> None:
    """An alert has come to an incident, or one of timeline.TURNS: call those who are to know now, and nobody else.

    The dispatchers are told of what happened so long ago that nobody may be sent there by it.
    """
    incident_id = payload["incident_id"]
    late = at - datetime.fromisoformat(payload["at"]) > TOO_OLD
    around = dangers.around(incident_id)
    helpers.ring(incident_id, around, at, late=late)
    _ring_leaders(around, at, late=late)
    known = select(Incident.id).where(Incident.id == incident_id, *plights.open_to_neighbours()) if late else None
    if known is not None and db.session.scalar(known):
        offers.alarm("deadline_missed", incident_id, f"neighbourhood:{incident_id}", role="dispatcher")


def _ring_leaders(around: dict[int, bool], at: datetime, *, late: bool) -> None:
    """Tell each leader once of each alert. `around` says of each incident whether those who go there are in danger."""
    safe = [incident_id for incident_id, danger in around.items() if not danger]
    rows = execute(_leaders(), incidents=safe).all() if safe else []
    wanted = {f"neighbourhood:{row.id}:{row.user_id}": row for row in rows}
    for called in execute(_CALLED, incidents=list(around)).all():
        if wanted.pop(called.key, None) is None:
            told = db.session.get_one(Notice, called.notice_id)
            summons.take_back(told, at, "neighbourhood_off" if around[called.incident_id] else None)
    for key, row in wanted.items():
        if not late and at - row.received_at <= TOO_OLD:
            summons.send(key, "neighbourhood", "/neighbourhood", row.user_id, at, {"alert_id": row.id})


@cache
def _leaders() -> Any:
    """Asks for the first alerts of each reporter of these incidents, each with a leader who is to know, and its moment.

    Of the incidents it is known already that nobody would be in danger there.
    """
    home = (
        select(Household.rt_id)
        .join(Resident, Resident.household_id == Household.id)
        .where(Resident.user_id == Alert.reporter_id, Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None))
    )
    return (
        select(Alert.id, Leadership.user_id, Alert.received_at)
        .join(Incident, Incident.id == Alert.incident_id)
        .join(Leadership, or_(Leadership.rt_id == Incident.rt_id, Leadership.rt_id.in_(home)))
        .join(User, User.id == Leadership.user_id)
        .join(UserRole, (UserRole.user_id == User.id) & (UserRole.role == "rt_leader"))
        .where(Incident.id.in_(bindparam("incidents", expanding=True)), ~Alert.repeat)
        .where(User.active, User.id.is_distinct_from(Alert.reporter_id), *plights.unless_endangered())
        .order_by(Alert.received_at, Leadership.user_id)
    )


_CALLED = (
    select(Callout.notice_id, Notice.key, Alert.incident_id)
    .join(Notice, Notice.id == Callout.notice_id)
    .join(Alert, Alert.id == Callout.alert_id)
    .where(Alert.incident_id.in_(bindparam("incidents", expanding=True)))
)
