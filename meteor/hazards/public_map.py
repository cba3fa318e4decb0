"""Drawings of the public page by the server, a map and charts: no script, and few bytes on a slow network."""

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Any, NamedTuple

import shapely
from sqlalchemy import Engine, func, select

from meteor.geo import squeeze
from meteor.hazards.public import PublicHazard, WaterLevel
from meteor.store.database import db
from meteor.territory.models import Kelurahan

WIDTH = 360
EDGE = 18
"""Width of the drawing, and the space around the outermost kelurahan. The drawing grows with the page."""

SMOOTHING = 0.0002
"""Degrees that a boundary may lie beside the official one: less than a line's width."""

LETTER, LINE, GAP = 5.4, 11, 3
"""Width of a letter of names, where fonts are wide; height of their line, and its distance from dot and edge."""

CHART_WIDTH, CHART_HEIGHT, CHART_EDGE = 160, 40, 4
"""Size of a chart, and the space around its line."""


class Name(NamedTuple):
    """A kelurahan's middle and its name, which begins at (`label_x`, `label_y`) and is empty where there is no room."""

    x: float
    y: float
    name: str
    label_x: float
    label_y: float


class Mark(NamedTuple):
    """A hazard on the drawing, with its number in the list."""

    x: float
    y: float
    number: int
    hazard: PublicHazard


class Frame(NamedTuple):
    """Return the point of degrees WGS-84 on a drawing of WIDTH by `height`."""

    west: float
    north: float
    scale: float
    stretch: float
    height: float

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """The place of a point, from the upper left corner."""
        x = EDGE + (longitude - self.west) * self.scale * self.stretch
        return round(x, 1), round(EDGE + (self.north - latitude) * self.scale, 1)


class Basemap(NamedTuple):
    """The drawing below the hazards: boundaries as the points of polygons, and names."""

    frame: Frame
    areas: Sequence[str]
    names: Sequence[Name]


class WaterChart(NamedTuple):
    """The points of an SVG polyline, on a drawing of CHART_WIDTH by CHART_HEIGHT whose lower edge is the street."""

    points: str
    width: int = CHART_WIDTH
    height: int = CHART_HEIGHT


_known: dict[Engine, tuple[Any, Basemap | None]] = {}


def ground() -> Basemap | None:
    """The kelurahan, drawn again when one has changed; None in a city that has none yet."""
    version = db.session.execute(select(func.count(), func.max(Kelurahan.changed_at)).select_from(Kelurahan)).one()
    known = _known.get(db.engine)
    if known is None or known[0] != version:
        known = _known[db.engine] = (version, _ground())
    return known[1]


def marks(drawn: Basemap, hazards: Sequence[PublicHazard]) -> list[Mark]:
    """The hazards whose place is known and lies on the drawing, by their numbers in the list from 1."""
    found = []
    for number, hazard in enumerate(hazards, 1):
        if hazard.latitude is not None and hazard.longitude is not None:
            x, y = drawn.frame.point(hazard.latitude, hazard.longitude)
            if 0 <= x <= WIDTH and 0 <= y <= drawn.frame.height:
                found.append(Mark(x, y, number, hazard))
    return found


def water_chart(levels: Sequence[WaterLevel]) -> WaterChart | None:
    """The drawing of at least two levels at different times, oldest first; None of fewer."""
    if len(levels) < 2 or levels[0].at == levels[-1].at:
        return None
    began, highest = levels[0].at, max(level.centimetres for level in levels) or 1
    lasted = (levels[-1].at - began).total_seconds()
    wide, high = CHART_WIDTH - 2 * CHART_EDGE, CHART_HEIGHT - 2 * CHART_EDGE
    points = [
        (
            CHART_EDGE + wide * (level.at - began).total_seconds() / lasted,
            CHART_HEIGHT - CHART_EDGE - high * level.centimetres / highest,
        )
        for level in levels
    ]
    return WaterChart(" ".join(f"{x:.1f},{y:.1f}" for x, y in points))


def _ground() -> Basemap | None:
    rows = db.session.execute(select(Kelurahan.name, Kelurahan.latitude, Kelurahan.longitude, Kelurahan.boundary)).all()
    if not rows:
        return None
    areas = [shapely.simplify(shapely.from_geojson(row.boundary), SMOOTHING) for row in rows if row.boundary]
    points = [shapely.Point(row.longitude, row.latitude) for row in rows]
    west, south, east, north = shapely.total_bounds([*areas, *points])
    stretch = sqrt(squeeze((south + north) / 2))
    wide = max((east - west) * stretch, 0.01)
    scale = (WIDTH - 2 * EDGE) / wide
    frame = Frame(west, north, scale, stretch, round((north - south) * scale + 2 * EDGE, 1))
    outlines = [outline for area in areas for outline in _polygons(frame, area)]
    return Basemap(frame, outlines, list(_names(frame, rows)))


def _names(frame: Frame, rows: Sequence[Any]) -> Iterator[Name]:
    """The names from north to south, above or below their dots. None lies over another one or over the edge."""
    taken: list[Any] = []
    for row in sorted(rows, key=lambda row: -row.latitude):
        x, y = frame.point(row.latitude, row.longitude)
        half = len(row.name) * LETTER / 2
        label_x = min(max(x, half + GAP), WIDTH - half - GAP)
        for label_y in (y - GAP, y + LINE):
            room = shapely.box(label_x - half, label_y - LINE + GAP, label_x + half, label_y)
            if not any(room.intersects(other) for other in taken):
                taken.append(room)
                yield Name(x, y, row.name, round(label_x, 1), round(label_y, 1))
                break
        else:
            yield Name(x, y, "", x, y)


def _polygons(frame: Frame, area: Any) -> list[str]:
    """The outlines of an area, each as the points of an SVG polygon."""
    outlines = [part.exterior.coords for part in shapely.get_parts(area)]
    return [" ".join("{},{}".format(*frame.point(north, east)) for east, north, *_ in outline) for outline in outlines]
