"""What an incident lacks: what its plan asks for and nobody is left to do, kept with it as "patrol×1, fire×2"."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, literal

from meteor.incidents.models import Incident

_BETWEEN, _TIMES = ", ", "×"


def written(lacking: Mapping[str, int]) -> str:
    """The text for so many units of each capability."""
    return _BETWEEN.join(f"{capability}{_TIMES}{count}" for capability, count in lacking.items())


def read(text: str) -> dict[str, int]:
    """How many units of each capability the text says."""
    parts = [part.split(_TIMES) for part in text.split(_BETWEEN) if _TIMES in part]
    return {capability: int(count) for capability, count in parts}


def lacks(capability: Any) -> ColumnElement[bool]:
    """Whether an incident lacks the capability, a code or a column of codes. "rescue" is no "water_rescue"."""
    return (literal(_BETWEEN) + Incident.lacking).contains(literal(_BETWEEN) + capability + _TIMES)
