"""The basemap as GeoJSON: boundaries, RW, RT and landmarks."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import shapely
from sqlalchemy import Engine, select

from meteor.store.database import db, execute
from meteor.store.versions import version_of
from meteor.territory.models import Kelurahan, Landmark, Rt, Rw

DECIMALS = 5
"""Decimals of degrees on the map: one metre."""

SMOOTHING = 0.00003
"""Degrees that a boundary on the map may lie beside the official one: three metres, a line's width from close by."""


@dataclass(frozen=True)
class Basemap:
    """A GeoJSON FeatureCollection (RFC 7946), degrees WGS-84; the `version` stays for as long as nothing in it changes.

    The `kind` of a feature is `boundary` (with the `id` of its kelurahan), `kelurahan` or `landmark` (points with a
    `name`), or `rw` (a `name`, and its RT as a MultiPoint, their names in `rt`).
    """

    text: str
    version: str


_known: dict[Engine, tuple[list[Sequence[Any]], Basemap]] = {}


def basemap() -> Basemap:
    """The present basemap, built again when its rows have changed."""
    rows = [execute(query).all() for query in (_KELURAHAN, _LANDMARKS, _RTS)]
    known = _known.get(db.engine)
    if known is None or known[0] != rows:
        features = [*_boundaries(), *_named("kelurahan", rows[0]), *_named("landmark", rows[1]), *_rws(rows[2])]
        collection = {"type": "FeatureCollection", "features": features}
        text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
        known = _known[db.engine] = (rows, Basemap(text, version_of(collection)))
    return known[1]


def _boundaries() -> Iterator[dict[str, Any]]:
    for kelurahan_id, text in db.session.execute(_BOUNDARIES):
        area = shapely.simplify(shapely.from_geojson(text), SMOOTHING)
        geometry = shapely.geometry.mapping(shapely.transform(area, lambda points: points.round(DECIMALS)))
        yield _feature(geometry, kind="boundary", id=kelurahan_id)


def _named(kind: str, rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    return (_feature({"type": "Point", "coordinates": _point(row)}, kind=kind, name=row.name) for row in rows)


def _rws(rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """The RW, each with those of its RT whose middle is known."""
    for (_, number), found in groupby(rows, key=lambda row: (row.kelurahan_id, row.rw)):
        rts = list(found)
        geometry = {"type": "MultiPoint", "coordinates": [_point(rt) for rt in rts]}
        yield _feature(geometry, kind="rw", name=f"RW {number:02}", rt=[f"RT {rt.rt:02}" for rt in rts])


def _point(row: Any) -> list[float]:
    return [round(row.longitude, DECIMALS), round(row.latitude, DECIMALS)]


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


_BOUNDARIES = select(Kelurahan.id, Kelurahan.boundary).where(Kelurahan.boundary.is_not(None)).order_by(Kelurahan.id)
_KELURAHAN = select(
    Kelurahan.name, Kelurahan.latitude, Kelurahan.longitude, Kelurahan.changed_at
).order_by(Kelurahan.name)  # fmt: skip
_LANDMARKS = select(Landmark.name, Landmark.latitude, Landmark.longitude).order_by(Landmark.name)
_RTS = (
    select(Rw.kelurahan_id, Rw.number.label("rw"), Rt.number.label("rt"), Rt.latitude, Rt.longitude)
    .join(Rw, Rw.id == Rt.rw_id)
    .where(Rt.latitude.is_not(None), Rt.longitude.is_not(None))
    .order_by(Rw.kelurahan_id, Rw.number, Rt.number)
)
