"""Cells of 250 m with their number of incidents."""

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from meteor.geo import Point
from meteor.incidents.models import Incident
from meteor.statistics.repeat_places import exactly_placed
from meteor.store.database import db
from meteor.territory import city_cells
from meteor.territory.rules import CITY_REACH

LEAST = 3
"""Incidents of a cell that is shown: one or two say more of a household than of a neighbourhood."""


class HeatCell(NamedTuple):
    """A cell with its incidents: its middle, its height and width (degrees WGS-84), the kelurahan nearest to it."""

    incidents: int
    middle: Point
    size: tuple[float, float]
    kelurahan: str


def heat_cells(between: tuple[datetime, datetime]) -> list[HeatCell]:
    """Cells with LEAST incidents or more, most first."""
    around = city_cells.centroids()
    if not around:
        return []
    grid = city_cells.grid(around)
    rows: Any = db.session.execute(select(Incident.latitude, Incident.longitude).where(*exactly_placed(*between)))
    counts = Counter(grid.cell_of(latitude, longitude) for latitude, longitude in rows)
    found = []
    for (row, column), count in counts.items():
        middle = grid.middle(row, column)
        away, centroid = city_cells.nearest(middle, around)
        if count >= LEAST and away <= CITY_REACH:
            found.append(HeatCell(count, middle, grid.size, centroid.kelurahan))
    return sorted(found, key=lambda cell: (-cell.incidents, cell.middle))
