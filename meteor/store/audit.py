"""The audit log: who did or read what."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, inspect, select

from meteor.store.database import db
from meteor.store.models import AuditEntry

DEMO = "demo_city_filled"
"""Action of the entry that marks a demo city."""


class Change(NamedTuple):
    """A change of a subject ("table:key"): its values before and after."""

    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


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
    return record_changes(actor, action, [Change(subject, before, after)]) == 1


def record_changes(actor: Any, action: str, changes: Iterable[Change]) -> int:
    """Append an entry for each of several changes, as record_change does, with one statement; how many differed."""
    entries = [_entry(actor, action, one.subject, sides) for one in changes if (sides := _sides(one))]
    if entries:
        db.session.execute(insert(AuditEntry), entries)
    return len(entries)


def keep(record: Any, word: str, before: Mapping[str, Any], values_of: Callable[[Any], Any], actor: Any) -> bool:
    """Write a record and append what changed: for the word "unit" as unit_changed, or as unit_added without `before`.

    `values_of` gives the record's values as `before` has them. False if there is no difference.
    """
    db.session.add(record)
    db.session.flush()
    action = f"{word}_changed" if before else f"{word}_added"
    subject = f"{record.__tablename__}:{inspect(record).identity[0]}"
    return record_change(actor, action, subject, before, values_of(record))


def save(record: Any, word: str, values: Mapping[str, Any], actor: Any) -> bool:
    """Give a record, or a new one, these values by attribute, and append what changed (see keep)."""

    def values_of(record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in values}

    before = values_of(record) if inspect(record).persistent else {}
    for name, value in values.items():
        setattr(record, name, value)
    return keep(record, word, before, values_of, actor)


def is_demo() -> bool:
    """Return whether this database holds the demo city, without real people."""
    return db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == DEMO).limit(1)) is not None


def _sides(change: Change) -> dict[str, Any]:
    """Both sides of a change, of each only the values that differ; empty if there is no difference."""
    before, after = change.before, change.after
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not changed:
        return {}
    before, after = ({name: side[name] for name in changed if name in side} for side in (before, after))
    return {"before": before, "after": after}


def _entry(actor: Any, action: str, subject: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    doer = {"actor_id": actor.id if actor else None, "actor_name": actor.name if actor else "METEOR"}
    return {**doer, "action": action, "subject": subject, "detail": detail}
