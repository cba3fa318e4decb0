"""The boundaries of the kelurahan, from a GeoJSON file: all of it or, with one problem, nothing."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from flask_babel import lazy_gettext as _l
from shapely import GEOSException, STRtree, contains_xy, force_2d, is_valid_reason, prepare, to_geojson
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from sqlalchemy import select
from sqlalchemy.orm import undefer

from meteor.geo import metres_flat
from meteor.store import audit
from meteor.store.database import db
from meteor.territory.models import Kelurahan

FARTHEST = 5000.0
"""Metres that the middle of a boundary may lie from the kelurahan's centroid. Farther off is another city."""

OVERLAP = 0.02
"""The part of the smaller of two kelurahan that simplified boundaries may share. More, and a point lies in two."""

MOST_POSITIONS = 20_000
"""Positions of one boundary."""

_GRID = 64
_SAME_AS_WGS84 = ("CRS84", "4326")

Area: TypeAlias = "Polygon | MultiPolygon"


class Problem(NamedTuple):
    """A problem of a feature: its number from 1 (0: the file itself), its code, and the reason."""

    feature: int
    code: str
    reason: Any


class Wrong(ValueError):
    """A feature cannot be taken; the argument says why."""


def boundaries_of(data: bytes) -> tuple[dict[str, Area], list[Problem]]:
    """The boundaries in a FeatureCollection (RFC 7946) whose features name a kelurahan by `code`, and every problem.

    A boundary is a Polygon or a MultiPolygon in degrees WGS-84, longitude first.
    """
    try:
        features = _features(json.loads(data))
    except (ValueError, RecursionError) as error:
        reason = error.args[0] if isinstance(error, Wrong) else _l("This is not a JSON file.")
        return {}, [Problem(0, "", reason)]
    known = {row.code: row for row in db.session.scalars(select(Kelurahan))}
    areas: dict[str, Area] = {}
    problems = []
    for number, feature in enumerate(features, start=1):
        code = _code(feature)
        try:
            areas[code] = _area(feature, code, known, areas)
        except Wrong as wrong:
            problems.append(Problem(number, code, wrong.args[0]))
    if not problems:
        problems += _overlaps(areas, known)
    return areas, problems


def store(areas: Mapping[str, Area], actor: Any) -> None:
    """Keep these boundaries; a kelurahan that has none among them keeps its own."""
    rows = db.session.scalars(select(Kelurahan).where(Kelurahan.code.in_(areas)).options(undefer(Kelurahan.boundary)))
    for row in rows:
        row.boundary = to_geojson(areas[row.code])
    db.session.flush()
    audit.record(actor, "boundaries_imported", "kelurahan:*", codes=sorted(areas))


def metres_outside(kelurahan: Kelurahan, latitude: float, longitude: float) -> float:
    """Metres from a point (degrees WGS-84) to a kelurahan's boundary; 0 inside, or without a boundary."""
    if not kelurahan.boundary:
        return 0.0
    area, point = shape(json.loads(kelurahan.boundary)), Point(longitude, latitude)
    if area.covers(point):
        return 0.0
    border = area.boundary.interpolate(area.boundary.project(point))
    return metres_flat(latitude, longitude, border.y, border.x)


def _features(collection: Any) -> list[Any]:
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise Wrong(_l("This is not a GeoJSON FeatureCollection."))
    if not str(collection.get("crs", "4326")).rstrip("'}\" ").endswith(_SAME_AS_WGS84):
        raise Wrong(_l("The coordinates are not WGS-84. Convert the file to EPSG:4326."))
    features = collection.get("features")
    if not isinstance(features, list) or not features:
        raise Wrong(_l("The file has no features."))
    return features


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return str(properties.get("code", "")) if isinstance(properties, dict) else ""


