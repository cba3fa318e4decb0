"""A sketch of where help is: the incident in the middle, the units around it, and what people know nearby."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shapely import Polygon, box
from sqlalchemy import select

from meteor import geo
from meteor.alerts.progress import Responder
from meteor.geo import Point
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.territory.models import Landmark
from meteor.territory.rules import is_coarse

WIDTH, HEIGHT = 320, 190
"""Size of the sketch. It grows with the page; what counts is the ratio."""

EDGE = 26
"""Distance of the outermost unit from the edge."""

LETTER, LINE = 7, 15
"""Width of a letter and height of a line of names."""

RINGS = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Radii in metres, of which the largest that fits is drawn."""

LANDMARKS = 4

_FRAME = box(0, 0, WIDTH, HEIGHT)
_PIN = box(WIDTH / 2 - 14, HEIGHT / 2 - 26, WIDTH / 2 + 14, HEIGHT / 2 + 4)


class Mark(NamedTuple):
    """Something at a point of the sketch, with its name beside it on the side that is given: "start" or "end"."""

    x: float
    y: float
    name: str
    side: str


class Sketch(NamedTuple):
    """The drawing: units and landmarks by their marks, and a ring of `metres`, `radius` wide."""

    units: Sequence[Mark]
    landmarks: Sequence[Mark]
    metres: int
    radius: float


def sketch(incident: Incident, responders: Iterable[Responder]) -> Sketch | None:
    """The sketch of an incident and of the units whose position is known. None without such units, or an exact place.

    North is up. Names never lie over each other: a unit whose name finds no room has none there, and a landmark is left
    out.
    """
    units = [(it.call_sign, it.point) for it in responders if it.point and it.known and it.status != "on_scene"]
    if incident.latitude is None or incident.longitude is None or is_coarse(incident.accuracy) or not units:
        return None
    middle = (incident.latitude, incident.longitude)
    shifts = [_shift(middle, point) for _, point in units]
    wide = max(max(abs(east) for east, _ in shifts), 100.0)
    high = max(max(abs(north) for _, north in shifts), 60.0)
    scale = min((WIDTH / 2 - EDGE) / wide, (HEIGHT / 2 - EDGE) / high)
    ring = max(ring for ring in RINGS if ring * scale <= HEIGHT / 2 - 4)
    taken = [_PIN, room(Mark(WIDTH / 2 - 30, HEIGHT / 2 + ring * scale - 8, "1000 m", "start"))]
    marks: list[Mark] = []
    for shift, (name, _) in zip(shifts, units, strict=True):
        mark = _mark(shift, name, scale)
        if any(map(room(mark).intersects, taken)):
            mark = mark._replace(name="")
        marks.append(mark)
        taken.append(room(mark))
    known: list[Mark] = []
    for landmark in _nearest(middle, (HEIGHT / 2) / scale):
        mark = _mark(_shift(middle, (landmark.latitude, landmark.longitude)), landmark.name, scale)
        if len(known) < LANDMARKS and _FRAME.covers(room(mark)) and not any(map(room(mark).intersects, taken)):
            known.append(mark)
            taken.append(room(mark))
    return Sketch(marks, known, ring, round(ring * scale, 1))


def _shift(middle: Point, point: Point) -> Point:
    """Metres east and north of the middle."""
    north = (point[0] - middle[0]) * geo.NORTH
    east = (point[1] - middle[1]) * geo.NORTH * geo.squeeze(middle[0]) ** 0.5
    return east, north


def _mark(shift: Point, name: str, scale: float) -> Mark:
    x, y = WIDTH / 2 + shift[0] * scale, HEIGHT / 2 - shift[1] * scale
    return Mark(round(x, 1), round(y, 1), name, "start" if x <= WIDTH / 2 else "end")


def room(mark: Mark) -> Polygon:
    """The box that a mark and its name take."""
    width = 12 + LETTER * len(mark.name)
    left, right = (mark.x - 8, mark.x + width) if mark.side == "start" else (mark.x - width, mark.x + 8)
    return box(left, mark.y - LINE / 2, right, mark.y + LINE / 2)


def _nearest(middle: Point, metres: float) -> Sequence[Landmark]:
    """The landmarks in a square around the middle, nearest first."""
    area = geo.box(middle, metres * WIDTH / HEIGHT)
    inside = Landmark.latitude.between(area.south, area.north), Landmark.longitude.between(area.west, area.east)
    found = db.session.scalars(select(Landmark).where(*inside)).all()
    return sorted(found, key=lambda it: geo.metres_flat(*middle, it.latitude, it.longitude))
