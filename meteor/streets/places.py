"""Points along the streets: where two of them meet, and where a house number is."""

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import shapely
from sqlalchemy import bindparam, select

from meteor import geo
from meteor.store.database import db, execute
from meteor.streets.joining import groups
from meteor.streets.models import HouseNumber, MapFeature

JUNCTION = 40.0
"""Metres around the point where two streets meet, and the gap in which streets still meet, as at a roundabout."""

HOUSE = 30.0
"""Metres around a house whose number is known."""

_CARRIAGEWAYS = 80.0  # metres between points of one junction: a street may have two carriageways
_BRIDGED = 400.0  # metres between two known numbers of which a third one lies in between


class Point(NamedTuple):
    """A point (degrees WGS-84) and the radius in metres that it lies in."""

    latitude: float
    longitude: float
    radius: float


def junctions(ones: Collection[int], others: Collection[int]) -> Iterator[tuple[int, int, Point]]:
    """The points where one of these streets (by their ids) meets one of the others, with the two."""
    lines = _lines({*ones, *others})
    for one in ones:
        for other in others:
            if one != other and one in lines and other in lines:
                yield from ((one, other, point) for point in _meeting(lines[one], lines[other]))


def house(street_id: int, number: int) -> Point | None:
    """The point of a house number of a street: its own, or half way between those of its side before and after it.

    None where these are unknown, or too far apart to say more than the street itself. Odd numbers are on one side of a
    street, even ones on the other.
    """
    rows = execute(_HOUSES, street_id=street_id).all()
    same = [row for row in rows if row.number == number]
    if same:
        return Point(same[0].latitude, same[0].longitude, HOUSE)
    for low, high in pairwise([row for row in rows if row.number % 2 == number % 2]):
        if low.number < number < high.number:
            apart = geo.metres_flat(low.latitude, low.longitude, high.latitude, high.longitude)
            middle = (low.latitude + high.latitude) / 2, (low.longitude + high.longitude) / 2
            return Point(*middle, round(apart / 2 + HOUSE)) if apart <= _BRIDGED else None
    return None


def _lines(ids: Collection[int]) -> dict[int, Any]:
    rows = db.session.execute(select(MapFeature.street_id, MapFeature.geometry).where(MapFeature.street_id.in_(ids)))
    parts: dict[int, list[Any]] = {}
    for row in rows:
        parts.setdefault(row.street_id, []).append(shapely.from_geojson(row.geometry))
    return {street_id: shapely.union_all(found) for street_id, found in parts.items()}


def _meeting(one: Any, other: Any) -> Iterator[Point]:
    if not one.intersects(other):
        nearest = shapely.shortest_line(one, other)
        apart = nearest.length * geo.NORTH
        if apart <= JUNCTION:
            yield Point(nearest.centroid.y, nearest.centroid.x, JUNCTION)
        return
    points = shapely.points(shapely.get_coordinates(one.intersection(other)))
    for group in groups(points, _CARRIAGEWAYS):
        around = shapely.multipoints(np.array(points)[group])
        middle = around.centroid
        spread = float(shapely.hausdorff_distance(around, middle)) * geo.NORTH
        yield Point(middle.y, middle.x, round(JUNCTION + spread))


_HOUSES = (
    select(HouseNumber.number, HouseNumber.latitude, HouseNumber.longitude)
    .where(HouseNumber.street_id == bindparam("street_id"))
    .order_by(HouseNumber.number)
)
