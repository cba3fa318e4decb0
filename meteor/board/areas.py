"""The kelurahan as points at which their coverage is measured: a grid within the boundary, else the middle."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from shapely import contains_xy, prepare
from shapely.geometry import shape
from sqlalchemy import Engine, select

from meteor.board.reach import Array
from meteor.geo import NORTH, Point, squeeze
from meteor.store.database import execute, reading_engine
from meteor.territory.models import Kecamatan, Kelurahan

Counts: TypeAlias = NDArray[np.int64]

SPACING = 200.0
"""Metres between two points of a grid."""


@dataclass(frozen=True, eq=False)
class Area:
    """A kelurahan with its middle, and the points (n × 2 degrees WGS-84, at least one) that stand for it.

    `bounded` says that its boundary is known.
    """

    id: int
    name: str
    kecamatan: str
    middle: Point
    points: Array
    bounded: bool = False


class City:
    """All areas, and their points one after the other: those of an area begin at its number in `offsets`.

    `bounded` is the number of areas whose boundary is known.
    """

    def __init__(self, areas: Sequence[Area]) -> None:
        self.areas = tuple(areas)
        self.middles = np.array([area.middle for area in areas]).reshape(-1, 2)
        self.points = np.concatenate([np.empty((0, 2)), *(area.points for area in areas)])
        self.sizes = np.array([len(area.points) for area in areas], dtype=np.int64)
        self.offsets = np.cumsum(self.sizes) - self.sizes
        self.bounded = sum(area.bounded for area in areas)

    def counts(self, table: Any) -> Counts:
        """The number of an area's points that are true in each row of a table: rows × areas."""
        if not self.areas:
            return np.zeros((len(table), 0), dtype=np.int64)
        counts: Counts = np.add.reduceat(table, self.offsets, axis=1, dtype=np.int64)
        return counts


def grid(boundary: str, middle: Point) -> Array:
    """The points SPACING apart within a boundary (GeoJSON geometry); its middle if it is too small for any."""
    area = shape(json.loads(boundary))
    prepare(area)
    west, south, east, north = area.bounds
    tall, wide = SPACING / NORTH, SPACING / NORTH / sqrt(squeeze(middle[0]))
    x, y = np.meshgrid(np.arange(west + wide / 2, east, wide), np.arange(south + tall / 2, north, tall))
    points = np.column_stack((y.ravel(), x.ravel()))[contains_xy(area, x.ravel(), y.ravel())]
    return points if len(points) else np.array([middle])


_known: dict[Engine, tuple[list[Any], City]] = {}


def city() -> City:
    """The present areas by kecamatan and name. The same object for as long as no kelurahan changes."""
    rows: list[Any] = list(execute(_KELURAHAN).all())
    engine = reading_engine()
    known = _known.get(engine)
    if known is None or known[0] != rows:
        boundaries = {row.id: row.boundary for row in execute(_BOUNDARIES)}
        known = _known[engine] = (rows, City([_area(row, boundaries.get(row.id)) for row in rows]))
    return known[1]


def _area(row: Any, boundary: str | None) -> Area:
    middle = (row.latitude, row.longitude)
    points = grid(boundary, middle) if boundary else np.array([middle])
    return Area(row.id, row.name, row.kecamatan, middle, points, bounded=boundary is not None)


_KELURAHAN = (
    select(
        Kelurahan.id,
        Kelurahan.name,
        Kecamatan.name.label("kecamatan"),
        Kelurahan.latitude,
        Kelurahan.longitude,
        Kelurahan.changed_at,
    )
    .join(Kecamatan, Kecamatan.id == Kelurahan.kecamatan_id)
    .order_by(Kecamatan.name, Kelurahan.name)
)
_BOUNDARIES = select(Kelurahan.id, Kelurahan.boundary).where(Kelurahan.boundary.is_not(None))
