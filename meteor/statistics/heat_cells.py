"""Cells of 250 m with their number of incidents."""

from collections import Counter, defaultdict
from collections.abc import Hashable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from meteor.geo import Point
from meteor.incidents.models import Incident
from meteor.statistics.repeat_places import exactly_placed, place_of
from meteor.store.database import db
from meteor.territory import city_cells
from meteor.territory.rules import CITY_REACH

LEAST = 3
"""Places with an incident in a cell that is shown: of fewer it would say something of a household."""


class HeatCell(NamedTuple):
    """A cell with its incidents: its middle, its height and width (degrees WGS-84), the kelurahan nearest to it."""

    incidents: int
    middle: Point
    size: tuple[float, float]
    kelurahan: str


def heat_cells(between: tuple[datetime, datetime]) -> list[HeatCell]:
    """Cells with incidents at LEAST places or more, most incidents first.

    Domestic violence is not among them: a home must not stand out by it.
    """
    around = city_cells.centroids()
    if not around:
        return []
    grid = city_cells.grid(around)
    query = select(Incident.latitude, Incident.longitude, Incident.premises_id).where(
        *exactly_placed(*between), Incident.confidential.is_(False)
    )
    places: defaultdict[tuple[int, int], Counter[Hashable]] = defaultdict(Counter)
    rows: Any = db.session.execute(query)
    for latitude, longitude, premises_id in rows:
        places[grid.cell_of(latitude, longitude)][place_of(latitude, longitude, premises_id)] += 1
    found = []
    for (row, column), counts in places.items():
        middle = grid.middle(row, column)
        away, centroid = city_cells.nearest(middle, around)
        if len(counts) >= LEAST and away <= CITY_REACH:
            found.append(HeatCell(counts.total(), middle, grid.size, centroid.kelurahan))
    return sorted(found, key=lambda cell: (-cell.incidents, cell.middle))
