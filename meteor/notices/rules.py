"""Telling people on their screens and devices, once, until they say that they know."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    bindparam,
    cast,
    or_,
    select,
    update,
)

from meteor.accounts.models import User
from meteor.notices import labels, unread, vapid
from meteor.notices.models import Notice
from meteor.store import outbox
from meteor.store.database import db, execute, guarded_update, insert_once

PUSH = "push"
"""The outbox's topic of a notice that is to be pushed."""

LAST_CHARACTER = "\U0010ffff"

_ACKNOWLEDGE_ALL = (
    update(Notice)
    .where(Notice.key >= bindparam("first"), Notice.key < bindparam("end"), Notice.acknowledged_at.is_(None))
    .values(acknowledged_at=bindparam("at"), acknowledged_by_id=bindparam("by"))
)
_ACKNOWLEDGED = select(Notice.id).where(Notice.key == bindparam("key"), Notice.acknowledged_at.is_not(None))
_RINGING = select(Notice.kind, Notice.detail).where(Notice.key == bindparam("key"), Notice.acknowledged_at.is_(None))
_UNOPENED = select(Notice.id).where(Notice.key == bindparam("key"), Notice.opened_at.is_(None))


def tell(key: str, kind: str, url: str, *, role: str | None = None, user_id: int | None = None, **detail: Any) -> Any:
    """Raise an alarm for a role or a user, on their screens and, where push is on, on their devices; its id.

    A `key` that was told before is not told again: None.
    """
    values = {"key": key, "kind": kind, "url": url, "role": role, "user_id": user_id, "detail": detail}
    new = execute(insert_once(Notice, Notice.id), **values).scalar()
    if new and vapid.public_key():
        outbox.put(f"push:{new}", PUSH, urgency=urgency(kind, detail), notice_id=new)
    return new


def tell_anew(key: str, kind: str, url: str, **to: Any) -> Any:
    """The same; a notice of this key that was acknowledged rings again. One that still rings stays as it is: None."""
    if (acknowledged := execute(_ACKNOWLEDGED, key=key).scalar()) is not None:
        file(acknowledged)
    return tell(key, kind, url, **to)


def ringing(key: str) -> Row[Any] | None:
    """Return kind and detail of the notice with this key; None where there is none or it was acknowledged."""
    return execute(_RINGING, key=key).first()


def correct(key: str, kind: str, **detail: Any) -> None:
    """Replace kind and detail of a notice; open screens show the new sentence.

    It does not ring or go to devices again.
    """
    known = update(Notice).where(Notice.key == key)
    new = known.values(kind=kind, detail=detail, revision=Notice.revision + 1)
    db.session.execute(new, execution_options={"synchronize_session": False})


def urgency(kind: str, detail: Collection[str]) -> int:
    """Order of notices: alarms to acknowledge, then ringing ones, then quiet ones."""
    if kind in labels.QUIET:
        return outbox.QUIET
    return outbox.AT_ONCE if "acknowledgement" in detail else outbox.RINGING


def recent(role: str, kinds: Collection[str], since: datetime, most: int = 10) -> Sequence[Notice]:
    """Notices of these kinds to a role since a moment, newest first, with acknowledged ones."""
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
    """Acknowledge the notice for `user`. False if it is not the user's, or was acknowledged before."""
    return guarded_update(
        Notice,
        Notice.id == notice_id,
        _for(user),
        Notice.acknowledged_at.is_(None),
        acknowledged_at=at,
        acknowledged_by_id=user.id,
    )


def opened(key: str, at: datetime) -> bool:
    """Note that the page of the notice with this key was shown to its user. False if that is known already."""
    return guarded_update(Notice, Notice.key == key, Notice.opened_at.is_(None), opened_at=at)


def is_unopened(key: str) -> bool:
    """Return whether a notice with this key has a page that its user was not shown yet."""
    return execute(_UNOPENED, key=key).first() is not None


def acknowledge_shown(user: User, shown: Collection[int], at: datetime) -> None:
    """Acknowledge for `user` the notices with these ids, as many as a screen shows, which are the user's.

    An alarm that somebody has to see to stays: to know of it is not enough.
    """
    theirs = Notice.id.in_(shown), _for(user), Notice.acknowledged_at.is_(None), unread.SEES_TO.is_(None)
    db.session.execute(
        update(Notice).where(*theirs).values(acknowledged_at=at, acknowledged_by_id=user.id),
        execution_options={"synchronize_session": False},
    )


def acknowledge_all(beginning: str, user: User | None, at: datetime) -> None:
    """Acknowledge all notices with this key prefix, by `user` (None: METEOR)."""
    # a range: neither database uses the index for LIKE
    keys = {"first": beginning, "end": beginning + LAST_CHARACTER}
    execute(_ACKNOWLEDGE_ALL, **keys, at=at, by=user.id if user else None)


def file(notice_id: int) -> None:
    """Free the key of an acknowledged notice, so that the same notice can be raised again."""
    told = update(Notice).where(Notice.id == notice_id)
    db.session.execute(
        told.values(key="over:" + cast(Notice.id, String) + ":" + Notice.key),
        execution_options={"synchronize_session": False},
    )


def _for(user: User) -> ColumnElement[bool]:
    return or_(Notice.user_id == user.id, Notice.role.in_(user.role_names))
