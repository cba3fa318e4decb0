"""Callouts of neighbours: one notice for each, until it is called off; then a neighbour may be called again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from meteor.neighbourhood.models import Callout
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db, execute, insert_once


@dataclass(frozen=True)
class Call:
    """The call of a neighbour to an alert or incident, whose id is in `to`.

    `since` is the moment at which the incident was reopened; None if it was not.
    """

    kind: str
    page: str
    to: dict[str, Any]
    since: datetime | None


def call_out(key: str, call: Call, user_id: int, at: datetime, **detail: Any) -> None:
    """Call a neighbour, unless the same notice is open. It replaces a calling off, and a notice of another kind.

    A notice from before the incident was reopened is replaced too, unless it was answered since.
    """
    stands = execute(_STANDS, key=key).first()
    if stands and stands.kind == call.kind and (call.since is None or stands.at >= call.since):
        return
    if stands:
        call_off(db.session.get_one(Notice, stands.id), at)
    notices.acknowledge_all(f"off:{key}:", None, at)
    told = notices.tell(key, call.kind, call.page, user_id=user_id, **detail)
    if told:
        execute(insert_once(Callout), notice_id=told, **call.to)


def call_off(notice: Notice, at: datetime, kind: str | None = None) -> None:
    """End the callout and its notice. The neighbour gets a notice of `kind`, if one is given."""
    key = notice.key
    notice.key = f"over:{notice.id}:{key}"
    db.session.execute(delete(Callout).where(Callout.notice_id == notice.id))
    notice.acknowledged_at = notice.acknowledged_at or at
    db.session.flush()
    if kind:
        notices.tell(f"off:{key}:{notice.id}", kind, notice.url, user_id=notice.user_id, **notice.detail)


_STANDS = (
    select(Notice.id, Notice.kind, func.coalesce(Callout.answered_at, Notice.created_at).label("at"))
    .outerjoin(Callout, Callout.notice_id == Notice.id)
    .where(Notice.key == bindparam("key"))
)
"""The open notice of a callout, with the moment of its answer, else of the call."""
