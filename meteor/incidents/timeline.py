"""The timeline of an incident: appended to, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from meteor.accounts.models import User
from meteor.incidents.event_labels import EVENT_TYPES
from meteor.incidents.models import Event, Incident
from meteor.store import outbox
from meteor.store.database import db, execute

VISIBILITY_CHANGED = "visibility_changed"
"""Outbox topic of incidents whose neighbours are told or called off (see EventType). `at` is the change's moment."""

_NEWEST = select(func.max(Event.id))
_RECORD = insert(Event)
_PRIORITY = select(Incident.priority).where(Incident.id == bindparam("incident"))


def record(incident_id: int, event_type: str, at: datetime, actor: User | None = None, **detail: Any) -> None:
    """Append an event. `event_type` is one of EVENT_TYPES; without an `actor` it is METEOR's own.

    An event with `entered_at` (ISO 8601) in its detail was entered from paper afterwards; neighbours are not told.
    """
    who = {"actor_id": actor.id, "actor_name": actor.name} if actor else {"actor_id": None, "actor_name": ""}
    execute(_RECORD, incident_id=incident_id, event_type=event_type, at=at, detail=detail, **who)
    if event_type in EVENT_TYPES and EVENT_TYPES[event_type].changes_visibility and "entered_at" not in detail:
        visibility_changed(incident_id, at)


def visibility_changed(incident_id: int, at: datetime) -> None:
    """Queue one update of the neighbourhood for the scheduler, however often it is called before."""
    priority = execute(_PRIORITY, incident=incident_id).scalar_one()
    outbox.ask(
        f"{VISIBILITY_CHANGED}:{incident_id}",
        VISIBILITY_CHANGED,
        urgency=priority,
        incident_id=incident_id,
        at=at.isoformat(),
    )


def of_incident(incident_id: int) -> Sequence[Event]:
    """The whole timeline, oldest first."""
    return db.session.scalars(select(Event).where(Event.incident_id == incident_id).order_by(Event.id)).all()


def last(incident_id: int, event_type: str) -> Event | None:
    """The newest event of this kind."""
    query = select(Event).where(Event.incident_id == incident_id, Event.event_type == event_type)
    return db.session.scalar(query.order_by(Event.id.desc()).limit(1))


def version() -> int:
    """The newest event's id: while it stays, no queue has changed."""
    return execute(_NEWEST).scalar() or 0


def version_of(incident_id: int) -> int:
    """The newest event's id of one incident."""
    return db.session.scalar(select(func.max(Event.id)).where(Event.incident_id == incident_id)) or 0
