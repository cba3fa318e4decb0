"""Agencies, their units, what units can do, where they are and who crews them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.store.database import Base
from meteor.store.moments import now

UNIT_STATUSES = ("available", "offered", "assigned", "en_route", "on_scene", "off_duty")
UNIT_KINDS = ("motorbike", "patrol_car", "ambulance", "fire_engine", "rescue", "tow_truck", "team")


class Agency(Base):
    """Polres, Damkar, PSC 119 … `reserve` units of it are kept free for P1: P3 and P4 never take the last ones."""

    __tablename__ = "agencies"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    reserve: Mapped[int] = mapped_column(default=0)


class UnitKind(Base):
    """The pace of units of a kind: `speed` in km/h, `detour` as a factor (agencies.travel)."""

    __tablename__ = "unit_kinds"

    kind: Mapped[str] = mapped_column(primary_key=True)
    speed: Mapped[float]
    detour: Mapped[float]


class Capability(Base):
    """Something a unit can do, as response plans ask for it."""

    __tablename__ = "capabilities"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_id: Mapped[str]
    name_en: Mapped[str]


class UnitCapability(Base):
    """One capability of one unit."""

    __tablename__ = "unit_capabilities"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    capability: Mapped[str] = mapped_column(ForeignKey("capabilities.code"), primary_key=True, index=True)


class Unit(Base):
    """A unit. Base and last position are in degrees WGS-84, `accuracy` in metres.

    `at_base` says that the unit stands at its base for as long as it has no fresh position: true from the start of
    duty and whenever the last fix lies at the base, until it sets out for an incident.
    It has been without work since `idle_since`: when its last job ended, or its crew took a break or ended it.
    The position is of `position_source`: "tracker", "tablet", or "crew", by its steps (see agencies.avl). Polled views
    show the one of `moved_at` until it moves 20 m, changes its source, or has been the same for a minute. `heading`
    (degrees from true north) and `speed` (m/s) are of the fix of `position_at`, None where its device said neither.
    """

    __tablename__ = "units"
    __table_args__ = (
        Index("ix_units_position", "status", "latitude", "longitude"),
        Index(
            "ix_units_base",
            "status",
            "base_latitude",
            "base_longitude",
            postgresql_where=text("at_base"),
            sqlite_where=text("at_base = 1"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_sign: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    kind: Mapped[str]
    base_name: Mapped[str]
    base_latitude: Mapped[float]
    base_longitude: Mapped[float]
    at_base: Mapped[bool] = mapped_column(default=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy: Mapped[float | None]
    heading: Mapped[float | None]
    speed: Mapped[float | None]
    position_at: Mapped[datetime | None]
    position_source: Mapped[str | None]
    moved_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(default="off_duty")
    idle_since: Mapped[datetime] = mapped_column(default=now)
    in_service: Mapped[bool] = mapped_column(default=True)

    agency: Mapped[Agency] = relationship(lazy="joined")
    capabilities: Mapped[list[UnitCapability]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class Member(Base):
    """A user who works for an agency and may crew its units."""

    __tablename__ = "members"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)

    user: Mapped[User] = relationship(lazy="joined")
    agency: Mapped[Agency] = relationship(lazy="joined")


class Shift(Base):
    """One officer's duty on one unit, from when to when. A user has one open shift at most; a unit has several."""

    __tablename__ = "shifts"
    __table_args__ = (
        Index(
            "uq_shifts_open_user",
            "user_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
            sqlite_where=text("ended_at is null"),
        ),
        Index("ix_shifts_ended_at", "ended_at"),
        Index("ix_shifts_user_id_started_at", "user_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(lazy="joined")
    user: Mapped[User] = relationship(lazy="joined")
