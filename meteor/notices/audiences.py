"""Telling many users at once: one statement for their notices, one for what is pushed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Row, Select, String, bindparam, case, cast, literal, null, select

from meteor.notices import rules, vapid
from meteor.notices.models import Notice, PushSubscription
from meteor.store.database import db, insert_once
from meteor.store.models import OutboxItem


def key_of(beginning: str, user_id: Any) -> Any:
    """SQL: the key of the notice with this beginning to a user."""
    return literal(beginning) + cast(user_id, String)


def tell_all(
    audience: Select[Any], beginning: str, kind: str, url: str, details: Mapping[str, Mapping[str, Any]], at: datetime
) -> int:
    """Raise a notice for each user of `audience`, as rules.tell does for one; the number of new ones.

    `audience` selects `id` and `language` of users, `details` are by language. A user's notice has the key `beginning`
    with the user's id: told twice is told once.
    """
    users = audience.subquery()
    others = bindparam("detail_id", dict(details["id"]), JSON)
    detail = case((users.c.language == "en", bindparam("detail_en", dict(details["en"]), JSON)), else_=others)
    rows = select(
        key_of(beginning, users.c.id), null(), users.c.id, literal(kind), detail, literal(url),
        literal(at, Notice.created_at.type),
    )  # fmt: skip
    columns = ["key", "role", "user_id", "kind", "detail", "url", "created_at"]
    # SQLite takes a conflict's ON for that of a join, unless there is a WHERE.
    told = insert_once(Notice, Notice.id, Notice.user_id).from_select(columns, rows.where(users.c.id > 0))
    new = db.session.execute(told).all()
    if new and vapid.public_key():
        _push(new, rules.urgency(kind, ()), at)
    return len(new)


def _push(new: Sequence[Row[int, int]], urgency: int, at: datetime) -> None:
    """Leave an item for each of these notices whose user has a device with push."""
    ids = [row.user_id for row in new]
    reached = set(db.session.scalars(select(PushSubscription.user_id).where(PushSubscription.user_id.in_(ids))))
    items = [
        {"key": f"push:{row.id}", "topic": rules.PUSH, "urgency": urgency, "payload": {"notice_id": row.id}}
        for row in new
        if row.user_id in reached
    ]
    if items:
        db.session.execute(insert_once(OutboxItem), items)
