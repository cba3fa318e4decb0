"""The city as cells of 250 m around the centroids of its kelurahan, since METEOR is shipped without boundaries.

With REACH they cover 55.8 km²; the city has 55.03 km². Measured with the city's boundaries, 88 % of the cells lie in
the city, and of those within POST_REACH 95 %.
"""

from collections.abc import Sequence
from math import floor
from typing import NamedTuple

from sqlalchemy import select

from meteor.geo import NORTH, Point, metres_flat, squeeze
from meteor.store.database import db
from meteor.territory.models import Kecamatan, Kelurahan

CELL = 250.0
"""Metres from one side of a cell to the other."""

REACH = 1_000.0
"""Metres from the nearest centroid to the middle of a cell of the city."""

POST_REACH = 700.0
"""The same of cells in which a unit may stand: fewer of them lie in the sea or in the next regency."""


class Centroid(NamedTuple):
    """The middle of a kelurahan, in degrees WGS-84."""

    kelurahan: str
    kecamatan: str
    place: Point


class Cell(NamedTuple):
    """A cell: its middle and its height and width (degrees WGS-84), and the nearest centroid, `away` in metres."""

    middle: Point
    size: tuple[float, float]
    nearest: Centroid
    away: float


def centroids() -> list[Centroid]:
    """The centroids of all kelurahan, in the order of their codes."""
    query = select(Kelurahan.name, Kecamatan.name, Kelurahan.latitude, Kelurahan.longitude)
    rows = db.session.execute(query.join(Kecamatan, Kelurahan.kecamatan_id == Kecamatan.id).order_by(Kelurahan.code))
    return [Centroid(name, kecamatan, (latitude, longitude)) for name, kecamatan, latitude, longitude in rows]


def cells(around: Sequence[Centroid]) -> list[Cell]:
    """The cells within REACH of a centroid, from south-west to north-east."""
    south, west = (min(each.place[axis] for each in around) for axis in (0, 1))
    north, east = (max(each.place[axis] for each in around) for axis in (0, 1))
    height = CELL / NORTH
    width = height / squeeze(south) ** 0.5
    rows, columns = floor(REACH / CELL) + 1, floor(REACH / CELL) + 1
    found = []
    for row in range(-rows, floor((north - south) / height) + rows + 1):
        for column in range(-columns, floor((east - west) / width) + columns + 1):
            middle = (south + row * height, west + column * width)
            away, number = min((metres_flat(*middle, *each.place), at) for at, each in enumerate(around))
            if away <= REACH:
                found.append(Cell(middle, (height, width), around[number], away))
    return found
