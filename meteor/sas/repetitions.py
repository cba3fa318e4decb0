"""Unconfirmed events that add nothing are counted on a stored event, so that forged messages fill no table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.sas import alarms, consequences, raising, testing
from meteor.sas.consequences import CONSEQUENCES
from meteor.sas.models import Panel, PanelEvent, PremisesCancellation
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import WIB
from meteor.store.quotas import Limit

MOST_ALARMS = 64
"""Alarms of one panel that are stored for one incident, each with a code, area and zone of its own."""

OTHERS = Limit("panel_events", 200, _l("signals of an alarm panel"))
"""Other unconfirmed events of one panel that are stored: restores, openings, troubles, tests."""


def counted(event: PanelEvent, panel: Panel, at: datetime) -> bool:
    """Count an unconfirmed event of the panel that is not stored yet, if it adds nothing; whether it was counted.

    An alarm that is counted rings like a stored one. An event that could change anything is never counted.
    """
    zone = testing.zone_of(panel, event.zone)
    if event.restore or event.meaning not in CONSEQUENCES or testing.in_test(panel.premises_id, zone, at):
        return _counted_other(event, panel, at)
    said = consequences.of(event.meaning, zone)
    incident = raising.belongs_to(panel.premises_id, said)
    if incident is None or raising.would_change(incident, said) or alarms.would_confirm(event, incident, at):
        return False
    stored = _stored_alarms(panel, incident)
    same = next((row.id for row in stored if (row.code, row.area, row.zone) == _names(event)), None)
    if (same is None and len(stored) < MOST_ALARMS) or _is_cancelled_since(incident, stored[0].received_at):
        return False
    _count(same or stored[0].id, event, at)
    if same is None:
        _tell(panel, at)
    raising.ring_again(incident, said, panel.premises, at)
    return True


def _counted_other(event: PanelEvent, panel: Panel, at: datetime) -> bool:
    """Beyond OTHERS of a day the administrators still hear of a trouble; the timeline has no further line."""
    if quotas.fits(f"panel:{panel.id}", OTHERS, at):
        return False
    newest = select(PanelEvent.id).where(PanelEvent.panel_id == panel.id, PanelEvent.unconfirmed)
    stored = db.session.scalar(newest.order_by(PanelEvent.received_at.desc()).limit(1))
    if stored is None:
        return False
    _count(stored, event, at)
    _tell(panel, at)
    alarms.tell_trouble(event, panel, at)
    return True


def _stored_alarms(panel: Panel, incident: Incident) -> Sequence[Any]:
    """The panel's unconfirmed alarms of the incident, newest first, also where they came to it by a merge."""
    query = select(PanelEvent.id, PanelEvent.code, PanelEvent.area, PanelEvent.zone, PanelEvent.received_at)
    query = query.join(Alert, Alert.id == PanelEvent.id).where(
        Alert.incident_id == incident.id, PanelEvent.panel_id == panel.id, PanelEvent.unconfirmed
    )
    return db.session.execute(query.order_by(PanelEvent.received_at.desc()).limit(MOST_ALARMS)).all()


def _is_cancelled_since(incident: Incident, at: datetime) -> bool:
    """Return whether the premises have cancelled since: a later alarm is kept on its own."""
    said = select(PremisesCancellation.id).join(Alert, Alert.id == PremisesCancellation.alert_id)
    later = said.where(Alert.incident_id == incident.id, PremisesCancellation.said_at >= at)
    return db.session.scalar(later.limit(1)) is not None


def _names(event: PanelEvent) -> tuple[str, str, str]:
    return event.code, event.area, event.zone


def _count(stored_id: object, event: PanelEvent, at: datetime) -> None:
    """A message that is taken again, since its first part was committed or its answer was lost, counts once."""
    is_new = or_(PanelEvent.repeated_at.is_(None), PanelEvent.repeated_digest != event.digest)
    db.session.execute(
        update(PanelEvent)
        .where(PanelEvent.id == stored_id, is_new)
        .values(repeats=PanelEvent.repeats + 1, repeated_at=at, repeated_digest=event.digest)
    )


def _tell(panel: Panel, at: datetime) -> None:
    """Tell the dispatchers once a day for each panel."""
    notices.tell(
        f"panel_flooded:{panel.account}:{at.astimezone(WIB):%Y-%m-%d}", "panel_flooded", "/sas/monitor",
        role="dispatcher", account=panel.account, premises=panel.premises.name,
    )  # fmt: skip
