"""Joins lines of the same name and kind that touch, and the parts of a street that lie together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import shapely

from meteor import geo
from meteor.streets.features import Feature


def joined(features: Iterable[Feature]) -> list[Feature]:
    """The features, with each of these as one: lines of the same name and kind that touch. Areas stay as they are.

    A line without a name goes from one fork to the next.
    """
    lines: dict[tuple[str, str], list[Any]] = defaultdict(list)
    areas = []
    for feature in features:
        if shapely.get_dimensions(feature.geometry) == 1:
            lines[feature.kind, feature.name].append(feature.geometry)
        else:
            areas.append(feature)
    return [Feature(kind, name, line) for (kind, name), found in lines.items() for line in _joined(name, found)] + areas


def _joined(name: str, lines: Sequence[Any]) -> Iterator[Any]:
    """LineStrings; of a street that forks, one MultiLineString."""
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    if not name:
        yield from merged
        return
    for group in groups(merged, 0.0):
        yield merged[group[0]] if len(group) == 1 else shapely.multilinestrings(merged[group])


def groups(geometries: Any, metres: float) -> list[list[int]]:
    """The positions of geometries (an array) that lie within so many metres of each other, group by group."""
    tree = shapely.STRtree(geometries)
    pairs = tree.query(geometries, predicate="dwithin", distance=metres / geo.NORTH).T
    leader = list(range(len(geometries)))

    def first(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    for one, other in pairs:
        low, high = sorted((first(int(one)), first(int(other))))
        leader[high] = low
    found: dict[int, list[int]] = defaultdict(list)
    for at in range(len(geometries)):
        found[first(at)].append(at)
    return list(found.values())
