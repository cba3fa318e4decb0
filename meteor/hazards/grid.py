"""A grid of 100 m over the city: a public place is the middle of its square, so that no house can be recognised.

The squares are the same for every report. At 7.75° south a degree of latitude is 110,592 m long, a degree of longitude
110,313 m (WGS-84): the sides are 0.000904° and 0.000907°. In the whole city they are 100 m long to 0.1 m.
"""

from math import floor

SQUARE = 100
"""Metres of a side."""

NORTH, EAST = SQUARE / 110_592, SQUARE / 110_313
"""Degrees of a side."""

DECIMALS = 5


def square_of(latitude: float, longitude: float) -> tuple[float, float]:
    """The middle of the square that a point lies in (degrees WGS-84)."""
    north, east = (floor(latitude / NORTH) + 0.5) * NORTH, (floor(longitude / EAST) + 0.5) * EAST
    return round(north, DECIMALS), round(east, DECIMALS)
