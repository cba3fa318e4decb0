"""One unit on one incident, from offer to clearance."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.agencies.models import Unit
from meteor.incidents.models import Incident
from meteor.store.database import Base
from meteor.store.moments import now

UNDER_WAY = ("accepted", "en_route", "on_scene")
"""The states of a unit that has accepted and is not done yet."""


class Assignment(Base):
    """An offer and what became of it. Open until `ended_at`; a unit has one open assignment at most.

    `first_incident_id` is the incident that it was offered for, once that was merged into another one.
    `capability` is the line of the response plan that it fills, `distance` the geodesic metres when it was offered;
    `latitude`, `longitude` and `radius` are the incident's place that it was measured to, and its accuracy.
    `reason` is why it ended, where somebody gave one. A unit that did not answer may be offered the incident again from
    `retry_at`. `reported_at` is the receipt of the latest acceptance, departure or arrival, which may have waited for a
    network. `added_by_id` and `ended_by_id` say who added and who ended it, absent where METEOR did.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        Index("uq_assignments_open_unit", "unit_id", unique=True, sqlite_where=text("ended_at is null"),
              postgresql_where=text("ended_at is null")),
        Index("ix_assignments_offered", "expires_at", sqlite_where=text("status = 'offered'"),
              postgresql_where=text("status = 'offered'")),
        Index("ix_assignments_unit_id_ended_at", "unit_id", "ended_at"),
        Index("ix_assignments_unit_id_accepted_at", "unit_id", "accepted_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    first_incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    capability: Mapped[str]
    status: Mapped[str] = mapped_column(default="offered")
    distance: Mapped[float | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    radius: Mapped[float | None]
    offered_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    en_route_at: Mapped[datetime | None]
    on_scene_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(default="")

    incident: Mapped[Incident] = relationship(foreign_keys=incident_id)
    unit: Mapped[Unit] = relationship(lazy="joined")
