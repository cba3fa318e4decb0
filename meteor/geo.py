"""Geometry on the earth: distances, directions, and two cheap bounds that exclude points which are too far away.

Points are in degrees WGS-84 (latitude within ±90, longitude within ±180), distances in metres. The measure is geopy's
geodesic (rule 3 of the domain). Both bounds hold on the whole ellipsoid, also at the poles, over the date line and
between antipodes. They follow from its radii of curvature: a step (dφ, dλ) is √(M²dφ² + N²cos²φ dλ²) long, and M and N
lie between a(1 − e²) = 6,335,439.3 m (M at the equator) and a²/b = 6,399,593.6 m (both at the poles).

The great circle: on a sphere of R = 6,371,008.8 m the same step is R√(dφ² + cos²φ dλ²) long. A geodesic is therefore
0.99441 to 1.00449 times as long as the great circle.

The box: a path of length s changes the latitude by at most s / 6,335,439.3 m, and the longitude by at most
s / (a cos φ), where φ is the steepest latitude that it can reach, because N is nowhere less than a.
"""

from functools import lru_cache
from math import asin, atan2, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

from geopy.distance import geodesic

Point = tuple[float, float]
"""Latitude and longitude."""

EQUATOR = 6_378_137.0  # a
MERIDIAN = 6_335_439.3  # a(1 − e²), rounded down
SPHERE = 6_371_008.8
SHORTEST = 0.99441  # geodesic / great circle, rounded down
NORTH = 110_600.0  # metres in a degree of latitude, in this city
ROUNDING = 0.001  # metres: a thousand times the error of floating point

_wgs84 = geodesic()


@lru_cache(4096)
def metres(start: Point, end: Point) -> float:
    """The geodesic distance. Raises ValueError for a latitude beyond ±90 and for coordinates that are not finite."""
    return float(_wgs84.measure(start, end)) * 1000.0


def lower_bound(start: Point, end: Point) -> float:
    """A length in metres that the geodesic is not shorter than, from the great circle: 30 times as fast as `metres`."""
    north, east = radians(end[0] - start[0]), radians(end[1] - start[1])
    haversine = sin(north / 2) ** 2 + cos(radians(start[0])) * cos(radians(end[0])) * sin(east / 2) ** 2
    return 2 * SPHERE * asin(sqrt(min(haversine, 1.0))) * SHORTEST - ROUNDING


def metres_flat(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two points of one city on a flat map: good to a percent, for choosing, not for telling."""
    north, east = other_latitude - latitude, other_longitude - longitude
    return NORTH * sqrt(north * north + east * east * squeeze(latitude))


def squeeze(latitude: float) -> float:
    """The square of a degree of longitude over that of a degree of latitude, on the same flat map."""
    return (111_320 * cos(radians(latitude)) / NORTH) ** 2


def bearing(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Degrees from north, clockwise, from one point of a city to another (degrees WGS-84), on a flat map."""
    north = to_latitude - latitude
    east = (to_longitude - longitude) * cos(radians(latitude))
    return degrees(atan2(east, north)) % 360


def destination(start: Point, distance: float, direction: float) -> Point:
    """The point at a geodesic `distance` (metres) in a `direction` (degrees from north, clockwise)."""
    end = geodesic(meters=distance).destination(start, direction)
    return float(end.latitude), float(end.longitude)


class Box(NamedTuple):
    """The latitudes from south to north and the longitudes from west to east."""

    south: float
    north: float
    west: float
    east: float


def box(point: Point, distance: float) -> Box:
    """A box that contains every place within `distance` (metres, may be infinite) of the point.

    It takes every longitude where it reaches a pole or the date line.
    """
    latitude, longitude = point
    height = degrees((distance + ROUNDING) / MERIDIAN)
    south, north = latitude - height, latitude + height
    steepest = max(-south, north)
    if steepest < 90.0:
        width = degrees((distance + ROUNDING) / (EQUATOR * cos(radians(steepest))))
        if longitude - width > -180.0 and longitude + width < 180.0:
            return Box(south, north, longitude - width, longitude + width)
    return Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0)
