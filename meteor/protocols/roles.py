"""Roles of units: the name of the plan line that a unit fills, else of its capability."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import select

from meteor.agencies.models import Capability
from meteor.protocols.models import IncidentType, PlanItem
from meteor.store.database import execute


class Role(NamedTuple):
    """Names of the roles in response plans, in both languages."""

    name_id: str
    name_en: str


def roles() -> Callable[[int, str], Role]:
    """Returns the role of a type's id and a capability's code.

    A capability that was removed since is called by its code.
    """
    able = {row.code: Role(row.name_id, row.name_en) for row in execute(_CAPABILITIES)}
    lines = {(row.type_id, row.capability): Role(row.role_id, row.role_en) for row in execute(_NAMED)}
    return lambda type_id, code: lines.get((type_id, code)) or able.get(code) or Role(code, code)


def role_of(type_: IncidentType, capability: str) -> Role | None:
    """A unit's role, where it is worth saying: in a plan of several lines, or of one that has a name of its own."""
    line = next((line for line in type_.plan if line.capability == capability), None)
    if line is None or (len(type_.plan) == 1 and not line.role_id):
        return None
    return Role(line.role_id or line.asked.name_id, line.role_en or line.asked.name_en)


_CAPABILITIES = select(Capability.code, Capability.name_id, Capability.name_en)
_NAMED = select(PlanItem.type_id, PlanItem.capability, PlanItem.role_id, PlanItem.role_en).where(PlanItem.role_id != "")
