"""Messages to partners about alarms: steps of escalation and acknowledgement."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from meteor.incidents.models import Escalation, Event, Incident
from meteor.store.database import db

NEEDED = "alarms:read"

STEP, END = "incident.escalated", "incident.acknowledged"
TYPES = {"alarm_told": STEP, "acknowledged": END, "closed": END}
"""Event types of the timeline that are sent to partners, each with its message type."""

LIFE = timedelta(minutes=10)
"""Age after which a step is not sent any more: people would come too late."""


def heard(after: int, newest: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Messages for events of chains between two event ids, by event id. Drills are left out.

    A closing that ended a chain is included, with the seconds since the alarm.
    """
    found = (
        select(Event, Incident)
        .join(Incident, Incident.id == Event.incident_id)
        .where(Event.id > after, Event.id <= newest, Event.event_type.in_(TYPES), ~Incident.drill)
        .where(Event.detail["seconds"].as_integer().is_not(None))
        .order_by(Event.id)
    )
    for event, incident in db.session.execute(found).unique():
        yield event.id, _message(event, incident)


def is_over(message: dict[str, Any], at: datetime) -> bool:
    """Return whether a message is older than LIFE, or about a step whose run has ended."""
    if message["type"] != STEP:
        return False
    taken = datetime.fromisoformat(message["at"])
    runs = (
        select(Escalation.incident_id)
        .join(Escalation.incident)
        .where(Incident.number == message["incident"]["number"])
        .where(Escalation.acknowledged_at.is_(None), Escalation.began_at <= taken)
    )
    return at - taken > LIFE or db.session.scalar(runs) is None


def _message(event: Event, incident: Incident) -> dict[str, Any]:
    """`step` and `role` of a running chain, `acknowledged_by` of an ended one. `seconds` since the alarm."""
    return {
        "type": TYPES[event.event_type],
        "at": event.at.isoformat(),
        "incident": {
            "number": incident.number,
            "type": incident.type.code,
            "priority": incident.priority,
            "premises": incident.premises.name if incident.premises else None,
        },
        "step": event.detail.get("step"),
        "role": event.detail.get("role"),
        "seconds": event.detail["seconds"],
        "acknowledged_by": event.actor_name or None,
    }
