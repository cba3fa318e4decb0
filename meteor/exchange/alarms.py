"""What partners are told of alarms: whom their chains have reached, and who sees to them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from meteor.incidents.models import Event, Incident
from meteor.store.database import db

NEEDED = "alarms:read"

TYPES = {"alarm_told": "incident.escalated", "acknowledged": "incident.acknowledged"}
"""The deeds of a timeline that a partner hears of, each with its message's type."""


def heard(after: int, newest: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each event of a chain between these two, by its id, with what is said of it. Nothing is said of drills."""
    found = (
        select(Event, Incident)
        .join(Incident, Incident.id == Event.incident_id)
        .where(Event.id > after, Event.id <= newest, Event.deed.in_(TYPES), ~Incident.drill)
        .order_by(Event.id)
    )
    for event, incident in db.session.execute(found).unique():
        yield event.id, _message(event, incident)


def _message(event: Event, incident: Incident) -> dict[str, Any]:
    """`step` and `role` of a chain that goes on; of one that has ended `acknowledged_by`. `seconds` since the alarm."""
    return {
        "type": TYPES[event.deed],
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
