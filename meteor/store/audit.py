"""The audit log: who did or read what."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from meteor.store.database import db
from meteor.store.models import AuditEntry

DEMO = "demo_city_filled"
"""Action of the entry that marks a demo city."""


def record(actor: Any, action: str, subject: str, **detail: Any) -> None:
    """Append an entry. `actor` is a user (id, name) or None for METEOR itself; `subject` is "table:key"."""
    record_each(actor, action, [subject], **detail)


def record_each(actor: Any, action: str, subjects: Iterable[str], **detail: Any) -> None:
    """Append an entry for each of several subjects of one action."""
    entries = [_entry(actor, action, subject, detail) for subject in subjects]
    if entries:
        db.session.execute(insert(AuditEntry), entries)


def record_apart(actor: Any, action: str, subject: str, connection: Connection, **detail: Any) -> None:
    """Append an entry in the transaction of `connection`, where the request's own transaction cannot write."""
    connection.execute(insert(AuditEntry).values(_entry(actor, action, subject, detail)))


def record_change(actor: Any, action: str, subject: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Append what a change replaced: of both sides only the values that differ. False if there is no difference."""
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if changed:
        sides = ({name: side[name] for name in changed if name in side} for side in (before, after))
        record(actor, action, subject, before=next(sides), after=next(sides))
    return bool(changed)


def is_demo() -> bool:
    """Whether this database holds the demo city, without real people."""
    return db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == DEMO).limit(1)) is not None


def _entry(actor: Any, action: str, subject: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    doer = {"actor_id": actor.id if actor else None, "actor_name": actor.name if actor else "METEOR"}
    return {**doer, "action": action, "subject": subject, "detail": detail}
