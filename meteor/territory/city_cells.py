"""The city as cells of 250 m around the centroids of its kelurahan, since METEOR is shipped without boundaries.

With REACH they cover 55.8 km²; the city has 55.03 km². Measured with the city's boundaries, 88 % of the cells lie in
the city, and of those within POST_REACH 95 %.
"""

from collections.abc import Sequence
from math import floor, inf, nextafter
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


class Grid(NamedTuple):
    """Cells by row (from the south) and column (from the west), from the one with the middle `origin`.

    Its `size` is the height and width of a cell. All in degrees WGS-84.
    """

    origin: Point
    size: tuple[float, float]

    def middle(self, row: int, column: int) -> Point:
        return self.origin[0] + row * self.size[0], self.origin[1] + column * self.size[1]

    def cell_of(self, latitude: float, longitude: float) -> tuple[int, int]:
        """The row and column of the cell in which a point lies."""
        return self._number(latitude, 0), self._number(longitude, 1)

    def corner(self, row: int, column: int) -> Point:
        """The south-west corner of a cell: the lowest coordinates of which `cell_of` gives this row and column."""
        return self._lowest(row, 0), self._lowest(column, 1)

    def _number(self, at: float, axis: int) -> int:
        return floor((at - self.origin[axis]) / self.size[axis] + 0.5)

    def _lowest(self, number: int, axis: int) -> float:
        at = self.origin[axis] + (number - 0.5) * self.size[axis]  # rounded: a few numbers beside the lowest
        while self._number(at, axis) >= number:
            at = nextafter(at, -inf)
        while self._number(at, axis) < number:
            at = nextafter(at, inf)
        return at


def centroids() -> list[Centroid]:
    """The centroids of all kelurahan, in the order of their codes."""
    query = select(Kelurahan.name, Kecamatan.name, Kelurahan.latitude, Kelurahan.longitude)
    rows = db.session.execute(query.join(Kecamatan, Kelurahan.kecamatan_id == Kecamatan.id).order_by(Kelurahan.code))
    return [Centroid(name, kecamatan, (latitude, longitude)) for name, kecamatan, latitude, longitude in rows]


def grid(around: Sequence[Centroid]) -> Grid:
    """The grid of the city, from the south-west of its centroids."""
    south, west = (min(each.place[axis] for each in around) for axis in (0, 1))
    height = CELL / NORTH
    return Grid((south, west), (height, height / squeeze(south) ** 0.5))


def nearest(point: Point, around: Sequence[Centroid]) -> tuple[float, Centroid]:
    """The nearest centroid, and how far it is in metres."""
    away, number = min((metres_flat(*point, *each.place), at) for at, each in enumerate(around))
    return away, around[number]


def cells(around: Sequence[Centroid]) -> list[Cell]:
    """The cells within REACH of a centroid, from south-west to north-east."""
    of_city = grid(around)
    (south, west), (height, width) = of_city
    north, east = (max(each.place[axis] for each in around) for axis in (0, 1))
    rows, columns = floor(REACH / CELL) + 1, floor(REACH / CELL) + 1
    found = []
    for row in range(-rows, floor((north - south) / height) + rows + 1):
        for column in range(-columns, floor((east - west) / width) + columns + 1):
            middle = of_city.middle(row, column)
            away, centroid = nearest(middle, around)
            if away <= REACH:
                found.append(Cell(middle, of_city.size, centroid, away))
    return found
