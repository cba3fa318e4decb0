"""The feeds that warnings of others come from."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base
from meteor.store.moments import now


class WarningFeed(Base):
    """An address from which warnings are fetched. `etag` and `last_modified` are what its server said last.

    `kind` is "cap", an Atom or RSS index of CAP 1.2 messages, or "earthquakes", BMKG's JSON lists. The index was last
    read at `succeeded_at`. `problem` says what went wrong at `fetched_at`, with the index or a message; it is empty if
    nothing did.
    """

    __tablename__ = "warning_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    fetched_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")


class FeedEntry(Base):
    """An entry of a feed that was read, so that it is read once.

    `key` is the address of a CAP message, or a digest of an entry of a list of earthquakes; `published` is what the
    index says of its time. An entry with a `problem` is tried again as long as the feed has it.
    """

    __tablename__ = "warning_feed_entries"

    feed_id: Mapped[int] = mapped_column(ForeignKey("warning_feeds.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    published: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime] = mapped_column(default=now)
    problem: Mapped[str] = mapped_column(default="")
