"""Telling people on their screens and devices, once, until they say that they know."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from meteor.accounts.models import User
from meteor.notices import vapid
from meteor.notices.models import Notice
from meteor.store import outbox
from meteor.store.database import db, execute, insert_once

PUSH = "push"
"""The outbox's topic of a notice that is to be pushed."""


def tell(key: str, kind: str, url: str, *, role: str | None = None, user_id: int | None = None, **detail: Any) -> None:
    """Raise an alarm for a role or a user, on their screens and, where push is on, on their devices.

    A `key` that was told before is not told again.
    """
    values = {"key": key, "kind": kind, "url": url, "role": role, "user_id": user_id, "detail": detail}
    new = execute(insert_once(Notice).returning(Notice.id), **values).scalar()
    if new and vapid.public_key():
        outbox.put(f"push:{new}", PUSH, notice_id=new)


def unacknowledged(user: User) -> Sequence[Notice]:
    """What `user` has not yet said to know, newest first; once, what one acknowledgement ends for several roles."""
    query = select(Notice).where(_for(user), Notice.acknowledged_at.is_(None)).order_by(Notice.id.desc()).limit(50)
    seen: dict[Any, Notice] = {}
    for notice in db.session.scalars(query):
        seen.setdefault(notice.detail.get("acknowledgement", notice.id), notice)
    return list(seen.values())


def recent(role: str, kinds: Collection[str], since: datetime, most: int = 10) -> Sequence[Notice]:
    """What a role was told of these kinds since a moment, newest first, also what somebody has said to know."""
    query = select(Notice).where(Notice.role == role, Notice.kind.in_(kinds), Notice.created_at >= since)
    return db.session.scalars(query.order_by(Notice.id.desc()).limit(most)).all()


def find(user: User, notice_id: int) -> Notice | None:
    """The notice, if it is for `user`."""
    return db.session.scalar(select(Notice).where(Notice.id == notice_id, _for(user)))


def known_by(notice: Notice) -> str:
    """The name of who has said that they know of a notice; METEOR where it settled it by itself."""
    db.session.refresh(notice)
    return db.session.scalar(select(User.name).where(User.id == notice.acknowledged_by_id)) or "METEOR"


def acknowledge(notice_id: int, user: User, at: datetime) -> bool:
    """Say that `user` knows. False if it was not theirs, or somebody said so before."""
    known = db.session.execute(
        update(Notice)
        .where(Notice.id == notice_id, _for(user), Notice.acknowledged_at.is_(None))
        .values(acknowledged_at=at, acknowledged_by_id=user.id)
    )
    return known.rowcount == 1  # type: ignore[attr-defined]


def settle(beginning: str, user: User | None, at: datetime) -> None:
    """Say for everybody that `user` (None: METEOR) has seen to whatever was told under keys with this beginning."""
    told = Notice.key.startswith(beginning, autoescape=True)
    db.session.execute(
        update(Notice)
        .where(told, Notice.acknowledged_at.is_(None))
        .values(acknowledged_at=at, acknowledged_by_id=user.id if user else None)
        .execution_options(synchronize_session=False)
    )


def _for(user: User) -> ColumnElement[bool]:
    return or_(Notice.user_id == user.id, Notice.role.in_(user.role_names))
