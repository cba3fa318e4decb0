"""Trackers, the trail of their fixes, and how many of their messages were dropped."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.agencies.models import Unit
from meteor.store.database import Base
from meteor.store.moments import now


class Tracker(Base):
    """A device that reports where a unit is. Of its token only the SHA-256 `digest` is kept.

    The last fix is the device's own, by its own clock: a unit's position may come from elsewhere, and the next fix is
    compared with this one. `battery` is in percent. `lag` is by how many seconds the device's clock is behind
    METEOR's, as far as can be told (see trackers.clock).
    """

    __tablename__ = "trackers"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    fix_at: Mapped[datetime | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy: Mapped[float | None]
    battery: Mapped[float | None]
    lag: Mapped[float | None]

    unit: Mapped[Unit] = relationship()


class TrackerFix(Base):
    """A point of a trail: degrees WGS-84, `accuracy` in metres, `speed` in m/s, `heading` in degrees from north."""

    __tablename__ = "tracker_fixes"
    __table_args__ = (Index("uq_tracker_fixes_at", "tracker_id", "at", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tracker_id: Mapped[int] = mapped_column(ForeignKey("trackers.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    accuracy: Mapped[float | None]
    speed: Mapped[float | None]
    heading: Mapped[float | None]


class DroppedFixes(Base):
    """The number of a tracker's fixes dropped for a reason in the hour that begins at `hour`."""

    __tablename__ = "dropped_fixes"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    tracker_id: Mapped[int] = mapped_column(ForeignKey("trackers.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
