"""A summons calls one neighbour, once; it stands until it is taken back, and then they may be called anew."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from meteor.alerts.models import Callout
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db, execute, insert_once


def send(key: str, kind: str, page: str, user_id: int, at: datetime, to: dict[str, Any], **detail: Any) -> None:
    """Call somebody, unless the same summons stands. One of another kind is taken back for it, as is a calling off.

    `to` is the alert_id or incident_id that they are called to.
    """
    stands = execute(_STANDS, key=key).first()
    if stands and stands.kind == kind:
        return
    if stands:
        take_back(db.session.get_one(Notice, stands.id), at)
    notices.acknowledge_all(f"off:{key}:", None, at)
    told = notices.tell(key, kind, page, user_id=user_id, **detail)
    if told:
        execute(insert_once(Callout), notice_id=told, **to)


def take_back(summons: Notice, at: datetime, kind: str | None = None) -> None:
    """It stands no more, and rings no more. A `kind` of notice tells who was called."""
    key = summons.key
    summons.key = f"over:{summons.id}:{key}"
    db.session.execute(delete(Callout).where(Callout.notice_id == summons.id))
    summons.acknowledged_at = summons.acknowledged_at or at
    db.session.flush()
    if kind:
        notices.tell(f"off:{key}:{summons.id}", kind, summons.url, user_id=summons.user_id, **summons.detail)


_STANDS = select(Notice.id, Notice.kind).where(Notice.key == bindparam("key"))
