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

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nsmallest
from math import asin, cos, degrees, inf, isqrt, radians, sin, sqrt
from typing import NamedTuple

from geopy.distance import geodesic

Point = tuple[float, float]
"""Latitude and longitude."""

EQUATOR = 6_378_137.0  # a
MERIDIAN = 6_335_439.3  # a(1 − e²), rounded down
SPHERE = 6_371_008.8
SHORTEST, LONGEST = 0.99441, 1.00449  # geodesic / great circle, rounded outwards
ROUNDING = 0.001  # metres of doubt: a thousand times what floating point loses, where the bounds leave no room

_wgs84 = geodesic()


@lru_cache(4096)
def metres(start: Point, end: Point) -> float:
    """The geodesic distance. Raises ValueError for a latitude beyond ±90 and for what is not finite."""
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
        # Arrays: numbers that lie side by side are read twice as fast at 100,000.
        self._latitudes = array("d", [points[i][0] for i in self._order])
        self._longitudes = array("d", [points[i][1] for i in self._order])
        self._radians = [
            (radians(latitude), radians(longitude), cos(radians(latitude)))
            for latitude, longitude in zip(self._latitudes, self._longitudes, strict=True)
        ]

    def nearest(self, point: Point, count: int = 1, within: float = inf) -> list[tuple[float, int]]:
        """The `count` nearest of those within so many metres: their geodesic metres and indexes, nearest first.

        Of equally distant ones the first given comes first.
        """
        limit = min(within, self._neighbourly_limit(point, count))
        inside = self._inside(box(point, limit))
        found: list[tuple[float, int]] = []
        for haversine, place in sorted(zip(self._haversines(point, inside), inside, strict=True)):
            if _on_the_sphere(haversine) * SHORTEST > limit + ROUNDING:
                break
            index = self._order[place]
            distance = metres(point, self._points[index])
            if distance <= limit:
                insort(found, (distance, index))
                if len(found) >= count:
                    del found[count:]
                    limit = found[-1][0]
        return found

    def _neighbourly_limit(self, point: Point, count: int) -> float:
        """Metres within which `count` points lie: of the neighbours in latitude, those next in longitude.

        About √n neighbours are looked at, so that they are as near in latitude as the next of them is in longitude:
        it may be a poor guess, as over the date line, but it is a limit all the same.
        """
        latitude, longitude = point
        middle = bisect_left(self._latitudes, latitude)
        side = count + isqrt(len(self._order)) // 3
        start, end = max(middle - side, 0), min(middle + side, len(self._order))
        if end - start < count:
            return inf
        gaps = [abs(other - longitude) for other in self._longitudes[start:end]]
        widest = nsmallest(count, gaps)[-1]
        places = [place for place, gap in enumerate(gaps, start) if gap <= widest]
        return _on_the_sphere(sorted(self._haversines(point, places))[count - 1]) * LONGEST + ROUNDING

    def _inside(self, area: Box) -> list[int]:
        first = bisect_left(self._latitudes, area.south)
        end = bisect_right(self._latitudes, area.north)
        west, east = area.west, area.east
        band = enumerate(self._longitudes[first:end], first)
        return [place for place, longitude in band if west <= longitude <= east]

    def _haversines(self, point: Point, places: Iterable[int]) -> list[float]:
        latitude, longitude = radians(point[0]), radians(point[1])
        cosine = cos(latitude)
        return [
            sin((a - latitude) / 2) ** 2 + cosine * c * sin((b - longitude) / 2) ** 2
            for a, b, c in map(self._radians.__getitem__, places)
        ]


def _on_the_sphere(haversine: float) -> float:
    """Metres of great circle."""
    return 2 * SPHERE * asin(sqrt(min(haversine, 1.0)))
