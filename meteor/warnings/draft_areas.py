"""The areas of a warning of our own, from the kelurahan, RW and RT that were chosen for it, and what was drawn."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from math import ceil
from statistics import fmean, median_low
from typing import Any

from shapely.geometry import Polygon, shape
from sqlalchemy import select

from meteor.geo import Point, metres_flat
from meteor.residents.models import Household
from meteor.store.database import db
from meteor.territory.area_index import KELURAHAN_RADIUS, RT_RADIUS
from meteor.territory.models import Kelurahan, Rt
from meteor.warnings import labels
from meteor.warnings.draft_where import Where
from meteor.warnings.models import WarningDraft

MOST_POINTS = 200
"""Points of one polygon, the closing one included. Receivers of CAP have trouble with thousands."""

GEOCODE = "KEMENDAGRI"
"""Name of the ministry's codes of areas in a message."""

RT_CODE = "RT-RW"
"""Name of our codes of RT, which no authority numbers: the ministry's code of the kelurahan, the RW, the RT."""

_FIRST_TOLERANCE = 1e-5  # degrees: a metre

_DECIMALS, _MOVED = 3, 80
"""Decimals of the centre of homes, and metres that rounding moves it by at most. Of one home it would be the door."""

FARTHEST_HOME = 500.0
"""Metres from the middle of an RT. A position beyond was taken elsewhere, such as at an office, and is left out."""

_RADIUS_STEP = 50
"""Metres. With the exact radius, two homes and their middle would tell the distance of both."""


def areas(draft: WarningDraft, where: Where) -> list[dict[str, Any]]:
    """The areas of a draft, as HazardWarning.areas: of whole kelurahan, of RW and RT by name, and what was drawn."""
    named = [rt for rt in where.rts if rt.rw_id in draft.rw_ids or rt.id in draft.rt_ids]
    drawn = [rt for rt in where.rts if rt.id in where.drawn]
    return [*areas_of(where.whole), *_named(named, draft.rw_ids), *_drawn(draft.polygon, drawn)]


def areas_of(kelurahan: Iterable[Kelurahan]) -> list[dict[str, Any]]:
    """An area for each kelurahan, as HazardWarning.areas: its boundary, or a circle that is said to be approximate."""
    return [_area(each) for each in kelurahan]


def _area(kelurahan: Kelurahan) -> dict[str, Any]:
    name = f"Kelurahan {kelurahan.name}, Kecamatan {kelurahan.kecamatan.name}"
    geocodes = {GEOCODE: [kelurahan.code]}
    if kelurahan.boundary:
        return {"description": name, "polygons": _polygons(kelurahan.boundary), "circles": [], "geocodes": geocodes}
    circle = [kelurahan.latitude, kelurahan.longitude, KELURAHAN_RADIUS / 1000]
    return {"description": f"{name} (perkiraan)", "polygons": [], "circles": [circle], "geocodes": geocodes}


def _named(rts: Sequence[Rt], whole_rw: Collection[int]) -> Iterator[dict[str, Any]]:
    """An area for each RW that is chosen as a whole, and for each other RT: a circle that reaches its homes."""
    homes = _homes(rts)
    for _, group in groupby(rts, key=lambda rt: (rt.rw_id, rt.rw_id not in whole_rw and rt.id)):
        of_area = list(group)
        rw = of_area[0].rw
        name = f"RW {rw.number:02}" if rw.id in whole_rw else f"RT {of_area[0].number:02} RW {rw.number:02}"
        description = f"{name}, Kelurahan {rw.kelurahan.name}, Kecamatan {rw.kelurahan.kecamatan.name}"
        circles = _around(of_area, homes)
        yield {"description": description, "polygons": [], "circles": circles, "geocodes": _codes(of_area)}


