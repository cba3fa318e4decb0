"""Road closures and staging areas."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.store.database import Base
from meteor.store.moments import now


class RoadClosure(Base):
    """A stretch of a street that is closed, between two points in degrees WGS-84; None where they are not known.

    `street`, `from_place` and `to_place` are words as they were typed. It ends at `ends_at` by itself, or when
    `ended_by` says so; None until somebody does.
    """

    __tablename__ = "road_closures"

    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    from_place: Mapped[str] = mapped_column(default="")
    from_latitude: Mapped[float | None]
    from_longitude: Mapped[float | None]
    to_place: Mapped[str] = mapped_column(default="")
    to_latitude: Mapped[float | None]
    to_longitude: Mapped[float | None]
    reason: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(default=now)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ends_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    author: Mapped[User] = relationship(foreign_keys=author_id)


class StagingArea(Base):
    """A point (degrees WGS-84) where units gather: of an incident, with which it ends, or of none."""

    __tablename__ = "staging_areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(default=now)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    incident: Mapped[Incident | None] = relationship()
    author: Mapped[User] = relationship(foreign_keys=author_id)
