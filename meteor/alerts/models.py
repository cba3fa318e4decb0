"""Alerts as they came in. They are never edited and never deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.protocols import kinds
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.phone_ends import end_of

SOURCES = ("panic", "sas", "call", "hazard", "api", "officer")
KINDS = tuple(kinds.KINDS)


class Alert(Base):
    """One alert. `id` is the sender's UUID: the same alert again is the same row.

    `first_incident` is the one that it came to, once that was merged into another: the reporter was told its number.
    `premises` is where an alarm was raised, whichever incident handles it; `unit_id` of which an officer is in danger.
    `given` keeps the text of what came in and could not be read as it was meant. Degrees WGS-84, metres, seconds.
    `caller_phone` (E.164) and `caller_name` are of who called 112, with or without an account.
    `pressed_at` is the press: the sender's device measured the time from there to its sending, which is counted back
    from the receipt. The time of transmission is not in it, and no limit counts from it.
    A `repeat` is an alert whose reporter had raised another one of the same incident before.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_incident_id_reporter_id_received_at", "incident_id", "reporter_id", "received_at"),
        Index("ix_alerts_first_of_reporter", "reporter_id", "incident_id", sqlite_where=text("repeat = 0"),
              postgresql_where=text("not repeat")),
        Index("ix_alerts_called", "caller_phone", sqlite_where=text("caller_phone != ''"),
              postgresql_where=text("caller_phone != ''")),
        Index("ix_alerts_called_end", text(end_of("caller_phone")), sqlite_where=text("caller_phone != ''"),
              postgresql_where=text("caller_phone != ''")),
        Index("ix_alerts_first_of_incident", "incident_id", sqlite_where=text("repeat = 0"),
              postgresql_where=text("not repeat")),
        Index("ix_alerts_first_incident_id", "first_incident_id", sqlite_where=text("first_incident_id is not null"),
              postgresql_where=text("first_incident_id is not null")),
        Index("ix_alerts_premises_id", "premises_id", sqlite_where=text("premises_id is not null"),
              postgresql_where=text("premises_id is not null")),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    first_incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    premises_id: Mapped[int | None] = mapped_column(ForeignKey("premises.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy: Mapped[float | None]
    position_age: Mapped[float | None]
    place_source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    silent: Mapped[bool] = mapped_column(default=False)
    drill: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    given: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    received_at: Mapped[datetime] = mapped_column(default=now)
    pressed_at: Mapped[datetime | None]
    repeat: Mapped[bool] = mapped_column(default=False, server_default=false())
    caller_phone: Mapped[str] = mapped_column(default="", server_default=text("''"))
    caller_name: Mapped[str] = mapped_column(default="", server_default=text("''"))

    incident: Mapped[Incident] = relationship(foreign_keys=incident_id)
    first_incident: Mapped[Incident | None] = relationship(foreign_keys=first_incident_id)
    premises: Mapped[Premises | None] = relationship()
    reporter: Mapped[User | None] = relationship()


class AlertFix(Base):
    """A later position of the phone that raised an alert."""

    __tablename__ = "alert_fixes"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), index=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    accuracy: Mapped[float | None]
    received_at: Mapped[datetime] = mapped_column(default=now, index=True)


class Cancellation(Base):
    """A reporter's cancellation: `reason` is "safe" or "mistake", `forced` a wrong PIN.

    A reporter takes back every alert that they have raised so far in the incident, and none that they raise later.
    """

    __tablename__ = "cancellations"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), index=True)
    reason: Mapped[str]
    forced: Mapped[bool]
    said_at: Mapped[datetime] = mapped_column(default=now)


class Rating(Base):
    """The reporter's rating after the closure: 1 (bad) to 5 (good)."""

    __tablename__ = "ratings"

    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    stars: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime] = mapped_column(default=now)
