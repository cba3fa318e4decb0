"""The written table of what an alarm becomes: the incident type and the priority of each meaning that a code can have.

Codes lead to meanings in `codes`, meanings to incident types here. A zone may say what those of its alarms are whose
code says only that a detector saw something.
"""

from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from meteor.incidents import rules as incidents
from meteor.incidents.rules import TypeRow
from meteor.protocols.models import IncidentType
from meteor.sas.models import Zone
from meteor.store.database import execute


class Consequence(NamedTuple):
    """The code of an incident type, the alert's `kind`, which leads to another where that is missing, and the priority.

    At premises where alarms are `silent` nobody calls: the telephone would tell who is inside. The priority is for
    where there is no such type: otherwise the type's own is taken, except for what is NEVER_LOWERED.
    """

    type: str
    kind: str
    priority: int
    silent: bool = False


_HOLD_UP = Consequence("hold_up", "crime", 1, silent=True)
_BURGLARY = Consequence("burglary", "crime", 3)
_LOOK = Consequence("alarm_signal", "other", 4)

CONSEQUENCES = {
    "hold_up": _HOLD_UP,
    "duress": _HOLD_UP,
    "medical": Consequence("medical", "medical", 1),
    "fire": Consequence("fire", "fire", 1),
    "gas": Consequence("gas_leak", "fire", 1),
    "burglary": _BURGLARY,
    "alarm": _BURGLARY,  # of no stated kind: nearly always a detector
    "tamper": Consequence("alarm_tamper", "other", 3),
    "environment": _LOOK,
    "unknown": _LOOK,
    "silent": Consequence("panel_silent", "other", 4),
}
"""Meanings that are alarms. Units are not sent to the last three automatically: an operator decides."""

NEVER_LOWERED = frozenset({"hold_up", "medical", "fire", "gas_leak"})
"""Types that are always P1 and keep their type."""

LOOKED_AT = frozenset({"alarm_signal", "panel_silent"})
"""Types to which nobody is sent: mostly a panel that needs repair, which takes a test."""

LEFT_TO_THE_ZONE = frozenset({"burglary", "alarm", "environment"})
"""The meanings of which a zone may say more. A hold-up stays one in any zone, and an opened housing is no hold-up."""

NEED_A_SECOND_SIGN = frozenset({"burglary", "alarm"})
"""Alarms of which 94–98 % are false elsewhere. They become P1 with a second sign."""

TROUBLES = {
    "power": "panel_power",
    "battery": "panel_battery",
    "communication": "panel_communication",
    "trouble": "panel_trouble",
    "tamper": "panel_tamper",
}
"""Meanings reported to administrators, since the panel needs repair, each with its notice."""

_BY_URGENCY = ("hold_up", "medical", "fire", "gas_leak", "burglary", "alarm_tamper", "alarm_signal", "panel_silent")


class Said(NamedTuple):
    """The consequence of an alarm: type, priority, whether it is silent, and its flags.

    What is `firm` is never lowered, nor is it taken for something else.
    """

    type: TypeRow
    kind: str
    silent: bool
    firm: bool
    flags: list[str]


def of(meaning: str, zone: Zone | None = None) -> Said:
    """The consequence of this meaning. A zone may change it for LEFT_TO_THE_ZONE.

    A meaning nobody foresaw is "unknown".
    A type that the administrator renamed or switched off is replaced by its kind's, with a flag.
    """
    consequence = CONSEQUENCES.get(meaning, _LOOK)
    if meaning not in LEFT_TO_THE_ZONE:
        zone = None
    known = zone.type if zone and zone.type else _type(consequence.type)
    if known is None:
        row, flags, priority = incidents.type_for(consequence.kind), ["no_such_type"], consequence.priority
    else:
        row, flags, priority = TypeRow.of(known), [], known.priority
    if zone and zone.priority:
        priority = zone.priority
    firm = row.code in NEVER_LOWERED or consequence.type in NEVER_LOWERED
    silent = consequence.silent or row.code == _HOLD_UP.type
    return Said(replace(row, priority=1 if firm else priority), consequence.kind, silent, firm, flags)


def urgency(priority: int, code: str) -> tuple[int, int]:
    """Return a key that sorts the more urgent first.

    A type that no alarm leads to gives way only to a higher priority.
    """
    return priority, _BY_URGENCY.index(code) if code in _BY_URGENCY else -1


def _type(code: str) -> Any:
    """The columns of TypeRow of this active type, or None."""
    return execute(_TYPE, type=code).first()


_TYPE = select(IncidentType.id, IncidentType.code, IncidentType.priority, IncidentType.agency_id).where(
    IncidentType.code == bindparam("type"), IncidentType.active
)
