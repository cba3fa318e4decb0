"""The shortfall of an incident: capabilities of its plan without a free unit, stored as "patrol×1, fire×2"."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, literal

from meteor.incidents.models import Incident

_BETWEEN, _TIMES = ", ", "×"


def written(counts: Mapping[str, int]) -> str:
    """The text for so many units of each capability."""
    return _BETWEEN.join(f"{capability}{_TIMES}{count}" for capability, count in counts.items())


def read(text: str) -> dict[str, int]:
    """The count of each capability in the text."""
    parts = [part.split(_TIMES) for part in text.split(_BETWEEN) if _TIMES in part]
    return {capability: int(count) for capability, count in parts}


def includes(capability: Any) -> ColumnElement[bool]:
    """Whether the shortfall includes the capability, a code or a column of codes. "rescue" is no "water_rescue"."""
    return (literal(_BETWEEN) + Incident.shortfall).contains(literal(_BETWEEN) + capability + _TIMES)
