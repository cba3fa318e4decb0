"""The outbox: what is to be done after the commit, written down in the transaction that causes it."""

from typing import Any

from sqlalchemy import insert, select

from meteor.store.database import db
from meteor.store.models import OutboxItem


def put(key: str, topic: str, **payload: Any) -> None:
    """Leave something for the clock to do. A `key` that was put before is not put again."""
    if db.session.scalar(select(OutboxItem.id).where(OutboxItem.key == key)) is None:
        db.session.execute(insert(OutboxItem).values(key=key, topic=topic, payload=payload))
