"""The busiest cells as a table, and a map of them. Templates draw it as SVG (templates/statistics/_heat_map.html)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

import shapely
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from meteor.geo import NORTH, Point, metres_flat, squeeze
from meteor.statistics.figure_table import Column, FigureTable
from meteor.statistics.heat_cells import HeatCell
from meteor.statistics.load_statistics import Load
from meteor.store.database import db
from meteor.territory import city_cells
from meteor.territory.basemap import SMOOTHING
from meteor.territory.models import Kelurahan, Landmark

WIDTH, MARGIN = 660.0, 12.0
"""Width of the map and its margin, in pixels."""

NUMBERED = 10
"""Cells that have their number in the table also on the map."""


class Square(NamedTuple):
    """A cell in pixels, y down, with its `number` in the table and a shade from 1 to 4."""

    x: float
    y: float
    width: float
    height: float
    number: int
    shade: int
    cell: HeatCell


class Name(NamedTuple):
    """The name of a kelurahan at its centroid, in pixels."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class HeatMap:
    """The map in pixels: cells, names, and outlines of kelurahan as paths, which there are where they were imported."""

    width: float
    height: float
    squares: Sequence[Square]
    names: Sequence[Name]
    outlines: Sequence[str]

    @property
    def numbered(self) -> Sequence[Square]:
        """The cells that have their number on the map."""
        return self.squares[:NUMBERED]


@dataclass(frozen=True)
class Projection:
    """Pixels from degrees WGS-84 on a flat map: `scale` for a degree of longitude, `ratio` times that for latitude."""

    north: float
    west: float
    scale: float
    ratio: float

    def __call__(self, point: Point) -> tuple[float, float]:
        latitude, longitude = point
        return (
            MARGIN + (longitude - self.west) * self.scale,
            MARGIN + (self.north - latitude) * self.scale * self.ratio,
        )


def cells_table(load: Load) -> FigureTable:
    columns = [
        Column(_l("Number"), "text"), Column(_l("Nearest kelurahan"), "text"), Column(_l("Nearest landmark"), "text"),
        Column(_l("Middle"), "text"), Column(_l("Incidents")),
    ]  # fmt: skip
    landmarks = db.session.execute(select(Landmark.name, Landmark.latitude, Landmark.longitude)).all()
    rows = [
        [
            str(number),
            cell.kelurahan,
            _nearest(cell, landmarks),
            "{:.4f}, {:.4f}".format(*cell.middle),
            load.counted(cell.incidents, "cells", cell=cell.name),
        ]
        for number, cell in enumerate(load.heat, start=1)
    ]
    return FigureTable("cells", _l("Busiest cells of 250 m"), columns, rows)


def heat_map(cells: Sequence[HeatCell]) -> HeatMap | None:
    """The map of the cells; None of a city without kelurahan."""
    around = city_cells.centroids()
    if not around:
        return None
    areas = [shapely.simplify(area, SMOOTHING) for area in _boundaries()]
    south, west, north, east = _frame([*(each.place for each in around), *(cell.middle for cell in cells)], areas)
    ratio = squeeze(south) ** -0.5
    project = Projection(north, west, (WIDTH - 2 * MARGIN) / (east - west), ratio)
    return HeatMap(
        WIDTH, project((south, west))[1] + MARGIN, [_square(*each, cells, project) for each in enumerate(cells)],
        [Name(*project(each.place), each.kelurahan) for each in around],
        [_path(ring, project) for ring in shapely.get_rings(areas)],
    )  # fmt: skip


def _square(at: int, cell: HeatCell, cells: Sequence[HeatCell], project: Projection) -> Square:
    (latitude, longitude), (height, width) = cell.middle, cell.size
    x, y = project((latitude + height / 2, longitude - width / 2))
    shade = ceil(4 * cell.incidents / cells[0].incidents)
    return Square(x, y, width * project.scale, height * project.scale * project.ratio, at + 1, shade, cell)


def _boundaries() -> Iterator[Any]:
    found = select(Kelurahan.boundary).where(Kelurahan.boundary.is_not(None)).order_by(Kelurahan.id)
    return (shapely.geometry.shape(json.loads(text)) for text in db.session.scalars(found) if text)


def _frame(points: Sequence[Point], areas: Sequence[Any]) -> tuple[float, float, float, float]:
    """South, west, north and east of all that is drawn, with the size of a few cells around the points."""
    edge = 2 * city_cells.CELL / NORTH
    corners = [area.bounds for area in areas]
    return (
        min([min(place[0] for place in points) - edge, *(each[1] for each in corners)]),
        min([min(place[1] for place in points) - edge, *(each[0] for each in corners)]),
        max([max(place[0] for place in points) + edge, *(each[3] for each in corners)]),
        max([max(place[1] for place in points) + edge, *(each[2] for each in corners)]),
    )


def _path(ring: Any, project: Projection) -> str:
    points = (project((latitude, longitude)) for longitude, latitude in shapely.get_coordinates(ring))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _nearest(cell: HeatCell, landmarks: Sequence[Any]) -> str | None:
    """The nearest landmark, with its distance from the middle of the cell in tens of metres."""
    away = ((metres_flat(*cell.middle, each.latitude, each.longitude), each.name) for each in landmarks)
    metres, name = min(away, default=(0.0, None))
    return f"{name} ({round(metres, -1):.0f} m)" if name else None
