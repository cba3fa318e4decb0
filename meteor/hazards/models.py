"""Reports of hazards, their photos, and what the disaster agency and the reporter said about them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.clients.models import ApiClient
from meteor.incidents.models import Incident
from meteor.store.database import Base
from meteor.store.day_numbers import DayCount
from meteor.store.moments import now
from meteor.territory.models import Kelurahan

KINDS = ("flood", "tidal_flood", "strong_wind", "fallen_tree", "fire", "eruption", "earthquake", "landslide", "other")
"""Kinds of hazard, in the order in which they are asked."""

STATUSES = ("received", "asked", "verified", "rejected", "resolved", "withdrawn")
"""Statuses of a report. An `asked` one waits for its reporter's answer; a `withdrawn` one its reporter took back."""

DANGERS = ("trapped", "rising")
"""Dangers that make a hazard urgent now."""

WAITING = ("received", "asked")
"""Statuses of reports that the agency has not decided about."""

OPEN = (*WAITING, "verified")
"""Statuses of hazards that go on: their reporters may say more, and others may be joined to them."""

MESSAGES = (*STATUSES, "answered", "confirmed", "incident", "same", "separated", "photo_missing")
"""Kinds of messages: what happens to a report. `confirmed`: a verified hazard is still there."""

_WAITS = "status in ('received', 'asked')"


class HazardReport(Base):
    """A hazard that somebody saw. `id` is made by their device, so that it is stored once.

    `severity` is 1 (a nuisance) to 3 (people cannot get through, or things break), None if
    nobody said it. The position is in degrees WGS-84,
    `accuracy` in metres; `place_source` is device, pin, photo, partner, words or none, `place` what was typed.
    `reporter_id` is None of one who has not signed in: then `phone` (E.164) is known, unless the report came
    from the partner's system `client_id`, which may say the reporter's `name` and phone, or neither.
    `danger` holds the words of DANGERS that make it urgent now, with spaces between them. Of an urgent report
    `alert_id` is the alert that was raised at once. `incident_id` is the incident that the agency made of it,
    `same_as_id` the first report of the same hazard. `water_level` is in centimetres above the street. `answered_at` is
    when the agency first decided or asked.
    """

    __tablename__ = "hazard_reports"
    __table_args__ = (
        Index("ix_hazard_reports_waiting", "reported_at", sqlite_where=text(_WAITS), postgresql_where=text(_WAITS)),
        Index("ix_hazard_reports_status_reported_at", "status", "reported_at"),
        Index("ix_hazard_reports_client_id_reported_at", "client_id", "reported_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    severity: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="received")
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("api_clients.id"))
    phone: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy: Mapped[float | None]
    place_source: Mapped[str] = mapped_column(default="none")
    place: Mapped[str] = mapped_column(default="")
    kelurahan_id: Mapped[int | None] = mapped_column(ForeignKey("kelurahan.id"), index=True)
    note: Mapped[str] = mapped_column(default="")
    water_level: Mapped[int | None]
    danger: Mapped[str] = mapped_column(default="")
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    same_as_id: Mapped[UUID | None] = mapped_column(ForeignKey("hazard_reports.id"), index=True)
    reported_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]

    reporter: Mapped[User | None] = relationship()
    client: Mapped[ApiClient | None] = relationship()
    kelurahan: Mapped[Kelurahan | None] = relationship(lazy="joined")
    alert: Mapped[Alert | None] = relationship()
    incident: Mapped[Incident | None] = relationship()
    same_as: Mapped["HazardReport | None"] = relationship(remote_side="HazardReport.id")
    photos: Mapped[list["HazardPhoto"]] = relationship(order_by="HazardPhoto.id")
    messages: Mapped[list["HazardMessage"]] = relationship(order_by="HazardMessage.id")

    @property
    def waiting_key(self) -> str:
        """The key of the notice that the report waits too long; it begins those of later ones."""
        return f"hazard_waiting:{self.number}:"


class HazardDay(DayCount):
    """The count of reports of a day (WIB, "261129"), the source of their numbers."""

    __tablename__ = "hazard_days"


class HazardPhoto(Base):
    """A photo of a report, drawn anew as JPEG without what the camera wrote into it. `width`, `height` are in pixels.

    `name` is that of its file in the private folder of photos.
    """

    __tablename__ = "hazard_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("hazard_reports.id"), index=True)
    name: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]


class HazardMessage(Base):
    """An event of a report: `kind` is one of MESSAGES.

    `author_id` is None where the reporter has no account. `text` is the question, the answer or the reason.
    """

    __tablename__ = "hazard_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("hazard_reports.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)

    author: Mapped[User | None] = relationship()
