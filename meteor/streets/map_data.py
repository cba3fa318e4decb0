"""The levels of the map's data, kept in memory as they are sent."""

from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, select

from meteor.store.database import db, execute
from meteor.streets.models import StreetLevel, StreetSource


@dataclass(frozen=True)
class MapLevels:
    """The fingerprint of each level by its name, and the map's attribution (labels.ATTRIBUTIONS)."""

    versions: dict[str, str]
    attribution: str


_known: dict[tuple[Engine, str], tuple[str, bytes]] = {}


def map_levels() -> MapLevels | None:
    """The levels there are; None where no map was imported."""
    rows = execute(_LEVELS).all()
    return MapLevels({row.level: row.version for row in rows}, rows[0].attribution) if rows else None


def packed(level: str) -> tuple[str, bytes] | None:
    """The fingerprint and the GeoJSON of a level, packed by gzip. None where it is not there."""
    version = execute(_VERSION, level=level).scalar()
    key = (db.engine, level)
    if version and _known.get(key, ("", b""))[0] != version:
        row = execute(_PACKED, level=level).one()
        _known[key] = (row.version, row.packed)
    return _known[key] if version else None


_LEVELS = select(StreetLevel.level, StreetLevel.version, StreetSource.attribution).join(
    StreetSource, StreetSource.id == StreetLevel.source_id
)
_VERSION = select(StreetLevel.version).where(StreetLevel.level == bindparam("level"))
_PACKED = select(StreetLevel.version, StreetLevel.packed).where(StreetLevel.level == bindparam("level"))
