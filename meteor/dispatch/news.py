"""Events after a closure that was tapped without a network, which keep the incident open."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.agencies.rules import shift_of
from meteor.dispatch.models import Assignment
from meteor.dispatch.too_late import CurrentState, current_state
from meteor.incidents.models import Event, Incident
from meteor.store.database import db

ALERTS = ("received", "needs_help_here", "merged_here", "second_sign", "reopened")
CHANGES = ("retyped", "reprioritised", "kind_said", "note")
UNITS = ("offered", "added", "came_over", "accepted", "en_route", "on_scene")
"""Timeline entries after which a crew must look again before the incident is closed: UNITS of another unit, notes of
the reporter."""


class Item(NamedTuple):
    """A timeline entry (`event_type`), or "ended" for the assignment of the crew's own unit. `unit` is a call sign."""

    event_type: str
    at: datetime
    unit: str = ""


class NewsSince(Exception):
    """A closure was reported later, and `item` happened after the tap. `current` is the incident's state."""

    def __init__(self, item: Item, tapped: datetime, current: CurrentState) -> None:
        super().__init__(item.event_type)
        self.item, self.tapped, self.current = item, tapped, current


def check(incident: Incident, actor: User | None, tapped: datetime, *, later: bool) -> None:
    """Raise NewsSince for the first that happened after the tap. `later` is whether the tap waited for a network."""
    shift = shift_of(actor) if actor else None
    unit = shift.unit if shift else None
    ended = _ended(incident, unit, tapped, later=later) if unit else None
    item = ended or next(_events(incident, unit.call_sign if unit else "", tapped), None) or _repeated(incident, tapped)
    if item:
        raise NewsSince(item, tapped, current_state(incident))


def _ended(incident: Incident, unit: Unit, tapped: datetime, *, later: bool) -> Item | None:
    """The end of the unit's latest assignment after the tap. A withdrawal counts also from before a later report."""
    own = select(Assignment).where(Assignment.incident_id == incident.id, Assignment.unit_id == unit.id)
    latest = db.session.scalar(own.order_by(Assignment.id.desc()).limit(1))
    if latest is None or latest.ended_at is None or latest.reason == "closed":
        return None
    unknown = latest.ended_at > tapped or (later and latest.status == "withdrawn")
    return Item("ended", latest.ended_at, unit.call_sign) if unknown else None


def _repeated(incident: Incident, tapped: datetime) -> Item | None:
    """An alert after the tap that has no timeline entry: a repetition within the same minute."""
    at = incident.last_alert_at
    return Item("received", at) if at is not None and at > tapped else None


def _events(incident: Incident, own: str, tapped: datetime) -> Iterator[Item]:
    query = select(Event).where(Event.incident_id == incident.id, Event.event_type.in_((*ALERTS, *CHANGES, *UNITS)))
    for event in db.session.scalars(query.order_by(Event.id)):
        detail = event.detail
        received = detail.get("received_at")  # what another crew reported later was not known before
        at = datetime.fromisoformat(received) if received else event.at
        of_own = event.event_type in UNITS and detail.get("unit") == own
        of_staff = event.event_type == "note" and not detail.get("from_reporter")
        if at > tapped and not of_own and not of_staff:
            yield Item(event.event_type, at, detail.get("unit") or "")
