"""Cells of 250 m with their number of incidents."""

from collections import Counter, defaultdict
from collections.abc import Hashable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, select

from meteor.geo import Point
from meteor.incidents.models import Incident
from meteor.statistics.repeat_places import exactly_placed, place_of
from meteor.store.database import db
from meteor.territory import city_cells
from meteor.territory.rules import CITY_REACH

LEAST = 3
"""Places with an incident in a cell that is shown: of fewer it would say something of a household."""


class HeatCell(NamedTuple):
    """A cell with its incidents: its middle, its height and width (degrees WGS-84), the kelurahan nearest to it.

    Its `name` in addresses is "3.-2", its row and column.
    """

    incidents: int
    name: str
    middle: Point
    size: tuple[float, float]
    kelurahan: str


def heat_cells(between: tuple[datetime, datetime]) -> list[HeatCell]:
    """Cells with incidents at LEAST places or more, most incidents first."""
    around = city_cells.centroids()
    if not around:
        return []
    grid = city_cells.grid(around)
    query = select(Incident.latitude, Incident.longitude, Incident.premises_id).where(*are_in_cells(between))
    places: defaultdict[tuple[int, int], Counter[Hashable]] = defaultdict(Counter)
    rows: Any = db.session.execute(query)
    for latitude, longitude, premises_id in rows:
        places[grid.cell_of(latitude, longitude)][place_of(latitude, longitude, premises_id)] += 1
    found = []
    for (row, column), counts in places.items():
        middle = grid.middle(row, column)
        away, centroid = city_cells.nearest(middle, around)
        if len(counts) >= LEAST and away <= CITY_REACH:
            found.append(HeatCell(counts.total(), f"{row}.{column}", middle, grid.size, centroid.kelurahan))
    return sorted(found, key=lambda cell: (-cell.incidents, cell.middle))


def are_in_cells(between: tuple[datetime, datetime]) -> tuple[ColumnElement[bool], ...]:
    """The conditions of incidents that cells count.

    Domestic violence is not among them: a home must not stand out by it.
    """
    return *exactly_placed(*between), Incident.confidential.is_(False)


def lies_in(name: str) -> ColumnElement[bool]:
    """The condition of incidents in the cell of this name."""
    row, column = map(int, name.split("."))
    grid = city_cells.grid(city_cells.centroids())
    (south, west), (north, east) = grid.corner(row, column), grid.corner(row + 1, column + 1)
    return and_(
        Incident.latitude >= south, Incident.latitude < north, Incident.longitude >= west, Incident.longitude < east
    )


def middle_of(name: str) -> Point:
    """The middle of the cell of this name, in degrees WGS-84."""
    row, column = map(int, name.split("."))
    return city_cells.grid(city_cells.centroids()).middle(row, column)
