"""Positions, polygons and circles as CAP writes them."""

from contextlib import suppress
from math import isfinite

FARTHEST = 20_040.0
"""Kilometres of half a way around the earth: the largest circle."""


def position(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of "lat,lon" in degrees WGS-84; None if it is none."""
    with suppress(ValueError):
        latitude, longitude = map(float, text.split(","))
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    return None


def ring(text: str) -> list[list[float]]:
    """A closed ring of at least three corners, else none: then the area's other words count."""
    read = [position(each) for each in text.split()]
    corners = [list(each) for each in read if each]
    if len(corners) < len(read) or len({tuple(each) for each in corners}) < 3:
        return []
    return corners if corners[0] == corners[-1] else [*corners, corners[0]]


def circle(text: str) -> list[float]:
    """Latitude, longitude and kilometres, else none."""
    middle, _, radius = text.strip().partition(" ")
    with suppress(ValueError):
        kilometres, point = float(radius), position(middle)
        if point and isfinite(kilometres) and kilometres >= 0:
            return [*point, min(kilometres, FARTHEST)]
    return []
