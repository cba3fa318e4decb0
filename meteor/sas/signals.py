"""Signals from the premises of an alarm: what a panel said, and presses of the button."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.sas import testing
from meteor.sas.alarms import zone_words
from meteor.sas.models import PanelEvent
from meteor.store.database import db

MOST_SIGNS = 8
"""Highest number of signals shown for each alarm."""


@dataclass(frozen=True)
class Signal:
    """Something that was said at the premises: `meaning` is of codes.MEANINGS, or "button".

    `where` names the zone, or who pressed; `zone` is the number of an unregistered zone. `restore`: it is over,
    `unconfirmed`: nothing proves its panel. `repeats` is how often it was said again without being stored, the last
    time at `repeated_at`.
    """

    at: datetime
    meaning: str
    where: str
    restore: bool = False
    unconfirmed: bool = False
    repeats: int = 0
    repeated_at: datetime | None = None
    zone: str = ""


def signals_of(incident: Incident) -> list[Signal]:
    """Signals from the premises of an incident, newest first, MOST_SIGNS at most."""
    alerts = select(Alert).where(Alert.incident_id == incident.id, Alert.source == "sas")
    raised = db.session.scalars(alerts.order_by(Alert.received_at.desc()).limit(MOST_SIGNS)).all()
    events = select(PanelEvent).where(
        PanelEvent.id.in_([alert.id for alert in raised]) | (PanelEvent.incident_id == incident.id)
    )
    said = db.session.scalars(events.order_by(PanelEvent.received_at.desc()).limit(MOST_SIGNS)).all()
    of_panels = {event.id for event in said}
    signals = [_said(event) for event in said]
    signals += [_pressed(alert) for alert in raised if alert.id not in of_panels]
    return sorted(signals, key=lambda signal: signal.at, reverse=True)[:MOST_SIGNS]


def _said(event: PanelEvent) -> Signal:
    zone = testing.zone_of(event.panel, event.zone)
    where = " · ".join(part for part in (zone and zone_words(event, zone), event.panel.name) if part)
    return Signal(
        event.received_at, event.meaning, where, event.restore, event.unconfirmed, event.repeats, event.repeated_at,
        "" if zone else event.zone,
    )  # fmt: skip


def _pressed(alert: Alert) -> Signal:
    """An alarm that no panel said: the button's, or that a panel is not heard."""
    if alert.reporter is None:
        return Signal(alert.received_at, "silent", alert.note)
    return Signal(alert.received_at, "button", alert.reporter.name)
