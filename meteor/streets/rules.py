"""The map of streets: replaced by an import, and read."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import delete, insert, select

from meteor.store import audit
from meteor.store.database import db, execute
from meteor.streets.composition import StreetMap
from meteor.streets.models import HouseNumber, MapFeature, Street, StreetLevel, StreetSource
from meteor.streets.naming import DECIMALS

_TABLES = (HouseNumber, MapFeature, Street, StreetLevel, StreetSource)  # each before what it refers to


@dataclass(frozen=True)
class Counts:
    """The number of features by kind, of streets that are found by name, and of house numbers."""

    kinds: Mapping[str, int]
    streets: int
    houses: int


def replace_map(street_map: StreetMap, name: str, attribution: str, actor: Any) -> Counts:
    """Replace the whole map by this one, from the file of this `name`."""
    for table in _TABLES:
        db.session.execute(delete(table))
    db.session.flush()
    _store_levels(street_map, name, attribution)
    _store_streets(street_map)
    kinds = [feature.kind for feature in street_map.features]
    numbers = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    audit.record(actor, "streets_imported", "street_sources:1", file=name, attribution=attribution, **numbers)
    return Counts(numbers, len(street_map.streets), len(street_map.houses))


def _store_levels(street_map: StreetMap, name: str, attribution: str) -> None:
    levels = street_map.levels
    content = (name, attribution, *(level.version for level in levels.values()), *street_map.houses)
    version = hashlib.sha256(repr(content).encode()).hexdigest()[:16]
    db.session.add(StreetSource(id=1, name=name, attribution=attribution, version=version))
    db.session.flush()
    _insert(StreetLevel, [{"level": level, "source_id": 1, **packed._asdict()} for level, packed in levels.items()])


def _store_streets(street_map: StreetMap) -> None:
    belongs = {part: at for at, street in enumerate(street_map.streets, start=1) for part in street.parts}
    shapes = [feature.geometry for feature in street_map.features]
    texts = shapely.to_geojson(shapely.transform(shapes, lambda points: points.round(DECIMALS)))
    _insert(Street, [
        {"id": at, "name": it.name, "latitude": it.latitude, "longitude": it.longitude, "radius": it.radius}
        for at, it in enumerate(street_map.streets, start=1)
    ])  # fmt: skip
    _insert(MapFeature, [
        {"kind": it.kind, "name": it.name, "geometry": text, "street_id": belongs.get(at)}
        for at, (it, text) in enumerate(zip(street_map.features, texts, strict=True))
    ])  # fmt: skip
    _insert(HouseNumber, [
        {"street_id": at + 1, "number": it.number, "latitude": it.latitude, "longitude": it.longitude}
        for at, it in street_map.houses
    ])  # fmt: skip


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)


def source() -> StreetSource | None:
    """The source of the map; None where no map was imported."""
    return db.session.scalar(select(StreetSource))


def map_version() -> str:
    """A fingerprint of all that the map is; empty where no map was imported."""
    return execute(_VERSION).scalar() or ""


def named_streets() -> Sequence[Any]:
    """Rows of id, name, latitude, longitude and radius of all streets."""
    return execute(_STREETS).all()


_VERSION = select(StreetSource.version)
_STREETS = select(Street.id, Street.name, Street.latitude, Street.longitude, Street.radius).order_by(Street.id)
