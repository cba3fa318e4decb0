"""The hash chain of the audit log: each entry's hash covers the entry and the hash of the entry before it."""

import hashlib
import json
import logging
from contextlib import closing
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update

from meteor.store.database import db
from meteor.store.models import AuditEntry

log = logging.getLogger("meteor.audit")

BATCH = 200
"""Entries chained in one transaction, so that a long backlog does not hold the write lock."""

OVERDUE = timedelta(minutes=5)
"""Age at which an entry that is not chained yet means that the scheduler does not run."""


class Head(NamedTuple):
    """The last link of the chain. It proves every entry before it."""

    number: int = 0
    hash: str = ""

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class Report(NamedTuple):
    """Result of a verification: the chain's head, the entries without a link, and the first problem, if any."""

    head: Head
    unchained: int
    problem: str | None


def extend(at: datetime) -> bool:
    """Chain the entries that are not chained yet, oldest first, BATCH at most. Returns whether more may be left.

    The new head goes to the process's log: a copy outside of the database, which `flask audit verify --head` compares.
    """
    unchained = select(AuditEntry).where(AuditEntry.chain_number.is_(None)).order_by(AuditEntry.id).limit(BATCH)
    entries = db.session.scalars(unchained).all()
    if not entries:
        return False
    link, links = head(), []
    for entry in entries:
        link = Head(link.number + 1, _hash(link, entry))
        links.append({"entry": entry.id, "chain_number": link.number, "chain_hash": link.hash})
    db.session.connection().execute(_LINK, links)
    log.info("Audit log chained to %s", link)
    return len(entries) == BATCH


def due(at: datetime) -> datetime | None:
    """`at` if an entry is not chained, else None."""
    unchained = select(AuditEntry.id).where(AuditEntry.chain_number.is_(None)).limit(1)
    return at if db.session.scalar(unchained) is not None else None


def head() -> Head:
    """The last link; number 0 while nothing is chained."""
    last = db.session.execute(_LAST).first()
    return Head(last.chain_number or 0, last.chain_hash or "") if last else Head()


def verify(at: datetime, known: Head | None = None) -> Report:
    """Compute every hash again. `known` is a head that was noted earlier outside of the database."""
    link, problem = Head(), None
    chained = select(AuditEntry).where(AuditEntry.chain_number.is_not(None)).order_by(AuditEntry.chain_number)
    with closing(db.session.scalars(chained.execution_options(yield_per=1000))) as entries:
        for entry in entries:
            problem = _problem(link, entry, known)
            if problem:
                break
            link = Head(link.number + 1, str(entry.chain_hash))
            db.session.expunge(entry)
    if problem:
        return Report(link, _unchained(), problem)
    if known and known.number > link.number:
        problem = f"entries {link.number + 1} to {known.number} are missing at the end"
    elif _unchained(before=at - OVERDUE):
        problem = f"entries older than {OVERDUE.seconds // 60} minutes are not chained: the scheduler does not run"
    return Report(link, _unchained(), problem)


def _problem(before: Head, entry: AuditEntry, known: Head | None) -> str | None:
    number = before.number + 1
    if entry.chain_number != number:
        return f"entry {number} is missing; the next one found is {entry.chain_number}"
    if entry.chain_hash != _hash(before, entry):
        return f"entry {number} (id {entry.id}) was changed, or an entry before it was exchanged"
    if known and known.number == number and known.hash != entry.chain_hash:
        return f"entry {number} has another hash than the one that was noted: the chain was written anew"
    return None


def _hash(before: Head, entry: AuditEntry) -> str:
    said = [
        before.hash, before.number + 1, entry.id, entry.at.isoformat(), entry.actor_id, entry.actor_name, entry.action,
        entry.subject, entry.detail,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _unchained(before: datetime | None = None) -> int:
    count = select(func.count()).select_from(AuditEntry).where(AuditEntry.chain_number.is_(None))
    return db.session.scalar(count.where(AuditEntry.at < before) if before else count) or 0


_LAST = (
    select(AuditEntry.chain_number, AuditEntry.chain_hash)
    .where(AuditEntry.chain_number.is_not(None))
    .order_by(AuditEntry.chain_number.desc())
    .limit(1)
)
_LINK = (
    update(AuditEntry)
    .where(AuditEntry.id == bindparam("entry"), AuditEntry.chain_number.is_(None))
    .values(chain_number=bindparam("chain_number"), chain_hash=bindparam("chain_hash"))
)
