"""Agencies, capabilities and units as the administrator keeps them: every change is in the audit log."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from meteor.agencies.models import Agency, Capability, Unit, UnitCapability
from meteor.agencies.rules import crew_of
from meteor.store import audit
from meteor.store.database import db


class InUse(Exception):
    """A unit has this capability, or a response plan asks for it."""


class OnDutyNow(Exception):
    """The unit is at work or has a crew on duty: it can neither leave service nor change its agency."""


def remove_capability(capability: Capability, actor: Any) -> None:
    """Remove a capability that nothing has and nothing asks for. Raises InUse."""
    before = {"code": capability.code, "name_id": capability.name_id, "name_en": capability.name_en}
    try:
        with db.session.begin_nested():
            db.session.execute(delete(Capability).where(Capability.code == before["code"]))
    except IntegrityError as error:
        raise InUse(before["code"]) from error
    audit.record_change(actor, "capability_removed", f"capabilities:{before['code']}", before, {})


def unit_values(unit: Unit) -> dict[str, Any]:
    """The editable values of a unit. The base is in degrees WGS-84."""
    return {
        "call_sign": unit.call_sign,
        "agency_id": unit.agency_id,
        "kind": unit.kind,
        "capabilities": sorted(held.capability for held in unit.capabilities),
        "base_name": unit.base_name,
        "base_latitude": unit.base_latitude,
        "base_longitude": unit.base_longitude,
        "in_service": unit.in_service,
    }


def save_unit(unit: Unit, values: Mapping[str, Any], actor: Any) -> None:
    """Give a unit, or a new one, these values (see unit_values). Raises OnDutyNow."""
    before = unit_values(unit) if unit.id else {}
    leaves = before and (before["agency_id"], before["in_service"]) != (values["agency_id"], values["in_service"])
    if leaves and (unit.status != "off_duty" or crew_of(unit)):
        raise OnDutyNow(unit.call_sign)
    for name, value in values.items():
        if name != "capabilities":
            setattr(unit, name, value)
    _set_capabilities(unit, values["capabilities"])
    audit.keep(unit, "unit", before, unit_values, actor)


def agencies() -> Sequence[Agency]:
    """All agencies, by name."""
    return db.session.scalars(select(Agency).order_by(Agency.name)).all()


def capabilities() -> Sequence[Capability]:
    """All capabilities, by code."""
    return db.session.scalars(select(Capability).order_by(Capability.code)).all()


def _set_capabilities(unit: Unit, codes: Sequence[str]) -> None:
    for held in [held for held in unit.capabilities if held.capability not in codes]:
        unit.capabilities.remove(held)
    known = {held.capability for held in unit.capabilities}
    unit.capabilities.extend(UnitCapability(capability=code) for code in codes if code not in known)
