"""The audit log, asked by person, action, subject and time, and written out as a table."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select

from meteor.store import sheets
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import WIB, midnight

FIRST_DAY, LAST_DAY = date.min, date.max - timedelta(days=1)
"""The first and the last day, which mean no limit. Neither can be calculated with."""


@dataclass(frozen=True)
class Question:
    """A question to the log; empty for all entries. Days are WIB's, both inclusive.

    `subject` is a table ("units") or one record of it ("units:7"); `person` is part of a name.
    """

    person: str = ""
    actor: int | None = None
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def entries(question: Question) -> Select[AuditEntry]:
    """The entries that answer the question."""
    query = select(AuditEntry)
    if question.person:
        query = query.where(AuditEntry.actor_name.icontains(question.person, autoescape=True))
    if question.actor is not None:
        query = query.where(AuditEntry.actor_id == question.actor)
    if question.action:
        query = query.where(AuditEntry.action == question.action)
    if ":" in question.subject:
        query = query.where(AuditEntry.subject == question.subject)
    elif question.subject:
        query = query.where(AuditEntry.subject.startswith(f"{question.subject}:", autoescape=True))
    if question.since and question.since > FIRST_DAY:
        query = query.where(AuditEntry.at >= midnight(question.since))
    if question.until and question.until < LAST_DAY:
        query = query.where(AuditEntry.at < midnight(question.until + timedelta(days=1)))
    return query


def known_actions() -> list[str]:
    """Every action that the log holds."""
    return sorted(db.session.scalars(select(AuditEntry.action).distinct()))


def written(found: Iterable[AuditEntry]) -> bytes:
    """The entries as a CSV file (see sheets)."""
    return sheets.written([("time", "person", "person_id", "action", "subject", "detail"), *map(_cells, found)])


def _cells(entry: AuditEntry) -> list[str]:
    at = entry.at.astimezone(WIB).isoformat(timespec="seconds")
    detail = json.dumps(entry.detail, ensure_ascii=False)
    cells = (at, entry.actor_name, entry.actor_id or "", entry.action, entry.subject, detail)
    return [sheets.harmless(str(cell)) for cell in cells]
