"""Notices on screens, and devices with push."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base
from meteor.store.moments import now

_BY_CODE_POINTS = String().with_variant(String(collation="C"), "postgresql")
"""Text that is ordered by its code points, as SQLite does."""


class Notice(Base):
    """An on-screen alarm for one role or one user. `key` makes it unique: told twice is told once.

    `kind` names the sentence that is shown, `detail` its values, `url` the page it leads to. `devices` counts the
    devices with push that it was to go to, None until they are looked up; `pushed` those whose push service has
    accepted it, `unpushed` those that it did not reach in time. `opened_at` is when its user was first shown the page,
    where that page says so. `revision` grows when `detail` is corrected.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_role_acknowledged_at", "role", "acknowledged_at"),
        Index("ix_notices_acknowledged_at", "acknowledged_at", postgresql_where=text("acknowledged_at is not null"),
              sqlite_where=text("acknowledged_at is not null")),
        {"sqlite_autoincrement": True},  # the version of a screen may count one that is deleted
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(_BY_CODE_POINTS, unique=True)
    role: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    url: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    devices: Mapped[int | None]
    pushed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    unpushed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    opened_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    @property
    def number(self) -> str:
        """Number of the incident that the notice is about, wherever it leads to; empty for none."""
        page = "/incidents/"
        return self.detail.get("number") or (self.url[len(page) :] if self.url.startswith(page) else "")


class PushSubscription(Base):
    """A device with push (Web Push), notified also while no page is open.

    It belongs to the session that it was made in: when that ends, nothing is sent any more.
    `p256dh` and `auth` encrypt what is sent to it. They stand here as they are: without the server's own push key,
    which the database does not hold, nobody can send with them. `service` is the host of `endpoint`. `failed` counts
    the notices in a row that did not reach that service in time.
    """

    __tablename__ = "push_subscriptions"
    __table_args__ = {"sqlite_autoincrement": True}  # a session may name one that is gone: nobody else gets its id

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(unique=True)
    service: Mapped[str]
    p256dh: Mapped[str]
    auth: Mapped[str]
    device: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]
    failed: Mapped[int] = mapped_column(default=0)
