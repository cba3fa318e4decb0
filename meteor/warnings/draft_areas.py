"""The areas of a warning of our own, from the kelurahan that were chosen for it."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from shapely.geometry import Polygon, shape

from meteor.territory.area_index import KELURAHAN_RADIUS
from meteor.territory.models import Kelurahan

MOST_POINTS = 200
"""Points of one polygon, the closing one included. Receivers of CAP have trouble with thousands."""

GEOCODE = "KEMENDAGRI"
"""Name of the ministry's codes of areas in a message."""

_FIRST_TOLERANCE = 1e-5  # degrees: a metre


def areas_of(kelurahan: Iterable[Kelurahan]) -> list[dict[str, Any]]:
    """An area for each kelurahan, as HazardWarning.areas: its boundary, or a circle that is said to be approximate."""
    return [_area(each) for each in kelurahan]


def _area(kelurahan: Kelurahan) -> dict[str, Any]:
    name = f"Kelurahan {kelurahan.name}, Kecamatan {kelurahan.kecamatan.name}"
    geocodes = {GEOCODE: [kelurahan.code]}
    if kelurahan.boundary:
        return {"description": name, "polygons": _polygons(kelurahan.boundary), "circles": [], "geocodes": geocodes}
    circle = [kelurahan.latitude, kelurahan.longitude, KELURAHAN_RADIUS / 1000]
    return {"description": f"{name} (perkiraan)", "polygons": [], "circles": [circle], "geocodes": geocodes}


@lru_cache(maxsize=64)
def _polygons(boundary: str) -> list[list[list[float]]]:
    """The outer rings of a boundary. They are kept: to approve a warning of the whole city must not wait for them."""
    return [_ring(part) for part in _parts(shape(json.loads(boundary)))]


def _parts(area: Any) -> Iterator[Polygon]:
    yield from getattr(area, "geoms", [area])


def _ring(polygon: Polygon) -> list[list[float]]:
    """The closed outer ring, latitude first, in at most MOST_POINTS points. CAP knows no holes."""
    outer, tolerance = Polygon(polygon.exterior), _FIRST_TOLERANCE
    while len(outer.exterior.coords) > MOST_POINTS:
        outer = Polygon(polygon.exterior).simplify(tolerance)
        tolerance *= 2
    return [[round(latitude, 6), round(longitude, 6)] for longitude, latitude in outer.exterior.coords]
