"""Notices to the residents of an RT about messages of its leaders, and about the end of alarms.

Told are verified residents of the RT with an account, except the author; of notices, those who have not muted them.
Users are seen to in the order of their ids, WINDOW of them in a step. `told_up_to` is written with the step's notices,
so the telling may be killed at any moment. That an alarm is over is told to those who were told of it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from meteor.accounts.models import User
from meteor.broadcasts.models import ALARM, RtMessage, RtNoticesMuted
from meteor.notices import audiences
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.residents.models import Household, Resident
from meteor.store.database import db, execute

WINDOW = 100
"""Number of users in a step: it takes a few milliseconds."""

LONGEST = 160
"""Limit of characters of a text in a notice: a phone shows no more."""

OVER_READ = timedelta(days=1)
"""Time after which nobody need read any more that an alarm is over."""

COMMAND_PAGE = "/rt-messages/alarms"

LIVES = Resident.verified_at.is_not(None), Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None)
"""Conditions: residents of whom the RT leader has confirmed that they live there."""


def told_key(message_id: UUID) -> str:
    """The beginning of the keys of notices of a message; the user's id follows."""
    return f"rt-message:{message_id}:"


def over_key(message_id: UUID) -> str:
    """The beginning of the keys of notices that an alarm is over."""
    return f"rt-message-over:{message_id}:"


def command_key(message_id: UUID) -> str:
    """The key of the notice of an alarm to the dispatchers."""
    return f"rt-alarm:{message_id}"


def page_of(message_id: UUID) -> str:
    return f"/rt-messages/{message_id}"


def tell_command(message: RtMessage) -> None:
    """Tell dispatchers quietly of an alarm: it may be an emergency that nobody has reported."""
    notices.tell(
        command_key(message.id), "rt_alarm_to_check", COMMAND_PAGE, role="dispatcher",
        rt=message.rt.label, text=_shown(message.text),
    )  # fmt: skip


def due(at: datetime) -> datetime | None:
    """The earliest moment at which a message, or its end, has to be told; None if there is none."""
    moments = db.session.scalar(_UNTOLD), db.session.scalar(_UNTOLD_ENDS)
    return min((moment for moment in moments if moment), default=None)


def tell_next(at: datetime) -> bool:
    """Tell WINDOW users of the next message or end, alarms first; True if there may be more to do."""
    waits = select(RtMessage).where(RtMessage.told_at.is_(None))
    message = db.session.scalar(waits.order_by(RtMessage.kind != ALARM, RtMessage.sent_at).limit(1))
    if message is not None:
        _tell(message, at)
        return True
    ended = select(RtMessage).where(RtMessage.ended_at.is_not(None), RtMessage.over_told_at.is_(None))
    over = db.session.scalar(ended.order_by(RtMessage.ended_at).limit(1))
    if over is not None:
        _tell_end(over, at)
    return over is not None


def settle(at: datetime) -> bool:
    """Acknowledge the notices of one message that has expired, and OVER_READ after they were told those of an end.

    True if there may be more.
    """
    ended = or_(RtMessage.ended_at.is_(None), RtMessage.over_told_at <= at - OVER_READ)
    over = select(RtMessage).where(RtMessage.settled_at.is_(None), RtMessage.until <= at, ended)
    message = db.session.scalar(over.order_by(RtMessage.until).limit(1))
    if message is not None:
        silence(message, at)
        notices.acknowledge_all(over_key(message.id), None, at)
        message.settled_at = at
    return message is not None


def next_settled(at: datetime) -> datetime | None:
    """The earliest moment at which a message may be settled; None if there is none."""
    return db.session.scalar(_UNSETTLED)


def silence(message: RtMessage, at: datetime) -> None:
    """Acknowledge the notices of a message that is over, so that they ring no more."""
    for beginning in (told_key(message.id), command_key(message.id)):
        notices.acknowledge_all(beginning, None, at)


def _tell(message: RtMessage, at: datetime) -> None:
    """Tell the next WINDOW users; nobody, once the message is over."""
    if not message.holds(at):
        message.told_at = at
        return
    values = {"rt": message.rt_id, "author": message.author_id, "after": message.told_up_to}
    last = execute(_LAST, **values).scalar()
    if last is None:
        message.told_at = at
        return
    key, url, details = told_key(message.id), page_of(message.id), _details(message, message.text)
    if message.is_alarm:
        audiences.tell_all(EVERYBODY, key, "rt_alarm", url, details, at, last=last, **values)
    else:
        audiences.tell_all(UNMUTED, key, "rt_notice", url, details, at, last=last, **values)
    message.told_up_to = last


def _tell_end(message: RtMessage, at: datetime) -> None:
    """Tell the next WINDOW of those who were told of an alarm that it is over; of a notice nobody."""
    told = told_key(message.id)
    values = {"first": told, "end": told + notices.LAST_CHARACTER, "after": message.over_told_up_to}
    last = execute(_LAST_TOLD, **values).scalar() if message.is_alarm else None
    if last is None:
        message.over_told_at = at
        return
    key, details = over_key(message.id), _details(message, message.all_clear or message.text)
    audiences.tell_all(TOLD, key, "rt_alarm_over", page_of(message.id), details, at, last=last, **values)
    message.over_told_up_to = last


def _details(message: RtMessage, text: str) -> dict[str, dict[str, str]]:
    """The values of a notice's sentence, by language. By its `number` the end replaces the alarm on a phone."""
    detail = {"rt": message.rt.label, "text": _shown(text), "number": str(message.id)}
    return {"id": detail, "en": detail}


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


_UNSETTLED = select(func.min(RtMessage.until)).where(RtMessage.settled_at.is_(None))
_UNTOLD = select(func.min(RtMessage.sent_at)).where(RtMessage.told_at.is_(None))
_UNTOLD_ENDS = select(func.min(RtMessage.ended_at)).where(
    RtMessage.ended_at.is_not(None), RtMessage.over_told_at.is_(None)
)
_residents = (
    select(User.id, User.language)
    .join(Resident, Resident.user_id == User.id)
    .join(Household, Household.id == Resident.household_id)
    .where(Household.rt_id == bindparam("rt"), *LIVES)
    .where(User.active, User.id != bindparam("author"), User.id > bindparam("after"))
)
_window = _residents.with_only_columns(User.id).order_by(User.id).limit(WINDOW).subquery()
_LAST = select(func.max(_window.c.id))
EVERYBODY = _residents.where(User.id <= bindparam("last"))
UNMUTED = EVERYBODY.where(~select(RtNoticesMuted).where(RtNoticesMuted.user_id == User.id).exists())
_told = (
    select(User.id, User.language)
    .join(Notice, Notice.user_id == User.id)
    .where(Notice.key >= bindparam("first"), Notice.key < bindparam("end"))
    .where(User.active, User.id > bindparam("after"))
)
_told_window = _told.with_only_columns(User.id).order_by(User.id).limit(WINDOW).subquery()
_LAST_TOLD = select(func.max(_told_window.c.id))
TOLD = _told.where(User.id <= bindparam("last"))