def _area(feature: Any, code: str, known: Mapping[str, Kelurahan], before: Mapping[str, Area]) -> Area:
    """The boundary that a feature has. Raises Wrong."""
    if not code:
        raise Wrong(_l("The property “code” is missing, for example 35.74.03.1001."))
    if code not in known:
        raise Wrong(_l("There is no kelurahan with this code."))
    if code in before:
        raise Wrong(_l("This kelurahan is in the file twice."))
    area, kelurahan = _shape(feature.get("geometry")), known[code]
    middle = area.centroid
    away = metres_flat(kelurahan.latitude, kelurahan.longitude, middle.y, middle.x)
    if away > FARTHEST:
        raise Wrong(
            _l("The boundary lies %(kilometres)d km from %(name)s. Longitude must come first.",
               kilometres=round(away / 1000), name=kelurahan.name)
        )  # fmt: skip
    return area


def _shape(geometry: Any) -> Area:
    """A valid area of two dimensions. Raises Wrong."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise Wrong(_l("The geometry must be a Polygon or a MultiPolygon."))
    _check_rings(geometry)
    try:
        area = force_2d(shape(geometry))
    except (GEOSException, ValueError, TypeError) as error:
        raise Wrong(_l("The coordinates cannot be read: %(problem)s", problem=error)) from error
    if area.is_empty or not area.is_valid:
        raise Wrong(_l("The boundary is not a valid area: %(problem)s", problem=is_valid_reason(area)))
    return area


def _check_rings(geometry: Mapping[str, Any]) -> None:
    """Positions within the world, in rings that end where they begin. Raises Wrong."""
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not isinstance(polygons, list) or not all(isinstance(polygon, list) and polygon for polygon in polygons):
        raise Wrong(_l("The geometry has no rings of coordinates."))
    if sum(len(ring) for polygon in polygons for ring in polygon if isinstance(ring, list)) > MOST_POSITIONS:
        raise Wrong(_l("The boundary has more than %(most)d positions. Simplify it.", most=MOST_POSITIONS))
    for ring in (ring for polygon in polygons for ring in polygon):
        if not isinstance(ring, list) or not all(_is_position(position) for position in ring):
            raise Wrong(_l("A position must be longitude and latitude in degrees, such as [113.2158, -7.7432]."))
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise Wrong(_l("A ring must have at least four positions and end where it begins."))


def _is_position(position: Any) -> bool:
    if not isinstance(position, list) or not 2 <= len(position) <= 3:
        return False
    numbers = all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) for value in position
    )
    return numbers and abs(position[0]) <= 180 and abs(position[1]) <= 90


def _overlaps(areas: Mapping[str, Area], known: Mapping[str, Kelurahan]) -> Iterator[Problem]:
    """A problem for each of the file's areas that covers part of another, or of a boundary that is kept."""
    kept = select(Kelurahan.code, Kelurahan.boundary).where(
        Kelurahan.boundary.is_not(None), Kelurahan.code.not_in(areas)
    )  # fmt: skip
    every = dict(areas) | {row.code: shape(json.loads(row.boundary)) for row in db.session.execute(kept)}
    codes = list(every)
    tree = STRtree(list(every.values()))
    for number, (code, area) in enumerate(areas.items(), start=1):
        for at in tree.query(area, predicate="intersects"):
            other = every[codes[at]]
            shared = 0.0 if codes[at] == code else _shared(area, other)
            if shared > OVERLAP:
                reason = _l("It covers %(percent)d %% of %(name)s.", percent=shared * 100, name=known[codes[at]].name)
                yield Problem(number, code, reason)


def _shared(area: Area, other: Area) -> float:
    """The part of the smaller of two areas that both cover, from 0 to 1, by a grid of points where their boxes meet.

    The exact intersection of two boundaries of 1,800 positions each can take half a minute and 2 GB.
    """
    west, south = np.maximum(area.bounds[:2], other.bounds[:2])
    east, north = np.minimum(area.bounds[2:], other.bounds[2:])
    middles = (np.arange(_GRID) + 0.5) / _GRID
    x, y = (grid.ravel() for grid in np.meshgrid(west + middles * (east - west), south + middles * (north - south)))
    prepare([area, other])
    both = float((contains_xy(area, x, y) & contains_xy(other, x, y)).mean())
    return both * float((east - west) * (north - south)) / min(area.area, other.area)
