"""Areas and surroundings of a point."""

import json
from dataclasses import dataclass
from typing import Any

from shapely import Point, STRtree
from shapely.geometry import shape
from sqlalchemy import Engine, Row, bindparam, func, select

from meteor import geo
from meteor.store.database import db, execute
from meteor.territory.area_index import RT_RADIUS
from meteor.territory.models import Kelurahan, Landmark, Rt, Rw

CITY_REACH = 2500.0
"""Metres from the nearest kelurahan's centroid that still count as the city where no boundary was imported."""

RT_REACH = 400.0
"""Metres within which the nearest RT says where a point is."""

SHARP = 50.0
"""Metres of radius that change no distance that is told: the usual error of a phone's position in a street."""

_BOX = 0.005  # degrees, a little over RT_REACH at this latitude


@dataclass(frozen=True)
class Location:
    """The kelurahan and RT of a point. `exact` by a boundary, otherwise by the nearest centroid.

    `inside` is false outside of the city; `kelurahan_id` then is the nearest one's, or None far away.
    """

    kelurahan_id: int | None
    kelurahan: str
    exact: bool
    inside: bool


class _Map:
    """The kelurahan as they are in the database: boundaries in a search tree, centroids in a list."""

    def __init__(self) -> None:
        rows = db.session.execute(
            select(Kelurahan.id, Kelurahan.name, Kelurahan.latitude, Kelurahan.longitude, Kelurahan.boundary)
        ).all()
        self.centroids = [(row.id, row.name, row.latitude, row.longitude) for row in rows]
        bounded = [row for row in rows if row.boundary]
        self.names = [(row.id, row.name) for row in bounded]
        self.tree = STRtree([shape(json.loads(row.boundary)) for row in bounded])
        self.complete = bool(rows) and len(bounded) == len(rows)

    def locate(self, latitude: float, longitude: float) -> Location:
        hits = self.tree.query(Point(longitude, latitude), predicate="intersects") if self.names else []
        if len(hits):
            kelurahan_id, name = self.names[hits[0]]
            return Location(kelurahan_id, name, exact=True, inside=True)
        if not self.centroids:
            return Location(None, "", exact=False, inside=False)
        away, nearest_id, name = min(
            (geo.metres_flat(latitude, longitude, there[2], there[3]), there[0], there[1]) for there in self.centroids
        )
        inside = not self.complete and away <= CITY_REACH
        return Location(nearest_id if away <= 4 * CITY_REACH else None, name, exact=False, inside=inside)


_maps: dict[Engine, tuple[Any, _Map]] = {}


def locate(latitude: float, longitude: float) -> Location:
    """The kelurahan that a point (degrees WGS-84) lies in: exact with imported boundaries, otherwise approximate."""
    engine = db.engine
    version = execute(_VERSION).one()
    known = _maps.get(engine)
    if known is None or known[0] != tuple(version):
        known = _maps[engine] = (tuple(version), _Map())
    return known[1].locate(latitude, longitude)


def surroundings(latitude: float, longitude: float) -> dict[str, Any]:
    """Surroundings of a point: {"rt", "rt_id", "landmark", "metres", "bearing"}, as far as known.

    `rt` is the nearest RT within RT_REACH ("RT 03 RW 05"); `metres` and `bearing` (degrees from north, clockwise) lead
    from the nearest landmark to the point.
    """
    found: dict[str, Any] = {}
    here = {"latitude": latitude, "longitude": longitude, "squeeze": geo.squeeze(latitude)}
    around = {"south": latitude - _BOX, "north": latitude + _BOX, "west": longitude - _BOX, "east": longitude + _BOX}
    row = execute(_NEAREST_RT, **here, **around).first()
    if row and geo.metres_flat(latitude, longitude, row.latitude, row.longitude) <= RT_REACH:
        found |= _rt_words(row)
    row = execute(_NEAREST_LANDMARK, **here).first()
    if row:
        away = geo.metres((row.latitude, row.longitude), (latitude, longitude))
        way = geo.bearing(row.latitude, row.longitude, latitude, longitude)
        found |= {"landmark": row.name, "metres": round(away), "bearing": round(way)}
    return found


def rt_named(rt_id: int) -> tuple[dict[str, Any], int]:
    """The RT as `surroundings` has it: {"rt", "rt_id"}; and its kelurahan's id."""
    row = execute(_RT, rt=rt_id).one()
    return _rt_words(row), row.kelurahan_id


def is_coarse(radius: float | None) -> bool:
    """Return whether a place known to `radius` metres may lie in another RT than its middle."""
    return radius is not None and radius > RT_RADIUS


def is_sharp(radius: float | None) -> bool:
    """Return whether a place known to `radius` metres is as good as exact."""
    return radius is None or radius <= SHARP


def span(metres: float, radius: float | None) -> tuple[float, float]:
    """Return the shortest and the longest distance to a place that is known to `radius` metres.

    `metres` lead to its middle; both are `metres` where the radius is at most SHARP, or a tenth of them.
    """
    if radius is None or is_sharp(radius) or radius <= metres / 10:
        return metres, metres
    return max(0.0, metres - radius), metres + radius


def _rt_words(row: Row[Any]) -> dict[str, Any]:
    return {"rt": f"RT {row.number:02} RW {row.rw_number:02}", "rt_id": row.id}


def _flat_distance(place: type[Rt | Landmark]) -> Any:
    """Grows with `geo.metres_flat` from the parameters."""
    north, east = place.latitude - bindparam("latitude"), place.longitude - bindparam("longitude")
    return north * north + east * east * bindparam("squeeze")


_VERSION = select(func.count(), func.max(Kelurahan.changed_at)).select_from(Kelurahan)
_NEAREST_LANDMARK = (
    select(Landmark.name, Landmark.latitude, Landmark.longitude).order_by(_flat_distance(Landmark)).limit(1)
)
_RT = (
    select(Rt.id, Rt.number, Rw.number.label("rw_number"), Rw.kelurahan_id)
    .join(Rw, Rw.id == Rt.rw_id)
    .where(Rt.id == bindparam("rt"))
)
_NEAREST_RT = (
    select(Rt.id, Rt.number, Rw.number.label("rw_number"), Rt.latitude, Rt.longitude)
    .join(Rw, Rw.id == Rt.rw_id)
    .where(
        Rt.latitude.between(bindparam("south"), bindparam("north")),
        Rt.longitude.between(bindparam("west"), bindparam("east")),
    )
    .order_by(_flat_distance(Rt))
    .limit(1)
)
