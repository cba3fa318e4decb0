"""Notifies the neighbourhood of an incident: leaders of the RT of the alert and of the reporter's RT, and volunteers.

Volunteers are called at the same moment (see volunteers). Neighbours who may not know of the incident any more, or
who are not near it any more, are called off.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from meteor.accounts.models import User, UserRole
from meteor.alerts.models import Alert
from meteor.dispatch import offers
from meteor.incidents.models import Incident
from meteor.incidents.places import has_rt
from meteor.neighbourhood import callouts, safety, view, volunteers
from meteor.neighbourhood.models import Callout
from meteor.notices.models import Notice
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db, execute
from meteor.store.work import TOO_OLD


def notify(payload: dict[str, Any], at: datetime) -> None:
    """Handle a new alert, or an event that changes visibility: call and call off neighbours of the incident.

    Types of events say whether they do (incidents.event_labels.EventType). A change that is too old to send people
    there is reported to the dispatchers.
    """
    incident_id = payload["incident_id"]
    late = at - datetime.fromisoformat(payload["at"]) > TOO_OLD
    around = safety.around(incident_id)
    volunteers.ring(incident_id, around, at, late=late)
    _ring_leaders(around, at, late=late)
    if late:
        known = select(Incident.number).where(Incident.id == incident_id, *view.open_to_neighbours())
        if number := db.session.scalar(known):
            offers.alarm("deadline_missed", number, f"neighbourhood:{incident_id}", role="dispatcher")


def _ring_leaders(around: dict[int, bool], at: datetime, *, late: bool) -> None:
    """Call each leader once for each alert. `around` says of each incident whether it is dangerous to go there."""
    safe = [incident_id for incident_id, danger in around.items() if not danger]
    rows = [row for incident_id in safe for row in execute(_leaders(), incident=incident_id)]
    wanted = {f"neighbourhood:{row.id}:{row.user_id}": row for row in rows}
    for called in [row for incident_id in around for row in execute(_CALLED, incident=incident_id)]:
        row = wanted.get(called.key)
        if row and not (row.reopened_at and (called.answered_at or called.created_at) < row.reopened_at):
            del wanted[called.key]
        elif row is None:
            told = db.session.get_one(Notice, called.notice_id)
            callouts.call_off(told, at, "neighbourhood_off" if around[called.incident_id] else None)
    for key, row in wanted.items():
        if not late and _still_calls(row.received_at, row.reopened_at, at):
            call = callouts.Call("neighbourhood", "/neighbourhood", {"alert_id": row.id}, row.reopened_at)
            callouts.call_out(key, call, row.user_id, at)


def _still_calls(received_at: datetime, reopened_at: datetime | None, at: datetime) -> bool:
    return at - max(received_at, reopened_at or received_at) <= TOO_OLD


def called_without_rt(incident_id: int, at: datetime) -> str:
    """Which leaders are called to an incident whose RT is not known: "nobody", or "home" for the reporter's own RT's.

    Empty for an incident whose RT is known, for one of which neighbours may not know, and for one so old that
    correcting its place calls no leader.
    """
    incident = db.session.scalar(select(Incident).where(Incident.id == incident_id, *view.open_to_neighbours()))
    if incident is None or (incident.latitude and has_rt(incident.accuracy, incident.place_source)):
        return ""
    newest = execute(_NEWEST_ALERT, incident=incident_id).scalar()
    if newest is None or not _still_calls(newest, incident.reopened_at, at):
        return ""
    return "home" if execute(_leaders(), incident=incident_id).first() else "nobody"


@cache
def _leaders() -> Any:
    """Selects the first alert of each reporter of an incident, with its moment and the leaders to call.

    Of the incident it is known already that nobody would be in danger there.
    """
    home = (
        select(Household.rt_id)
        .join(Resident, Resident.household_id == Household.id)
        .where(Resident.user_id == Alert.reporter_id, Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None))
    )
    return (
        select(Alert.id, Leadership.user_id, Alert.received_at, Incident.reopened_at)
        .join(Incident, Incident.id == Alert.incident_id)
        .join(Leadership, or_(Leadership.rt_id == Incident.rt_id, Leadership.rt_id.in_(home)))
        .join(User, User.id == Leadership.user_id)
        .join(UserRole, (UserRole.user_id == User.id) & (UserRole.role == "rt_leader"))
        .where(Incident.id == bindparam("incident"), ~Alert.repeat)
        .where(User.active, User.id.is_distinct_from(Alert.reporter_id), *view.unless_endangered())
        .order_by(Alert.received_at, Leadership.user_id)
    )


_NEWEST_ALERT = select(func.max(Alert.received_at)).where(Alert.incident_id == bindparam("incident"), ~Alert.repeat)
_CALLED = (
    select(Callout.notice_id, Callout.answered_at, Notice.key, Notice.created_at, Alert.incident_id)
    .join(Notice, Notice.id == Callout.notice_id)
    .join(Alert, Alert.id == Callout.alert_id)
    .where(Alert.incident_id == bindparam("incident"))
)
