"""Kinds of lines and areas on our map by OpenStreetMap's tags."""

from collections.abc import Mapping

ROADS = ("trunk", "main", "street", "service", "path")
"""Kinds of roads, the largest first."""

KINDS = (*ROADS, "railway", "water", "coast", "building")

_HIGHWAYS = {
    "trunk": ("motorway", "motorway_link", "trunk", "trunk_link"),
    "main": ("primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link"),
    "street": ("residential", "unclassified", "living_street", "road"),
    "service": ("service", "track"),
    "path": ("footway", "path", "pedestrian", "steps", "cycleway", "bridleway"),
}
# Drains and ditches are left away: they run along every street.
_LINES = {
    **{("highway", value): kind for kind, values in _HIGHWAYS.items() for value in values},
    **{("railway", value): "railway" for value in ("rail", "light_rail", "narrow_gauge", "tram")},
    **{("waterway", value): "water" for value in ("river", "canal", "stream")},
    ("natural", "coastline"): "coast",
}
_AREAS = {
    ("natural", "water"): "water",
    ("waterway", "riverbank"): "water",
    ("waterway", "dock"): "water",
    ("landuse", "reservoir"): "water",
    ("landuse", "basin"): "water",
}

KEYS = ("highway", "railway", "waterway", "natural", "landuse", "building")
"""The keys of OpenStreetMap's tags that are looked at."""


def kind_of_line(tags: Mapping[str, str]) -> str:
    """The kind of a line with these tags; empty if the map does not show it."""
    return _first(_LINES, tags)


def kind_of_area(tags: Mapping[str, str]) -> str:
    """The kind of an area with these tags; empty if the map does not show it."""
    return _first(_AREAS, tags) or ("building" if tags.get("building", "no") != "no" else "")


def _first(kinds: Mapping[tuple[str, str], str], tags: Mapping[str, str]) -> str:
    return next((kinds[key, tags[key]] for key in KEYS if key in tags and (key, tags[key]) in kinds), "")
