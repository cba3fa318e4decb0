"""Alarm panels and their zones as the administrator keeps them: every change is in the audit log."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from meteor.accounts.models import User
from meteor.premises.models import Premises
from meteor.premises.records import subject
from meteor.sas import supervision
from meteor.sas.models import Panel, PanelEvent, TestMode, Zone
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now


class NotUnique(Exception):
    """Another zone of the panel has this number."""


class InUse(Exception):
    """Tests of this zone are kept."""


def of_premises(premises: Premises) -> Sequence[Panel]:
    """The panels of premises, by account."""
    return db.session.scalars(select(Panel).where(Panel.premises_id == premises.id).order_by(Panel.account)).all()


def find(premises: Premises, panel_id: UUID) -> Panel | None:
    """The panel with this id as the database has it now, if it is one of the premises."""
    query = select(Panel).where(Panel.id == panel_id, Panel.premises_id == premises.id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def panel_values(panel: Panel) -> dict[str, Any]:
    """The editable values of a panel: account, name, line, source, interval (seconds), active. No key."""
    return {name: getattr(panel, name) for name in ("account", "name", "line", "source", "interval", "active")}


def save_panel(panel: Panel, values: Mapping[str, Any], actor: User | None) -> None:
    """Give a panel, or a new one with its premises, these values (panel_values)."""
    before = panel_values(panel) if panel.created_at else {}
    for name, value in values.items():
        setattr(panel, name, value)
    db.session.add(panel)
    if before and (before["interval"], before["active"]) != (panel.interval, panel.active):
        supervision.begin_anew(panel, now())
    db.session.flush()
    action = "panel_changed" if before else "panel_added"
    _record_change(actor, action, panel, before, panel_values(panel))


def set_key(panel: Panel, key: str, actor: User | None) -> None:
    """Let the panel speak with this key (32, 48 or 64 hexadecimal digits) alone; with an empty one in plain text."""
    panel.key = key or None
    db.session.flush()
    action = "panel_key_changed" if key else "panel_key_removed"
    audit.record(actor, action, subject(panel.premises), panel=panel.account)


def zone_values(zone: Zone) -> dict[str, Any]:
    """The editable values of a zone: number, name, type_id, priority (both 0 if the code decides)."""
    return {"number": zone.number, "name": zone.name, "type_id": zone.type_id or 0, "priority": zone.priority or 0}


def save_zone(panel: Panel, zone: Zone, values: Mapping[str, Any], actor: User | None) -> None:
    """Give a zone of the panel, or a new one, these values (zone_values). Raises NotUnique."""
    if any(other.number == values["number"] for other in panel.zones if other is not zone):
        raise NotUnique(values["number"])
    before = zone_values(zone) if zone in panel.zones else {}
    zone.number, zone.name = values["number"], values["name"]
    zone.type_id, zone.priority = values["type_id"] or None, values["priority"] or None
    if not before:
        panel.zones.append(zone)
    db.session.flush()
    action = "zone_changed" if before else "zone_added"
    _record_change(actor, action, panel, before, zone_values(zone))


def remove_zone(panel: Panel, zone: Zone, actor: User | None) -> None:
    """Forget a zone: its alarms are what their code means. Raises InUse."""
    if db.session.scalar(select(TestMode.id).where(TestMode.zone_id == zone.id).limit(1)) is not None:
        raise InUse(zone.number)
    before = zone_values(zone)
    panel.zones.remove(zone)
    db.session.flush()
    _record_change(actor, "zone_removed", panel, before, {})


def last_events(panel: Panel, most: int) -> Sequence[PanelEvent]:
    """The panel's last events, newest first."""
    query = select(PanelEvent).where(PanelEvent.panel_id == panel.id).options(selectinload(PanelEvent.incident))
    return db.session.scalars(query.order_by(PanelEvent.received_at.desc()).limit(most)).all()


def _record_change(
    actor: User | None, action: str, panel: Panel, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Append what was changed, with the panel where it was."""
    if before != after:
        audit.record_change(actor, action, subject(panel.premises), before, {"panel": panel.account, **after})
