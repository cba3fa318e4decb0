"""Which of many points lie nearest to one: exactly, and with few geodesics.

Points are in degrees WGS-84 (latitude within ±90, longitude within ±180), distances in metres. The judge is geopy's
geodesic; what is cheaper only discards what cannot win. Two bounds do that. Both hold for every path on the whole
ellipsoid, and so at the poles, over the date line and between antipodes too:

The great circle. A step (dφ, dλ) is √(M²dφ² + N²cos²φ dλ²) long on the ellipsoid, and √(R²dφ² + R²cos²φ dλ²) on a
sphere of radius R that has the same latitudes and longitudes. The radii of curvature M and N lie between
a(1 − e²) = 6,335,439.3 m (M at the equator) and a²/b = 6,399,593.6 m (both at the poles). So every path, and with it
the shortest, is between 0.99441 and 1.00449 times as long as on the sphere of R = 6,371,008.8 m. A point whose great
circle times SHORTEST exceeds a geodesic that was measured is farther than that one.

The box. A path of length s changes the latitude by at most s / 6,335,439.3 m, as M is nowhere less, and the longitude
by at most s / (a cos φ), φ being the steepest latitude that it can reach, as N is nowhere less than a. What lies
outside of the box of these two is farther than s.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import asin, cos, degrees, inf, isqrt, radians, sin, sqrt
from typing import NamedTuple

from geopy.distance import geodesic

Point = tuple[float, float]
"""Latitude and longitude."""

EQUATOR = 6_378_137.0  # a
MERIDIAN = 6_335_439.3  # a(1 − e²), rounded down
SPHERE = 6_371_008.8
SHORTEST, LONGEST = 0.99441, 1.00449  # geodesic / great circle, rounded outwards
ROUNDING = 0.001  # metres that a box is widened by: a thousand times what floating point can lose

_wgs84 = geodesic()


@lru_cache(4096)
def metres(start: Point, end: Point) -> float:
    """The geodesic distance. Raises ValueError for a latitude beyond ±90."""
    return float(_wgs84.measure(start, end)) * 1000.0


class Box(NamedTuple):
    """The latitudes from south to north and the longitudes from west to east."""

    south: float
    north: float
    west: float
    east: float


def box(point: Point, distance: float) -> Box:
    """A box outside of which everything is farther from the point than `distance` (metres, may be infinite).

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


class LatitudeOrder:
    """Points in the order of their latitudes, made once and asked for the nearest to as many points as needed."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._points = points
        self._order = sorted(range(len(points)), key=points.__getitem__)
        self._latitudes = [points[i][0] for i in self._order]
        self._longitudes = [points[i][1] for i in self._order]
        self._radians = [
            (radians(latitude), radians(longitude), cos(radians(latitude)))
            for latitude, longitude in zip(self._latitudes, self._longitudes, strict=True)
        ]

    def nearest(self, point: Point, count: int = 1, within: float = inf) -> list[tuple[float, int]]:
        """The `count` nearest of those within so many metres: their geodesic metres and indexes, nearest first.

        Of equally distant ones the first given comes first.
        """
        limit = min(within, self._reach_of_neighbours(point, count))
        inside = self._inside(box(point, limit))
        found: list[tuple[float, int]] = []
        for great_circle, place in sorted(zip(self._great_circles(point, inside), inside, strict=True)):
            if great_circle * SHORTEST > limit:
                break
            index = self._order[place]
            distance = metres(point, self._points[index])
            if distance <= limit:
                insort(found, (distance, index))
                if len(found) >= count:
                    del found[count:]
                    limit = found[-1][0]
        return found

    def _reach_of_neighbours(self, point: Point, count: int) -> float:
        """Metres within which `count` points or more lie, judged by the neighbours in latitude alone.

        About √n of them are looked at: more would cost more than the narrower box that they lead to saves.
        """
        middle = bisect_left(self._latitudes, point[0])
        side = max(count, isqrt(len(self._order)) // 6)
        neighbours = range(max(middle - side, 0), min(middle + side, len(self._order)))
        if len(neighbours) < count:
            return inf
        return sorted(self._great_circles(point, neighbours))[count - 1] * LONGEST + ROUNDING

    def _inside(self, area: Box) -> list[int]:
        first = bisect_left(self._latitudes, area.south)
        end = bisect_right(self._latitudes, area.north)
        west, east = area.west, area.east
        band = enumerate(self._longitudes[first:end], first)
        return [place for place, longitude in band if west <= longitude <= east]

    def _great_circles(self, point: Point, places: Iterable[int]) -> list[float]:
        """Metres on the sphere, by the haversine formula: it keeps its digits on short ways."""
        latitude, longitude = radians(point[0]), radians(point[1])
        cosine = cos(latitude)
        return [
            2 * SPHERE * asin(min(1.0, sqrt(sin((a - latitude) / 2) ** 2 + cosine * c * sin((b - longitude) / 2) ** 2)))
            for a, b, c in map(self._radians.__getitem__, places)
        ]
