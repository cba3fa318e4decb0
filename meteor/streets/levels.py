"""The map's data in two levels of detail, as the browser gets them."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import shapely

from meteor import geo
from meteor.streets.features import Feature
from meteor.streets.kinds import KINDS

DECIMALS = 5
"""Decimals of degrees on the map: one metre."""


class Detail(NamedTuple):
    """The kinds of a level, and the metres that a line may lie beside the real one."""

    kinds: tuple[str, ...]
    metres: float


LEVELS: Mapping[str, Detail] = {
    "overview": Detail(("coast", "water", "railway", "trunk", "main"), 10.0),
    "streets": Detail(KINDS, 2.0),
}
"""The levels: the whole city on a screen, and from close by."""


class Packed(NamedTuple):
    """A level's GeoJSON (RFC 7946), packed by gzip, and a fingerprint of it."""

    version: str
    packed: bytes


def packed_levels(features: Sequence[Feature]) -> dict[str, Packed]:
    """Each level of these features.

    A feature is a LineString, MultiLineString or Polygon with the properties `class` (one of kinds.KINDS) and, where it
    has one, `name`.
    """
    return {level: _packed(list(_simplified(features, detail))) for level, detail in LEVELS.items()}


def _packed(features: list[dict[str, Any]]) -> Packed:
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    return Packed(hashlib.sha256(text).hexdigest()[:16], gzip.compress(text, compresslevel=9, mtime=0))


def _simplified(features: Sequence[Feature], detail: Detail) -> Iterator[dict[str, Any]]:
    """The features of a level, areas first: lines are drawn above them."""
    shown = [feature for feature in features if feature.kind in detail.kinds]
    shown.sort(key=lambda each: (-shapely.get_dimensions(each.geometry), KINDS.index(each.kind), each.name))
    shapes = shapely.simplify([each.geometry for each in shown], detail.metres / geo.NORTH)
    rounded = shapely.remove_repeated_points(shapely.transform(shapes, lambda points: points.round(DECIMALS)))
    for feature, geometry in zip(shown, rounded, strict=True):
        if geometry.length:  # else it is smaller than a point of this level
            named = {"name": feature.name} if feature.name else {}
            properties = {"class": feature.kind, **named}
            yield {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(geometry)}
