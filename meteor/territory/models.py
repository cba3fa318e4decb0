"""The city's areas: kecamatan > kelurahan > RW > RT, and the places that people know."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.store.database import Base
from meteor.store.moments import now

KEPT_IDS = {"sqlite_autoincrement": True}
"""Drafts of warnings and notices name areas that may be gone: no other one gets the id."""


class Kecamatan(Base):
    """A district. `code` is the ministry's ("35.74.03")."""

    __tablename__ = "kecamatan"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)


class Kelurahan(Base):
    """An urban village. The centroid is in degrees WGS-84; `boundary` is GeoJSON geometry where it was imported."""

    __tablename__ = "kelurahan"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kecamatan_id: Mapped[int] = mapped_column(ForeignKey("kecamatan.id"), index=True)
    postcode: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    boundary: Mapped[str | None] = mapped_column(deferred=True)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    kecamatan: Mapped[Kecamatan] = relationship(lazy="joined")


class Rw(Base):
    """A group of RT; `number` is unique in its kelurahan."""

    __tablename__ = "rw"
    __table_args__ = (UniqueConstraint("kelurahan_id", "number"), KEPT_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    kelurahan_id: Mapped[int] = mapped_column(ForeignKey("kelurahan.id"))
    number: Mapped[int]

    kelurahan: Mapped[Kelurahan] = relationship(lazy="joined")


class Rt(Base):
    """A neighbourhood of 30 to 80 homes, with the position of its middle where it is known."""

    __tablename__ = "rt"
    __table_args__ = (UniqueConstraint("rw_id", "number"), KEPT_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    rw_id: Mapped[int] = mapped_column(ForeignKey("rw.id"))
    number: Mapped[int]
    latitude: Mapped[float | None] = mapped_column(index=True)
    longitude: Mapped[float | None]

    rw: Mapped[Rw] = relationship(lazy="joined")

    @property
    def label(self) -> str:
        """ "RT 03 RW 05 Mayangan"."""
        return f"RT {self.number:02} RW {self.rw.number:02} {self.rw.kelurahan.name}"


class Landmark(Base):
    """A place that people know, to say where something is by distance and direction.

    `aliases` are what else it is called, one a line. `kind` is one of meteor.territory.labels.LANDMARK_KINDS.
    """

    __tablename__ = "landmarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="other", server_default=text("'other'"))
    aliases: Mapped[str] = mapped_column(default="", server_default=text("''"))
    latitude: Mapped[float]
    longitude: Mapped[float]


class AdjacentAuthority(Base):
    """The authority that takes over outside the city. At most one: the regency around it."""

    __tablename__ = "adjacent_authorities"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]
