"""Agencies, capabilities and units as the administrator keeps them: every change is in the audit log."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from meteor.agencies.models import Agency, Capability, Unit, UnitCapability
from meteor.agencies.rules import crew_of
from meteor.store import audit
from meteor.store.database import Base, db


class NotUnique(Exception):
    """Another one has this; `field` says what."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class InUse(Exception):
    """A unit has this capability, or a response plan asks for it."""


class OnDutyNow(Exception):
    """The unit is at work or has a crew on duty: it can neither leave service nor change its agency."""


def agency_values(agency: Agency) -> dict[str, Any]:
    """The editable values of an agency: code, name, phone, reserve (units kept free for P1)."""
    return {"code": agency.code, "name": agency.name, "phone": agency.phone or "", "reserve": agency.reserve}


def save_agency(agency: Agency, values: Mapping[str, Any], actor: Any) -> None:
    """Give an agency, or a new one, these values (see agency_values). Raises NotUnique."""
    _refuse_taken(Agency.code, "code", values["code"], agency.id)
    before = agency_values(agency) if agency.id else {}
    agency.code, agency.name = values["code"], values["name"]
    agency.phone, agency.reserve = values["phone"] or None, values["reserve"]
    _keep(agency, "agency", before, agency_values, actor)


def capability_values(capability: Capability) -> dict[str, Any]:
    """The editable values of a capability: code, name_id, name_en."""
    return {"code": capability.code, "name_id": capability.name_id, "name_en": capability.name_en}


def add_capability(values: Mapping[str, Any], actor: Any) -> None:
    """Add a capability (see capability_values). Raises NotUnique."""
    if db.session.get(Capability, values["code"]):
        raise NotUnique("code")
    capability = Capability(**values)
    db.session.add(capability)
    db.session.flush()
    audit.record_change(actor, "capability_added", f"capabilities:{capability.code}", {}, capability_values(capability))


def rename_capability(capability: Capability, values: Mapping[str, Any], actor: Any) -> None:
    """Give a capability other names; its code stays."""
    before = capability_values(capability)
    capability.name_id, capability.name_en = values["name_id"], values["name_en"]
    db.session.flush()
    after = capability_values(capability)
    audit.record_change(actor, "capability_changed", f"capabilities:{capability.code}", before, after)


def remove_capability(capability: Capability, actor: Any) -> None:
    """Remove a capability that nothing has and nothing asks for. Raises InUse."""
    before = capability_values(capability)
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
    """Give a unit, or a new one, these values (see unit_values). Raises NotUnique, OnDutyNow."""
    _refuse_taken(Unit.call_sign, "call_sign", values["call_sign"], unit.id)
    before = unit_values(unit) if unit.id else {}
    leaves = before and (before["agency_id"], before["in_service"]) != (values["agency_id"], values["in_service"])
    if leaves and (unit.status != "off_duty" or crew_of(unit)):
        raise OnDutyNow(unit.call_sign)
    for name, value in values.items():
        if name != "capabilities":
            setattr(unit, name, value)
    _set_capabilities(unit, values["capabilities"])
    _keep(unit, "unit", before, unit_values, actor)


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


def _keep(record: Any, word: str, before: dict[str, Any], values_of: Any, actor: Any) -> None:
    db.session.add(record)
    db.session.flush()
    action = f"{word}_changed" if before else f"{word}_added"
    audit.record_change(actor, action, f"{record.__tablename__}:{record.id}", before, values_of(record))


def _refuse_taken(column: Any, field: str, value: str, own_id: int | None) -> None:
    model: type[Base] = column.class_
    if db.session.scalar(select(column).where(column == value, model.id != own_id)) is not None:  # type: ignore[attr-defined]
        raise NotUnique(field)
