"""The outbox, the audit log, and heartbeats of background processes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base
from meteor.store.moments import now

_WAITING = "done_at is null and failed_at is null"
_UNCHAINED = "chain_number is null"
_UNCLAIMED = "attempts = 0"
_DONE = "done_at is not null"
_FAILED = "failed_at is not null"


class OutboxItem(Base):
    """Something to be done outside the transaction that caused it. `key` makes it unique: queued twice is once.

    `destination` names the server that it waits for, where one that is slow must not delay what goes to the others.
    `urgency` 0 goes first. Of the items of one `subject` at most one waits unclaimed, however often it is asked for.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "urgency", "due_at", "id", "topic", "destination",
              postgresql_where=text(_WAITING), sqlite_where=text(_WAITING)),
        Index("uq_outbox_subject_unclaimed", "subject", unique=True, postgresql_where=text(_UNCLAIMED),
              sqlite_where=text(_UNCLAIMED)),
        Index("ix_outbox_done_at", "done_at", postgresql_where=text(_DONE), sqlite_where=text(_DONE)),
        Index("ix_outbox_failed_at", "failed_at", postgresql_where=text(_FAILED), sqlite_where=text(_FAILED)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    topic: Mapped[str]
    destination: Mapped[str | None]
    subject: Mapped[str | None]
    urgency: Mapped[int] = mapped_column(default=5, server_default=text("5"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    problem: Mapped[str | None]


class AuditEntry(Base):
    """An entry of the audit log: actor, action, time. Append-only. `subject` is a table and a key: "residents:0190…".

    `chain_number` (1, 2, 3 …) and `chain_hash` (SHA-256, hexadecimal) are set once, by store.audit_chain.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(
            "ix_audit_entries_unchained",
            "id",
            postgresql_where=text(_UNCHAINED),
            sqlite_where=text(_UNCHAINED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    chain_number: Mapped[int | None] = mapped_column(unique=True)
    chain_hash: Mapped[str | None]


class KeptAnswer(Base):
    """The stored answer to a client's request with this `key`. `owner` is the client.

    `request` is a fingerprint of the request. The answer is absent only inside the transaction that makes it.
    """

    __tablename__ = "kept_answers"

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[Any] = mapped_column(JSON, nullable=True)
    location: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class Quota(Base):
    """Count of a daily limit: `owner` ("user:7"), `name` of the limit, and day in WIB (see store.quotas)."""

    __tablename__ = "quotas"

    owner: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int]


class Heartbeat(Base):
    """The heartbeat of a background process: its last good moment, and its problem since.

    A job is well when it has run to its end, the receiver of alarm panels while it could write what it heard.
    """

    __tablename__ = "heartbeats"

    job: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    problem: Mapped[str | None]
