"""Messages that a user may read, and how far a message has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from meteor.accounts.models import User, UserSession
from meteor.broadcasts.models import ALARM, RtMessage
from meteor.broadcasts.telling import LIVES, over_key, told_key
from meteor.notices.models import Notice, PushSubscription
from meteor.notices.rules import LAST_CHARACTER
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db, execute
from meteor.store.versions import version_of
from meteor.territory.models import Rt

SHOWN = timedelta(days=30)
"""Age of the oldest messages on a resident's page."""

LATEST = timedelta(days=1)
"""Age of the oldest alarms that the command centre reads."""

MOST = 200


class Reach(NamedTuple):
    """Numbers of users who were told of a message, to whose phones it was pushed, and who acknowledged it."""

    told: int
    pushed: int
    opened: int


class Residents(NamedTuple):
    """Numbers of verified residents of an RT with an account, of these with push, and without an account."""

    with_account: int
    with_push: int
    without: int


def rts_of(user: User) -> frozenset[int]:
    """Ids of the RT whose messages `user` reads: where the user verifiably lives, and the one that the user leads."""
    return frozenset(execute(_LIVED_IN, user=user.id).scalars()) | frozenset(execute(_LED, user=user.id).scalars())


def messages(user: User, at: datetime) -> Sequence[RtMessage]:
    """Messages of the last SHOWN to the user's RT, newest first, MOST at most."""
    mine = select(RtMessage).where(RtMessage.rt_id.in_(rts_of(user)), RtMessage.sent_at > at - SHOWN)
    return db.session.scalars(_newest(mine)).all()


def current(user: User, at: datetime) -> RtMessage | None:
    """The most important message that holds for the user: the newest alarm, else the newest notice."""
    holds = RtMessage.ended_at.is_(None), RtMessage.until > at, RtMessage.sent_at > at - SHOWN
    mine = select(RtMessage).where(RtMessage.rt_id.in_(union_all(_LIVED_IN, _LED)), *holds)
    newest = mine.order_by(RtMessage.kind != ALARM, RtMessage.sent_at.desc()).limit(1)
    return db.session.scalar(newest, {"user": user.id})


def alarm_of(user_id: int, at: datetime) -> UUID | None:
    """The id of the newest alarm that holds where a user lives, or that they lead."""
    return execute(_ALARM_OF, user=user_id, at=at, since=at - SHOWN).scalar()


def find(user: User, message_id: UUID) -> RtMessage | None:
    """The message, if it is to an RT of the user."""
    message = db.session.get(RtMessage, message_id, populate_existing=True)
    return message if message is not None and message.rt_id in rts_of(user) else None


def alarms(at: datetime) -> Sequence[RtMessage]:
    """Alarms of all RT of the last LATEST, newest first, MOST at most."""
    latest = select(RtMessage).where(RtMessage.kind == ALARM, RtMessage.sent_at > at - LATEST)
    return db.session.scalars(_newest(latest)).all()


def alarms_version(at: datetime) -> str:
    """Changes with the alarms of the last LATEST: when one is sent, ended or expires, or is too old to be shown."""
    rows = execute(_ALARMS, since=at - LATEST).all()
    return version_of({str(row.id): (row.ended_at is not None, row.until <= at) for row in rows})


def notice_of(message: RtMessage, user: User) -> Notice | None:
    """The notice of the message, or of its end, to `user` that is not acknowledged."""
    keys = [f"{beginning(message.id)}{user.id}" for beginning in (told_key, over_key)]
    mine = select(Notice).where(Notice.key.in_(keys), Notice.acknowledged_at.is_(None))
    return db.session.scalar(mine.limit(1))


def reach(message: RtMessage) -> Reach:
    """Numbers of users who were told of the message, to whose phones it was pushed, and who acknowledged it."""
    first = told_key(message.id)
    row = execute(_REACH, first=first, end=first + LAST_CHARACTER).one()
    return Reach(row.told, row.pushed, row.opened)


def residents(rt: Rt, author_id: int) -> Residents:
    """Numbers of verified residents of the RT with an account, with push, and without an account.

    The author of a message is not counted.
    """
    row = execute(_RESIDENTS, rt=rt.id, author=author_id).one()
    return Residents(row.everybody - row.without, row.with_push, row.without)


def _newest(messages: Select[RtMessage]) -> Select[RtMessage]:
    return messages.options(joinedload(RtMessage.author)).order_by(RtMessage.sent_at.desc()).limit(MOST)


_living = select(Household.rt_id).join(Resident, Resident.household_id == Household.id).where(*LIVES)
_LIVED_IN = _living.where(Resident.user_id == bindparam("user"))
_LED = select(Leadership.rt_id).where(Leadership.user_id == bindparam("user"))
_ALARM_OF = (
    select(RtMessage.id)
    .where(RtMessage.rt_id.in_(union_all(_LIVED_IN, _LED)), RtMessage.kind == ALARM, RtMessage.ended_at.is_(None))
    .where(RtMessage.until > bindparam("at"), RtMessage.sent_at > bindparam("since"))
    .order_by(RtMessage.sent_at.desc())
    .limit(1)
)
_REACH = select(
    func.count().label("told"),
    func.count(case((Notice.pushed > 0, 1))).label("pushed"),
    func.count(Notice.acknowledged_by_id).label("opened"),
).where(Notice.key >= bindparam("first"), Notice.key < bindparam("end"))
_without = func.count() - func.count(Resident.user_id)
_rings = (
    select(PushSubscription.id)
    .join(UserSession, UserSession.id == PushSubscription.session_id)
    .where(PushSubscription.user_id == Resident.user_id, UserSession.ended_at.is_(None))
    .exists()
)
_RESIDENTS = _living.with_only_columns(
    func.count().label("everybody"), _without.label("without"), func.count(case((_rings, 1))).label("with_push")
).where(Household.rt_id == bindparam("rt"), or_(Resident.user_id.is_(None), Resident.user_id != bindparam("author")))
_ALARMS = (
    select(RtMessage.id, RtMessage.ended_at, RtMessage.until)
    .where(RtMessage.kind == ALARM, RtMessage.sent_at > bindparam("since"))
    .order_by(RtMessage.sent_at.desc())
    .limit(MOST)
)
