"""The streets that are found by name, made of the lines of the map."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from meteor import geo
from meteor.streets.features import Feature, House, same_name
from meteor.streets.joining import groups
from meteor.streets.kinds import ROADS

APART = 500.0
"""Metres between two roads of the same name from which on they are two streets."""

NEAREST_ROAD = 300.0
"""Metres from a house number to its street, at most."""

NARROWEST = 30.0
"""Metres of the smallest radius of a street."""

DECIMALS = 6
"""Decimals of degrees that are kept: a tenth of a metre."""


class NamedStreet(NamedTuple):
    """A street: its name, its middle (degrees WGS-84), the metres to its farthest end, and the features it is of."""

    name: str
    latitude: float
    longitude: float
    radius: float
    parts: list[int]
    line: Any


def streets_of(features: Sequence[Feature]) -> list[NamedStreet]:
    """The streets that these features (see joining.joined) are of."""
    same: dict[str, list[int]] = defaultdict(list)
    for at, feature in enumerate(features):
        if feature.name and feature.kind in ROADS and shapely.get_dimensions(feature.geometry) == 1:
            same[same_name(feature.name)].append(at)
    return [_named(features, part) for found in same.values() for part in _together(features, found)]


def _together(features: Sequence[Feature], found: Sequence[int]) -> Iterator[list[int]]:
    lines = np.array([features[at].geometry for at in found])
    for group in groups(lines, APART) if len(found) > 1 else [[0]]:
        yield [found[at] for at in group]


def _named(features: Sequence[Feature], parts: list[int]) -> NamedStreet:
    lines = [features[at].geometry for at in parts]
    line = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines)))
    middle = _middle(line)
    radius = max(NARROWEST, float(shapely.hausdorff_distance(line, middle)) * geo.NORTH)
    name = features[max(parts, key=lambda at: features[at].geometry.length)].name
    return NamedStreet(name, round(middle.y, DECIMALS), round(middle.x, DECIMALS), round(radius), parts, line)


def _middle(line: Any) -> Any:
    """The point half way along a street; of one that forks, the point on it that is nearest to its centroid."""
    if line.geom_type == "LineString":
        return line.interpolate(0.5, normalized=True)
    return line.interpolate(line.project(line.centroid)) if line.length else line.centroid


def housed(streets: Sequence[NamedStreet], houses: Iterable[House]) -> Iterator[tuple[int, House]]:
    """The house numbers whose street is known, each with its street's position."""
    same: dict[str, list[int]] = defaultdict(list)
    for at, street in enumerate(streets):
        same[same_name(street.name)].append(at)
    for house in houses:
        point = shapely.Point(house.longitude, house.latitude)
        away = [(streets[at].line.distance(point) * geo.NORTH, at) for at in same[same_name(house.street)]]
        if away and min(away)[0] <= NEAREST_ROAD:
            yield min(away)[1], house
