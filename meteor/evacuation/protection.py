"""Hazards that a gathering point is safe from, and the hazard of a warning."""

from collections.abc import Iterable

from meteor.evacuation.models import GatheringPoint
from meteor.warnings.hazard_texts import HAZARDS
from meteor.warnings.models import HazardWarning

CODES = tuple(code for code in HAZARDS if code != "other")
"""Hazards that a point can be safe from."""

ALL = "all"
"""The word in addresses for points that are safe from all hazards."""


def hazard_of(warning: HazardWarning) -> str:
    """The hazard of a warning, of CODES; empty for a CAP message of others, which names none of ours."""
    code = warning.parameters.get("hazard", "")
    return code if code in CODES else ""


def is_safe(point: GatheringPoint, hazard: str) -> bool:
    """Return whether a point is safe from a hazard; from an unknown one (empty) it is if it is safe from all."""
    return {hazard} <= {*point.safe_from} if hazard else {*CODES} <= {*point.safe_from}


def names(codes: Iterable[str], language: str) -> list[str]:
    """The names of hazards in a language ("id", "en"), in the order of HAZARDS."""
    chosen = {*codes}
    return [getattr(HAZARDS[code], "name_en" if language == "en" else "name_id") for code in CODES if code in chosen]
