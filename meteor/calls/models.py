"""112 calls, with pranks and silent calls, and flags of callers' numbers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.clients.models import ApiClient
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.store.phone_ends import end_of

STATUSES = ("ringing", "taken", "ended", "abandoned", "blocked")
"""In order: waiting; with a call-taker; ended; the caller hung up before an answer; blocked number."""

CLASSES = ("normal", "information", "prank", "ghost", "dropped", "test")
"""Classes of ended calls."""

_UNCLASSIFIED = "classified_as is null"

SKEW = timedelta(seconds=60)
"""An exchange's clock that differs more from ours is wrong; no caller is shown to have waited longer for it."""


def believed(received_at: datetime, announced_at: datetime | None) -> datetime:
    """Moment of the first ring: at most SKEW before the announcement."""
    return max(received_at, announced_at - SKEW) if announced_at else received_at


class Call(Base):
    """One phone call to 112. The position is in degrees WGS-84, `radius` in metres, `confidence` in percent.

    `caller` is the number as the exchange gave it, `phone` the same in E.164 where it is one. `client` and `reference`
    are the exchange and its own name for the call, `received_at` is by the exchange's clock, `announced_at` by ours; a
    call that a call-taker wrote down by hand has only the third. `draft` is what the call-taker has typed so far, field
    by field (see meteor.calls.drafts); `draft_version` counts its changes. `alert` is what became of it. `taken_by` has
    it, since `taken_at`; `offered_to` is asked to take it over.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("client_id", "reference"),
        Index("ix_calls_status_received_at", "status", "received_at"),
        Index(
            "ix_calls_unclassified", "taken_by_id", "announced_at", sqlite_where=text(_UNCLASSIFIED),
            postgresql_where=text(_UNCLASSIFIED),
        ),
        Index("ix_calls_phone_end", text(end_of("phone"))),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("api_clients.id"))
    reference: Mapped[str | None]
    caller: Mapped[str] = mapped_column(default="")
    phone: Mapped[str | None] = mapped_column(index=True)
    queue: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime] = mapped_column(default=now, index=True)
    announced_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(default="ringing")

    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    radius: Mapped[float | None]
    confidence: Mapped[float | None]
    aml: Mapped[str] = mapped_column(default="")

    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    taken_at: Mapped[datetime | None]
    offered_to_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    extension: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    called_back_at: Mapped[datetime | None]
    called_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    draft_version: Mapped[int] = mapped_column(default=0)
    classified_as: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"), unique=True)

    client: Mapped[ApiClient | None] = relationship()
    taken_by: Mapped[User | None] = relationship(foreign_keys=taken_by_id)
    offered_to: Mapped[User | None] = relationship(foreign_keys=offered_to_id)
    alert: Mapped[Alert | None] = relationship()

    @property
    def waits_since(self) -> datetime:
        """Return when the caller's wait began, as far as the exchange's clock can be believed."""
        return believed(self.received_at, self.announced_at)

    @property
    def duration(self) -> timedelta | None:
        """Length of the conversation in whole seconds; None if unknown."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return timedelta(seconds=round((self.ended_at - self.answered_at).total_seconds()))


class CallerFlag(Base):
    """A number that is called back first ("call_back_first") or not put through ("blocked"), until a moment.

    A flag that was lifted or is over stays: the list says what was done to whom, by whom and why.
    """

    __tablename__ = "caller_flags"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(default=now)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    until: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    set_by: Mapped[User | None] = relationship(foreign_keys=set_by_id)
