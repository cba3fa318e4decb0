"""Messages of RT leaders to their RT, and residents without notices of these."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.store.database import Base
from meteor.store.moments import now
from meteor.territory.models import Rt

NOTICE, ALARM = "notice", "alarm"

_UNTOLD = "told_at is null"
_UNSETTLED = "settled_at is null"
_OVER = "ended_at is not null and over_told_at is null"


class RtMessage(Base):
    """A message of an RT leader to the residents of the RT; `id` is the form's, so that it is stored once.

    `kind` is NOTICE or ALARM. It is current until `until`, or until `ended_at`, when a leader ended it with the words
    `all_clear`. Residents have been told up to the user id `told_up_to`, all of them at `told_at`; its end was told up
    to `over_told_up_to`, to all at `over_told_at`. Since `settled_at` no notice of it or of its end is unread.
    """

    __tablename__ = "rt_messages"
    __table_args__ = (
        Index("ix_rt_messages_rt_id_sent_at", "rt_id", "sent_at"),
        Index("ix_rt_messages_kind_sent_at", "kind", "sent_at"),
        Index("ix_rt_messages_untold", "sent_at", sqlite_where=text(_UNTOLD), postgresql_where=text(_UNTOLD)),
        Index("ix_rt_messages_unsettled", "until", sqlite_where=text(_UNSETTLED), postgresql_where=text(_UNSETTLED)),
        Index("ix_rt_messages_over", "ended_at", sqlite_where=text(_OVER), postgresql_where=text(_OVER)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rt_id: Mapped[int] = mapped_column(ForeignKey("rt.id"))
    kind: Mapped[str]
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime] = mapped_column(default=now, index=True)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    all_clear: Mapped[str] = mapped_column(default="")
    told_up_to: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    over_told_up_to: Mapped[int] = mapped_column(default=0)
    over_told_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    rt: Mapped[Rt] = relationship(lazy="joined")
    author: Mapped[User] = relationship(foreign_keys=author_id)
    ended_by: Mapped[User | None] = relationship(foreign_keys=ended_by_id)

    @property
    def is_alarm(self) -> bool:
        return self.kind == ALARM

    def holds(self, at: datetime) -> bool:
        """Return whether the message is current."""
        return self.ended_at is None and self.until > at


class RtNoticesMuted(Base):
    """A user who is told of alarms of the RT, but not of its notices."""

    __tablename__ = "rt_notices_muted"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
