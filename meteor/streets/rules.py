"""The map of streets: replaced by an import, and read."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import delete, insert, select

from meteor.store import audit
from meteor.store.database import db, execute
from meteor.streets.features import Extract, Feature, House
from meteor.streets.joining import joined
from meteor.streets.levels import packed_levels
from meteor.streets.models import HouseNumber, MapFeature, Street, StreetLevel, StreetSource
from meteor.streets.naming import DECIMALS, Named, housed, streets_of

_TABLES = (HouseNumber, MapFeature, Street, StreetLevel, StreetSource)  # each before what it refers to


@dataclass(frozen=True)
class Counts:
    """The number of features by kind, of streets that are found by name, and of house numbers."""

    kinds: Mapping[str, int]
    streets: int
    houses: int


def replace_map(extract: Extract, name: str, attribution: str, actor: Any) -> Counts:
    """Replace the whole map by this extract, from the file of this `name`."""
    features = joined(extract.features)
    streets = streets_of(features)
    houses = list(housed(streets, extract.houses))
    for table in _TABLES:
        db.session.execute(delete(table))
    db.session.flush()
    _store_levels(features, name, attribution, houses)
    _store_streets(features, streets, houses)
    kinds = [feature.kind for feature in features]
    counts = Counts({kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}, len(streets), len(houses))
    audit.record(actor, "streets_imported", "street_sources:1", file=name, attribution=attribution, **counts.kinds)
    return counts


def _store_levels(
    features: Sequence[Feature], name: str, attribution: str, houses: Iterable[tuple[int, House]]
) -> None:
    levels = packed_levels(features)
    content = (name, attribution, *(level.version for level in levels.values()), *houses)
    version = hashlib.sha256(repr(content).encode()).hexdigest()[:16]
    db.session.add(StreetSource(id=1, name=name, attribution=attribution, version=version))
    db.session.flush()
    rows = [{"level": level, "source_id": 1, **packed._asdict()} for level, packed in levels.items()]
    db.session.execute(insert(StreetLevel), rows)


def _store_streets(features: Sequence[Feature], streets: Sequence[Named], houses: Sequence[tuple[int, House]]) -> None:
    belongs = {part: at for at, street in enumerate(streets, start=1) for part in street.parts}
    shapes = shapely.transform(
        [feature.geometry for feature in features], lambda points: points.round(DECIMALS)
    )  # fmt: skip
    _insert(Street, [
        {"id": at, "name": it.name, "latitude": it.latitude, "longitude": it.longitude, "radius": it.radius}
        for at, it in enumerate(streets, start=1)
    ])  # fmt: skip
    _insert(MapFeature, [
        {"kind": it.kind, "name": it.name, "geometry": text, "street_id": belongs.get(at)}
        for at, (it, text) in enumerate(zip(features, shapely.to_geojson(shapes), strict=True))
    ])  # fmt: skip
    _insert(HouseNumber, [
        {"street_id": at + 1, "number": it.number, "latitude": it.latitude, "longitude": it.longitude}
        for at, it in houses
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
