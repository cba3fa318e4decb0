"""What partners are told of alarms: whom their chains have reached, and who sees to them."""

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
"""A step that is older is not told any more: it would call people too late."""


def heard(after: int, newest: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each event of a chain between these two, by its id, with what is said of it. Nothing is said of drills.

    A closing is one of them if it ended a chain: then it says after how many seconds.
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
    """Whether a message tells of a step that calls nobody any more: its run has ended, or it is older than LIFE."""
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
    """`step` and `role` of a chain that goes on; of one that has ended `acknowledged_by`. `seconds` since the alarm."""
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
