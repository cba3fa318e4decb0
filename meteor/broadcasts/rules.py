"""Send a message to an RT and end it; mute notices; forget old messages."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from meteor.accounts.models import User
from meteor.broadcasts import telling
from meteor.broadcasts.models import ALARM, RtMessage, RtNoticesMuted
from meteor.notices import rules as notices
from meteor.store import audit, quotas
from meteor.store.database import db, guarded_update, insert_once
from meteor.store.moments import WIB, midnight
from meteor.territory.models import Rt

NOTICES = quotas.Limit("rt_notices", 5, _l("notices to an RT"))
ALARMS = quotas.Limit("rt_alarms", 6, _l("alarms of an RT"))
"""Limits of one RT: of all its leaders together."""

ALARMS_IN_A_ROW, ROW = 3, timedelta(hours=1)
"""Limit of alarms of one RT within ROW: more would be taken for a joke."""

KEPT = timedelta(days=365)

AT_ONCE = 50
"""Messages that are deleted in one transaction."""


class TooMany(Exception):
    """The RT has sent as many messages of this kind as it may; `next_at` is when the next one is possible."""

    def __init__(self, next_at: datetime) -> None:
        super().__init__(next_at)
        self.next_at = next_at


class NotThisRt(Exception):
    """Another RT, or another user, has used the form's id."""


class AlreadyEnded(Exception):
    """The message has expired, or another leader has ended it."""


@dataclass(frozen=True)
class Draft:
    """A message as it was typed and previewed; it is current for `lasts`."""

    id: UUID
    kind: str
    text: str
    lasts: timedelta


def send(draft: Draft, rt: Rt, at: datetime, author: User) -> RtMessage:
    """Store a message, which the scheduler tells to the residents. Raises TooMany, NotThisRt.

    The same form is stored once. With another text, or as another kind, it is another message: its author went back.
    """
    known = db.session.get(RtMessage, draft.id)
    if known is not None:
        if (known.rt_id, known.author_id) != (rt.id, author.id):
            raise NotThisRt
        if (known.kind, known.text) == (draft.kind, draft.text):
            return known
        changed = replace(draft, id=uuid5(draft.id, f"{draft.kind}:{draft.text}"))
        return db.session.get(RtMessage, changed.id) or _store(changed, rt, at, author)
    return _store(draft, rt, at, author)


def next_possible(kind: str, rt: Rt, at: datetime) -> datetime:
    """The moment from which on the RT may send a message of this kind: `at`, or a later one."""
    limit = _limit(kind)
    if quotas.used(_owner(rt), limit, at) >= limit.most:
        return midnight(at.astimezone(WIB).date() + timedelta(days=1))
    if kind != ALARM:
        return at
    newest = select(RtMessage.sent_at).where(RtMessage.rt_id == rt.id, RtMessage.kind == ALARM)
    in_a_row = newest.where(RtMessage.sent_at > at - ROW).order_by(RtMessage.sent_at.desc())
    sent = db.session.scalars(in_a_row.limit(ALARMS_IN_A_ROW)).all()
    return sent[-1] + ROW if len(sent) == ALARMS_IN_A_ROW else at


def end(message: RtMessage, words: str, at: datetime, actor: User) -> None:
    """End a message; its notices ring no more, and those who were told of an alarm will be told that it is over.

    Raises AlreadyEnded.
    """
    holds = RtMessage.ended_at.is_(None), RtMessage.until > at
    ended = {"ended_at": at, "ended_by_id": actor.id, "all_clear": words}
    if not guarded_update(RtMessage, RtMessage.id == message.id, *holds, **ended):
        raise AlreadyEnded
    db.session.refresh(message)
    telling.silence(message, at)
    _record(actor, "ended", message)


def mutes(user: User) -> bool:
    """Return whether `user` is not told of notices of the RT."""
    return db.session.get(RtNoticesMuted, user.id) is not None


def set_muted(user: User, *, muted: bool) -> None:
    """Tell `user` of notices of the RT, or not; alarms are always told."""
    if muted:
        db.session.execute(insert_once(RtNoticesMuted).values(user_id=user.id))
    else:
        db.session.execute(delete(RtNoticesMuted).where(RtNoticesMuted.user_id == user.id))


def forget(at: datetime) -> bool:
    """Delete messages that were sent more than KEPT ago. True if there are more."""
    old = db.session.scalars(select(RtMessage.id).where(RtMessage.sent_at < at - KEPT).limit(AT_ONCE)).all()
    for message_id in old:
        notices.acknowledge_all(telling.over_key(message_id), None, at)
    db.session.execute(delete(RtMessage).where(RtMessage.id.in_(old)))
    return len(old) == AT_ONCE


def _store(draft: Draft, rt: Rt, at: datetime, author: User) -> RtMessage:
    _spend(draft.kind, rt, at)
    message = RtMessage(id=draft.id, rt=rt, kind=draft.kind, text=draft.text, author_id=author.id, sent_at=at,
                        until=at + draft.lasts)  # fmt: skip
    db.session.add(message)
    db.session.flush()
    _record(author, "sent", message)
    if message.is_alarm:
        telling.tell_command(message)
    return message


def _spend(kind: str, rt: Rt, at: datetime) -> None:
    possible = next_possible(kind, rt, at)
    if possible > at:
        raise TooMany(possible)
    quotas.spend(_owner(rt), _limit(kind), at)


def _limit(kind: str) -> quotas.Limit:
    return ALARMS if kind == ALARM else NOTICES


def _owner(rt: Rt) -> str:
    return f"rt:{rt.id}"


def _record(actor: User, what: str, message: RtMessage) -> None:
    """Audit without the text, which may name neighbours: the log outlives the message."""
    audit.record(actor, f"rt_{message.kind}_{what}", f"rt_messages:{message.id}", rt=message.rt.label)
