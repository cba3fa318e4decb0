"""Processes panel events: an incident, an event on a timeline, or a stored record only."""

from datetime import datetime, timedelta
from uuid import uuid5

from sqlalchemy import func, or_, select

from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.repeats import UNCONFIRMED
from meteor.dispatch import rules as dispatch
from meteor.incidents import decisions, timeline
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.sas import consequences, raising, testing
from meteor.sas.codes import VERIFIED
from meteor.sas.consequences import CONSEQUENCES, NEED_A_SECOND_SIGN, TROUBLES
from meteor.sas.models import Panel, PanelEvent, Zone
from meteor.store.database import db
from meteor.store.moments import WIB

SECOND_SIGN = timedelta(minutes=60)
"""Within this time another zone confirms a burglary. Panels that confirm by themselves (sequential confirmation, BSI DD
243 and BS 8243) may be set to 30 to 60 minutes; the longest, since missing a burglar is worse than one journey more."""


def process_event(event: PanelEvent, at: datetime) -> None:
    """See to an event that was stored in this transaction, before it is acknowledged; it is told only once.

    `event.meaning` is one of codes.MEANINGS. What is said in test becomes nothing, whatever it is.
    """
    zone = _zone(event)
    alarm = event.meaning in CONSEQUENCES and not event.restore
    if testing.in_test(event.panel.premises_id, zone, at):
        event.test = True
        if alarm:
            testing.note_arrival(event, at)
        return
    tell_trouble(event, event.panel, at)
    if alarm:
        _alarm(event, zone, at)
    elif event.meaning != "test":
        _add_line(event, at)


def silent(panel: Panel, at: datetime) -> Incident:
    """A panel that has not been heard for too long: an operator calls its premises."""
    since = panel.silent_at or at
    incoming = IncomingAlert(
        id=uuid5(panel.id, since.isoformat()), source="sas", kind="other", reporter_id=None, note=panel.label
    )
    return raising.of_alert(raising.receive(incoming, consequences.of("silent"), panel.premises, at))


def heard_again(panel: Panel, at: datetime) -> None:
    """Close the incident of a silent panel that is heard again, unless it has units, other alarms or panels."""
    for incident in raising.open_at(panel.premises_id):
        if incident.type.code != CONSEQUENCES["silent"].type:
            continue
        timeline.record(incident.id, "panel_heard", at, panel=panel.label)
        if incident.status == "open" and not _another_is_silent(panel):
            dispatch.close(incident, "nothing_found", "", at, None)
            notices.acknowledge_all(f"alarm_signal:{incident.id}:", None, at)


def _alarm(event: PanelEvent, zone: Zone | None, at: datetime) -> None:
    said = consequences.of(event.meaning, zone)
    incoming = IncomingAlert(
        id=event.id, source="sas", kind=said.kind, reporter_id=None, note=words_of(event, event.panel),
        flags=_flags(event, zone),
        given={"said": event.said, "code": event.code, "zone": event.zone, "area": event.area},
    )  # fmt: skip
    incident = raising.of_alert(raising.receive(incoming, said, event.panel.premises, at))
    event.incident_id = incident.id
    if would_confirm(event, incident, at):
        _confirm(event, zone, incident, at)


def _flags(event: PanelEvent, zone: Zone | None) -> list[str]:
    unknown = bool(event.zone) and zone is None
    return [*(["zone_unknown"] if unknown else []), *([UNCONFIRMED] if event.unconfirmed else [])]


def would_confirm(event: PanelEvent, incident: Incident, at: datetime) -> bool:
    """Return whether a burglary becomes P1: seen from two zones, or verified by the panel."""
    if event.meaning not in NEED_A_SECOND_SIGN or decisions.view_of(incident.id, alone=True).what.priority <= 1:
        return False
    return event.code in VERIFIED or _first_sign(event, incident, at) is not None


def _confirm(event: PanelEvent, zone: Zone | None, incident: Incident, at: datetime) -> None:
    first = _first_sign(event, incident, at)
    signs: dict[str, str | int] = {}
    if first is not None:
        minutes = int((at - (first.repeated_at or first.received_at)).total_seconds() // 60)
        signs = {"first": zone_words(first, _zone(first)), "minutes": minutes}
    timeline.record(incident.id, "second_sign", at, None, zone=zone_words(event, zone), **signs)
    raising.raise_priority(incident, 1, at, alert_id=event.id)


def _first_sign(event: PanelEvent, incident: Incident, at: datetime) -> PanelEvent | None:
    """The alarm of another zone that came to the same incident not long before, wherever that is handled now."""
    if not event.zone:
        return None
    return db.session.scalar(
        select(PanelEvent)
        .join(Alert, Alert.id == PanelEvent.id)
        .where(
            Alert.incident_id == incident.id,
            PanelEvent.meaning.in_(NEED_A_SECOND_SIGN),
            func.coalesce(PanelEvent.repeated_at, PanelEvent.received_at) >= at - SECOND_SIGN,
            PanelEvent.zone != "",
            or_(PanelEvent.panel_id != event.panel_id, PanelEvent.zone != event.zone),
        )
        .order_by(PanelEvent.received_at)
        .limit(1)
    )


def _add_line(event: PanelEvent, at: datetime) -> None:
    """Add a restore or a cancellation to the alarm's incident. It never closes the incident."""
    there = raising.open_at(event.panel.premises_id)
    if not there:
        return
    consequence = CONSEQUENCES.get(event.meaning)
    same = (incident for incident in there if consequence and incident.type.code == consequence.type)
    incident = next(same, there[0])
    event.incident_id = incident.id
    timeline.record(
        incident.id, "panel_said", at, meaning=event.meaning, restore=event.restore, where=words_of(event, event.panel)
    )


def tell_trouble(event: PanelEvent, panel: Panel, at: datetime) -> None:
    """Tell the administrators of a trouble, once a day for each panel and kind.

    A power failure is told once an hour in all, since it affects half of the city at once.
    """
    if event.meaning not in TROUBLES or event.restore:
        return
    local, mains = at.astimezone(WIB), event.meaning == "power"
    key = f"{local:%Y-%m-%dT%H}" if mains else f"{panel.id}:{event.meaning}:{local:%Y-%m-%d}"
    notices.tell(
        f"panel_trouble:{key}", TROUBLES[event.meaning], "/admin/premises", role="admin",
        premises=panel.premises.name, where=words_of(event, panel),
    )  # fmt: skip


def words_of(event: PanelEvent, panel: Panel) -> str:
    """Panel and zone of an event: "Panel 1234 · Brankas (003)"."""
    parts = (panel.label, zone_words(event, testing.zone_of(panel, event.zone)))
    return " · ".join(part for part in parts if part)


def zone_words(event: PanelEvent, zone: Zone | None) -> str:
    """A zone's name and number; empty where the event is of none."""
    return f"{zone.name} ({zone.number})" if zone else event.zone


def _zone(event: PanelEvent) -> Zone | None:
    return testing.zone_of(event.panel, event.zone)


def _another_is_silent(panel: Panel) -> bool:
    others = select(Panel.id).where(
        Panel.premises_id == panel.premises_id, Panel.id != panel.id, Panel.active, Panel.silent_at.is_not(None)
    )
    return db.session.scalar(others.limit(1)) is not None
