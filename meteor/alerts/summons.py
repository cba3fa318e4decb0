"""A summons calls one neighbour, once; it stands until it is taken back, and then they may be called anew."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db


def send(key: str, kind: str, page: str, user_id: int, at: datetime, **detail: Any) -> None:
    """Call somebody, unless the same summons stands. One of another kind is taken back for it, as is a calling off."""
    stands = db.session.scalar(select(Notice).where(Notice.key == key))
    if stands and stands.kind == kind:
        return
    if stands:
        take_back(stands, at)
    notices.settle(f"off:{key}:", None, at)
    notices.tell(key, kind, page, user_id=user_id, **detail)


def standing(kinds: Collection[str], since: datetime) -> Sequence[Notice]:
    """The summonses of these kinds that stand, of those that were sent since a moment."""
    sent = select(Notice).where(Notice.kind.in_(kinds), Notice.created_at >= since)
    return db.session.scalars(sent.where(~Notice.key.startswith("over:"))).all()


def take_back(summons: Notice, at: datetime, kind: str | None = None) -> None:
    """It stands no more, and rings no more. A `kind` of notice tells who was called."""
    key = summons.key
    summons.key = f"over:{summons.id}:{key}"
    summons.acknowledged_at = summons.acknowledged_at or at
    db.session.flush()
    if kind:
        notices.tell(f"off:{key}:{summons.id}", kind, summons.url, user_id=summons.user_id, **summons.detail)
