"""The index of words in which incidents are searched, watches and hand-overs, entries from paper, and boards in use."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.store.database import Base
from meteor.store.moments import now

_ON_WATCH = "ended_at is null"
_WAITING = "signed_by_second_at is null and withdrawn_at is null and refused_at is null"


class SearchWord(Base):
    """A word by which an incident is found (see search_words.words_of), in small letters of a to z and digits.

    `from_timeline`: the word stands in an event, which never changes. The others are of the incident as it is now.
    """

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True)
    from_timeline: Mapped[bool] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_search_words_incident_id", "incident_id"),)


class SearchProgress(Base):
    """One row: the newest event whose words are in the index."""

    __tablename__ = "search_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]


class Watch(Base):
    """The time in which a user is responsible for the command centre. A user is on one watch at a time."""

    __tablename__ = "watches"
    __table_args__ = (
        Index("uq_watches_user_id_open", "user_id", unique=True, sqlite_where=text(_ON_WATCH),
              postgresql_where=text(_ON_WATCH)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")


class Handover(Base):
    """A watch that one user hands to another. It is kept for ever.

    The first signs by sending it, the second by accepting it. `incidents` are those of P1 and P2 that were open then,
    each with "number", "priority" and "line". A hand-over that the first takes back before that is withdrawn; one that
    the second does not take is refused, with the reason in `refusal`.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        Index("uq_handovers_from_user_id_waiting", "from_user_id", unique=True, sqlite_where=text(_WAITING),
              postgresql_where=text(_WAITING)),
        Index("ix_handovers_to_user_id_waiting", "to_user_id", sqlite_where=text(_WAITING),
              postgresql_where=text(_WAITING)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    from_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    to_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime] = mapped_column(default=now)
    note: Mapped[str] = mapped_column(default="")
    incidents: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    signed_by_first_at: Mapped[datetime]
    signed_by_second_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")

    from_user: Mapped[User] = relationship(foreign_keys=from_user_id, lazy="joined")
    to_user: Mapped[User] = relationship(foreign_keys=to_user_id, lazy="joined")

    @property
    def waits(self) -> bool:
        """Return whether the second has not answered it yet, and still may."""
        return self.signed_by_second_at is None and self.withdrawn_at is None and self.refused_at is None


class PaperEntry(Base):
    """An incident that began on paper. `id` is also its alert's; `number` is the paper's, once on a `day` (WIB).

    `content` is a fingerprint of what was entered.
    """

    __tablename__ = "paper_entries"
    __table_args__ = (UniqueConstraint("day", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[str]
    number: Mapped[str]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    entered_at: Mapped[datetime] = mapped_column(default=now, index=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    content: Mapped[str]

    incident: Mapped[Incident] = relationship()
    entered_by: Mapped[User] = relationship()


class IncidentViewer(Base):
    """An incident that a user has open on a board; rows without a sign for viewers.FRESH seconds are ignored."""

    __tablename__ = "incident_viewers"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class BoardFilter(Base):
    """A user's filter of the queue, as the values of a query string (see filters.Filters.query)."""

    __tablename__ = "board_filters"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    query: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