def _drawn(ring: Sequence[Sequence[float]], rts: Sequence[Rt]) -> Iterator[dict[str, Any]]:
    if ring:
        polygon = [list(corner) for corner in (*ring, ring[0])]
        words = f"Area pada peta: {labels.rts(rts)}" if rts else "Area pada peta"
        yield {"description": words, "polygons": [polygon], "circles": [], "geocodes": _codes(rts)}


def _codes(rts: Iterable[Rt]) -> dict[str, list[str]]:
    codes = [f"{rt.rw.kelurahan.code}/{rt.rw.number:02}/{rt.number:02}" for rt in rts]
    return {RT_CODE: codes} if codes else {}


def _homes(rts: Iterable[Rt]) -> dict[int, list[Point]]:
    """The positions of the homes of each RT, as far as they are known and may be true."""
    query = select(Household.rt_id, Household.latitude, Household.longitude)
    known = defaultdict(list)
    for rt_id, latitude, longitude in db.session.execute(query.where(Household.rt_id.in_([rt.id for rt in rts]))):
        if latitude is not None and longitude is not None:
            known[rt_id].append((latitude, longitude))
    return {rt.id: _near(rt, known[rt.id]) for rt in rts}


def _near(rt: Rt, homes: Sequence[Point]) -> list[Point]:
    """The homes within FARTHEST_HOME of the RT's middle; where it is unknown, of the home nearest to their median."""
    if not homes:
        return []
    if rt.latitude is not None and rt.longitude is not None:
        middle = rt.latitude, rt.longitude
    else:
        median = median_low(latitude for latitude, _ in homes), median_low(longitude for _, longitude in homes)
        middle = min(homes, key=lambda home: metres_flat(*median, *home))
    return [home for home in homes if metres_flat(*middle, *home) <= FARTHEST_HOME]


def _around(rts: Sequence[Rt], homes: Mapping[int, Sequence[Point]]) -> list[list[float]]:
    """A circle around RT that reaches their homes, of RT_RADIUS at least; none where no position is known.

    Everybody may read it, and it must not tell where a home is: see _DECIMALS and _RADIUS_STEP.
    """
    middles = [(rt.latitude, rt.longitude) for rt in rts if rt.latitude is not None and rt.longitude is not None]
    unplaced = [homes[rt.id] for rt in rts if rt.latitude is None and homes[rt.id]]
    centres = [*middles, *map(_mean, unplaced)]
    if not centres:
        return []
    centre = _mean(centres)
    if unplaced:
        centre = round(centre[0], _DECIMALS), round(centre[1], _DECIMALS)
    reached = [*middles, *(home for rt in rts for home in homes[rt.id])]
    radius = max(RT_RADIUS, *(metres_flat(*centre, *position) for position in reached))
    padded = ceil((radius + (_MOVED if unplaced else 0)) / _RADIUS_STEP) * _RADIUS_STEP
    return [[round(centre[0], 6), round(centre[1], 6), padded / 1000]]


def _mean(positions: Sequence[Point]) -> Point:
    return fmean(latitude for latitude, _ in positions), fmean(longitude for _, longitude in positions)


@lru_cache(maxsize=64)
def _polygons(boundary: str) -> list[list[list[float]]]:
    """The outer rings of a boundary. They are kept: to approve a warning of the whole city must not wait for them."""
    return [_ring(part) for part in _parts(shape(json.loads(boundary)))]


def _parts(area: Any) -> Iterator[Polygon]:
    yield from getattr(area, "geoms", [area])


def _ring(polygon: Polygon) -> list[list[float]]:
    """The closed outer ring, latitude first, in at most MOST_POINTS points. CAP knows no holes."""
    outer, tolerance = Polygon(polygon.exterior), _FIRST_TOLERANCE
    while len(outer.exterior.coords) > MOST_POINTS:
        outer = Polygon(polygon.exterior).simplify(tolerance)
        tolerance *= 2
    return [[round(latitude, 6), round(longitude, 6)] for longitude, latitude in outer.exterior.coords]
