"""The audit log: who did or read what."""

from typing import Any

from sqlalchemy import insert

from meteor.store.database import db
from meteor.store.models import AuditEntry


def record(actor: Any, deed: str, subject: str, **detail: Any) -> None:
    """Append an entry. `actor` is a user (id, name) or None for METEOR itself; `subject` is "table:key"."""
    db.session.execute(
        insert(AuditEntry).values(
            actor_id=actor.id if actor else None, actor_name=actor.name if actor else "METEOR", deed=deed,
            subject=subject, detail=detail,
        )
    )  # fmt: skip
