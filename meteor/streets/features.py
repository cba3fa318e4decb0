"""Features of a file that the map shows: lines and areas, and house numbers."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

LONGEST_NAME = 100
"""Characters of a name that are kept."""

_ROAD = re.compile(r"^(?:jl|jln|jalan)\b\.?\s*", re.IGNORECASE)


class Feature(NamedTuple):
    """A line or an area (a shapely geometry, degrees WGS-84, longitude first), its kind, and its name or ""."""

    kind: str
    name: str
    geometry: Any


class House(NamedTuple):
    """A house number (without letters) of the street of this name, and its point (degrees WGS-84)."""

    street: str
    number: int
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Extract:
    """A file's features within the city; `read` counts lines and areas of the whole file."""

    features: list[Feature]
    houses: list[House]
    read: int


class NotAMap(ValueError):
    """The file is no map; the argument says why, and what would be right."""


def name_of(text: Any) -> str:
    """A name as it is kept: one line of at most LONGEST_NAME characters."""
    return " ".join(str(text or "").split())[:LONGEST_NAME].strip()


def same_name(name: str) -> str:
    """A street's name without what is written in many ways: "Jl. Suroyo" and "Jalan suroyo" are one."""
    return _ROAD.sub("", name).casefold()


def house_number(text: Any) -> int | None:
    """The number of "12", "12A" or "12-14"; None if there is none."""
    found = re.match(r"\s*(?:no\.?\s*)?([0-9]{1,5})", str(text or ""), re.IGNORECASE)
    return int(found[1]) if found else None
