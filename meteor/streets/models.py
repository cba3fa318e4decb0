"""The map of streets: its source, what it draws, the streets that are found by name, and their house numbers.

An import replaces all rows of all these tables.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base
from meteor.store.moments import now


class StreetSource(Base):
    """The source of the map, at most one. `version` is a fingerprint of its content.

    `name` is the name of the file. `attribution` is one of meteor.streets.labels.ATTRIBUTIONS.
    """

    __tablename__ = "street_sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    attribution: Mapped[str]
    version: Mapped[str]
    imported_at: Mapped[datetime] = mapped_column(default=now)


class StreetLevel(Base):
    """A level of detail as the browser gets it: GeoJSON, packed by gzip.

    It is made by the import, so that no request waits for it. `version` is a fingerprint of its content.
    """

    __tablename__ = "street_levels"

    level: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("street_sources.id"), index=True)
    version: Mapped[str]
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class Street(Base):
    """A street by its name: the point in its middle (degrees WGS-84), and the metres to its farthest end.

    Streets of the same name in different parts of the city are different streets.
    """

    __tablename__ = "streets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    radius: Mapped[float]


class MapFeature(Base):
    """A line or an area on the map. `kind` is one of meteor.streets.kinds.KINDS; `name` is empty where unknown.

    `geometry` is GeoJSON in degrees WGS-84, like the boundaries of kelurahan: any tool reads it, and a city's 12,000
    streets are 3 MB. `street_id` is the street that it is a part of.
    """

    __tablename__ = "map_features"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    geometry: Mapped[str]
    street_id: Mapped[int | None] = mapped_column(ForeignKey("streets.id"), index=True)


class HouseNumber(Base):
    """The position of a house number along a street (degrees WGS-84). Letters after the number are left away."""

    __tablename__ = "house_numbers"

    id: Mapped[int] = mapped_column(primary_key=True)
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"), index=True)
    number: Mapped[int]
    latitude: Mapped[float]
    longitude: Mapped[float]
