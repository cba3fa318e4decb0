"""Gathering points, the routes that lead to them, and what residents answer when they are asked if they are safe."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.store.database import Base
from meteor.store.moments import now

OWN_ANSWERS = ("safe", "need_help")
"""Answers that residents give themselves."""

SEEN_SAFE = "seen_safe"
"""The answer that an RT leader gives for a resident whom the leader has seen."""


class GatheringPoint(Base):
    """A place (degrees WGS-84) where people gather. `capacity` is a number of people, None where it is not known.

    `safe_from` are codes of warnings.hazard_texts.HAZARDS. A point that is not `active` is shown to planners only.
    """

    __tablename__ = "gathering_points"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    capacity: Mapped[int | None]
    safe_from: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    routes: Mapped[list["EvacuationRoute"]] = relationship(back_populates="point", order_by="EvacuationRoute.name")


class EvacuationRoute(Base):
    """A way to a gathering point. `line` is a list of pairs of degrees WGS-84, latitude first, two at least."""

    __tablename__ = "evacuation_routes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    line: Mapped[list[list[float]]] = mapped_column(JSON)
    point_id: Mapped[int] = mapped_column(ForeignKey("gathering_points.id"), index=True)
    note: Mapped[str] = mapped_column(default="")

    point: Mapped[GatheringPoint] = relationship(back_populates="routes")


class SafetyAnswer(Base):
    """The newest answer of a resident to a warning: one of OWN_ANSWERS, or SEEN_SAFE by the RT leader.

    `people` are how many are at home with the resident, None if that was not said. The author is the resident's
    account or the leader.
    """

    __tablename__ = "safety_answers"
    __table_args__ = (Index("ix_safety_answers_newest", "warning_id", "answered_at"),)

    warning_id: Mapped[int] = mapped_column(ForeignKey("warnings.id", ondelete="CASCADE"), primary_key=True)
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    answer: Mapped[str]
    people: Mapped[int | None]
    answered_at: Mapped[datetime] = mapped_column(default=now, index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    author: Mapped[User] = relationship()
