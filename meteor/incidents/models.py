"""Incidents, what was decided about them, their escalation and their timelines."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, and_, cast, false, literal_column, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.store.database import Base
from meteor.store.day_numbers import DayCount
from meteor.store.moments import now
from meteor.territory.models import Kelurahan, Rt

FROM_PAPER = "from_paper"
"""The flag of incidents that were handled on paper and entered afterwards."""


class Incident(Base):
    """An incident. The place is in degrees WGS-84, `accuracy` in metres, all None if unknown.

    `place_source` says where that comes from: device, home, premises, call, unit, none; `place` is what is around it
    (see territory.rules.surroundings). `kelurahan_exact` is false where no boundary was imported. `held` waits for a
    call-taker before a unit is sent. `shortfall` is what its plan asks for and no unit covers, in red on every board;
    `escalated` counts the steps taken since `waiting_since` because nobody accepted. `merged_into` is
    the incident that handles this one, while they are one: then this one is closed as a duplicate. `premises` is where
    the alarm was raised, if it was raised by premises; `cancelled` is "safe" or "mistake" while every alert has been
    taken back by its reporter, and empty otherwise; the staging point is where units of a silent approach wait.
    `last_alert_at` is when the latest alert joined, also one without a line on the timeline, `last_message_at` when a
    reporter last said more after an alert, `reclassified_at` when type or priority last changed.
    `confidential` is kept from neighbours (see incidents.confidentiality). `endangered_unit` is the unit of the officer
    in danger who raised it, `endangered_at` when their press came, and None once they have taken it back.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_open", "priority", "opened_at", sqlite_where=text("status != 'closed'"),
              postgresql_where=text("status != 'closed'")),
        Index("ix_incidents_open_type", "type_id", sqlite_where=text("status != 'closed'"),
              postgresql_where=text("status != 'closed'")),
        Index("ix_incidents_open_silent", "silent", sqlite_where=text("status != 'closed'"),
              postgresql_where=text("status != 'closed'")),
        Index("ix_incidents_open_endangered", "endangered_unit_id",
              sqlite_where=text("status != 'closed' and endangered_unit_id is not null"),
              postgresql_where=text("status != 'closed' and endangered_unit_id is not null")),
        Index("ix_incidents_type_opened", "type_id", "opened_at"),
        Index("ix_incidents_open_confidential", "confidential", sqlite_where=text("status != 'closed'"),
              postgresql_where=text("status != 'closed'")),
        Index("ix_incidents_merged_into_id", "merged_into_id", sqlite_where=text("merged_into_id is not null"),
              postgresql_where=text("merged_into_id is not null")),
        Index("ix_incidents_premises_id", "premises_id", sqlite_where=text("premises_id is not null"),
              postgresql_where=text("premises_id is not null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("incident_types.id"))
    priority: Mapped[int]
    status: Mapped[str] = mapped_column(default="open")
    source: Mapped[str]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy: Mapped[float | None]
    place_source: Mapped[str] = mapped_column(default="none")
    place: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    kelurahan_id: Mapped[int | None] = mapped_column(ForeignKey("kelurahan.id"), index=True)
    kelurahan_exact: Mapped[bool] = mapped_column(default=False)
    rt_id: Mapped[int | None] = mapped_column(ForeignKey("rt.id"), index=True)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    silent: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False, server_default=false())
    drill: Mapped[bool] = mapped_column(default=False)
    held: Mapped[bool] = mapped_column(default=False)
    cancelled: Mapped[str] = mapped_column(default="", server_default=text("''"))
    opened_at: Mapped[datetime] = mapped_column(default=now, index=True)
    waiting_since: Mapped[datetime | None] = mapped_column(index=True)
    escalated: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    last_alert_at: Mapped[datetime | None]
    last_message_at: Mapped[datetime | None]
    reclassified_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    outcome_note: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    premises_id: Mapped[int | None] = mapped_column(ForeignKey("premises.id"))
    staging_latitude: Mapped[float | None]
    staging_longitude: Mapped[float | None]
    dispatcher_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    endangered_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    endangered_at: Mapped[datetime | None]

    type: Mapped[IncidentType] = relationship(lazy="joined")
    kelurahan: Mapped[Kelurahan | None] = relationship(lazy="joined")
    rt: Mapped[Rt | None] = relationship()
    reporter: Mapped[User | None] = relationship(foreign_keys=reporter_id)
    dispatcher: Mapped[User | None] = relationship(foreign_keys=dispatcher_id)
    merged_into: Mapped["Incident | None"] = relationship(remote_side="Incident.id")
    premises: Mapped[Premises | None] = relationship()
    endangered_unit: Mapped[Unit | None] = relationship()
    shortfall: Mapped[list["Shortfall"]] = relationship(order_by="Shortfall.position", viewonly=True)

    @hybrid_property
    def is_open(self) -> bool:
        """Return whether the incident is not closed."""
        return self.status != "closed"

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return cls.status != literal_column("'closed'")  # as in the indexes

    @hybrid_property
    def on_paper(self) -> bool:
        """Return whether it is held since its entry from paper, which says what units work on it."""
        return self.held and FROM_PAPER in self.flags

    @on_paper.inplace.expression
    @classmethod
    def _on_paper(cls) -> ColumnElement[bool]:
        return and_(cls.held, cast(cls.flags, String).contains(FROM_PAPER, autoescape=True))

    @property
    def in_danger(self) -> str:
        """The officer in danger and their unit: "Agus Santoso, TRAIL-03"; empty once they are not.

        Where the incident was raised by somebody else, the unit alone.
        """
        if self.endangered_unit is None or self.endangered_at is None:
            return ""
        officer = self.reporter if self.source == "officer" else None
        return ", ".join([*([officer.name] if officer else []), self.endangered_unit.call_sign])

    @property
    def handler(self) -> "Incident":
        """The incident that handles this one: itself, unless it was merged into another."""
        return self.merged_into.handler if self.merged_into else self


class Merge(Base):
    """The merge of an incident, whose alerts moved to `into`; an undone merge stays."""

    __tablename__ = "merges"
    __table_args__ = (
        Index("uq_merges_incident_id_stands", "incident_id", unique=True, sqlite_where=text("undone_at is null"),
              postgresql_where=text("undone_at is null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    merged_at: Mapped[datetime] = mapped_column(default=now)
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    incident: Mapped[Incident] = relationship(foreign_keys=incident_id)
    into: Mapped[Incident] = relationship(foreign_keys=into_id)
    merged_by: Mapped[User] = relationship(foreign_keys=merged_by_id)
    undone_by: Mapped[User | None] = relationship(foreign_keys=undone_by_id)


class Decision(Base):
    """A decision of a `kind` (incidents.assessment); METEOR's own has no author.

    `alert_id` is the alert that it follows from, and with which it goes to another incident. One that follows from a
    merge counts until that is undone. `place` has the fields of incidents.places.Place.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(default="")
    alert_id: Mapped[UUID | None]
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("merges.id"))
    type_id: Mapped[int | None] = mapped_column(ForeignKey("incident_types.id"))
    priority: Mapped[int | None]
    place: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    held: Mapped[bool | None]
    outcome: Mapped[str | None]

    author: Mapped[User | None] = relationship()

    @property
    def author_name(self) -> str:
        """The name of who decided."""
        return self.author.name if self.author else "METEOR"


class Shortfall(Base):
    """A line of an incident's plan that no unit covers (see incidents.shortfall.Gap), at its `position` in the plan."""

    __tablename__ = "shortfalls"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    capability: Mapped[str] = mapped_column(primary_key=True, index=True)
    position: Mapped[int]
    count: Mapped[int]
    reason: Mapped[str]
    unanswered: Mapped[int]


class Escalation(Base):
    """A run of the escalation chain, from `began_at` until an acknowledgement.

    `step` counts the steps taken, `told` is when each role was told (ISO 8601), `next_at` is when the next step is due,
    absent when there is none or it has ended. `merge_id` is the merge that passed on the alarm of a part.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        Index("ix_escalations_running", "next_at", "began_at", sqlite_where=text("next_at is not null"),
              postgresql_where=text("next_at is not null")),
    )  # fmt: skip

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(default=now)
    step: Mapped[int] = mapped_column(default=0)
    told: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    next_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("merges.id"))

    incident: Mapped[Incident] = relationship()
    acknowledged_by: Mapped[User | None] = relationship()


class IncidentAgency(Base):
    """An agency that has to do with an incident: its type's leading agency, and every one whose unit was offered it."""

    __tablename__ = "incident_agencies"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True, index=True)


class IncidentDay(DayCount):
    """The count of incidents of a day (WIB), the source of their numbers."""

    __tablename__ = "incident_days"


class Event(Base):
    """A line of an incident's timeline: who did what, when. Append-only. The newest id is the queue's version."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    event_type: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
