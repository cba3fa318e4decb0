"""Telling residents of warnings that touch their kelurahan, and that these do not hold any more.

Who is told: verified residents of a touched kelurahan, from the severity on that they wish (see wishes), and those who
were told of a warning that the message updates. Who was told of such a warning, and whose kelurahan the message does not
touch, is told that it is over for them; so is, of a cancellation, everybody who was told. Exercises and tests tell
nobody. Users are seen to in the order of their ids, WINDOW of them in a step. `told_up_to` is written with the step's
notices, so the telling may be killed at any moment.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import CTE, ColumnElement, Select, String, and_, cast, func, literal, or_, select, update
from sqlalchemy.orm import aliased

from meteor.accounts.models import User
from meteor.notices import audiences
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.store.work import within_share
from meteor.territory.models import Rt, Rw
from meteor.warnings import labels, reading
from meteor.warnings.models import HazardWarning, WarnedKelurahan, WarningWish
from meteor.warnings.wishes import is_wished

WINDOW = 250
"""Number of ids of users that a step goes on: it takes about 10 ms."""

LATE = timedelta(days=2)
"""After which nobody is told of a cancellation any more."""

SETTLED = timedelta(hours=3)
"""For which it is looked whether notices of a warning that has expired still stand."""

TOLD, OVER = "warning", "warning-over"
"""Beginnings of the keys of notices: of a warning, and that it is over."""


def due(at: datetime) -> datetime | None:
    """From which moment on there is somebody to tell; None without a message that waits."""
    holds_from = func.min(func.coalesce(HazardWarning.onset, HazardWarning.sent))
    cancelled = db.session.scalar(select(HazardWarning.received_at).where(*_cancels(at)).limit(1))
    moments = [cancelled, db.session.scalar(select(holds_from).where(*_waits(at)))]
    return min((moment for moment in moments if moment), default=None)


def tell(at: datetime) -> bool:
    """Tell of the oldest message that waits, for a job's share of time. Whether there may be more to do."""
    message = _next(at)
    if message is None:
        return False
    last = db.session.scalar(select(func.max(User.id))) or 0
    for after in within_share(range(message.told_up_to, last, WINDOW)):
        _step(message, after, at)
    if message.told_up_to >= last:
        message.told_at = at
    return True


def settle(at: datetime) -> None:
    """Acknowledge the notices of warnings that have expired: they would ring for what is over."""
    expired = HazardWarning.expires <= at, HazardWarning.expires > at - SETTLED, HazardWarning.ended_at.is_(None)
    for warning_id in db.session.scalars(select(HazardWarning.id).where(*expired)):
        notices.acknowledge_all(f"{TOLD}:{warning_id}:", None, at)


def _next(at: datetime) -> HazardWarning | None:
    """The most severe of the warnings that hold and wait, else a cancellation that waits."""
    waits = select(HazardWarning).where(*_waits(at), func.coalesce(HazardWarning.onset, HazardWarning.sent) <= at)
    for warning in reading.by_severity(db.session.scalars(waits)):
        return warning
    return db.session.scalar(select(HazardWarning).where(*_cancels(at)).order_by(HazardWarning.id).limit(1))


def _waits(at: datetime) -> Iterator[ColumnElement[bool]]:
    yield from reading.may_hold(at)
    yield HazardWarning.told_at.is_(None)


def _cancels(at: datetime) -> Iterator[ColumnElement[bool]]:
    yield HazardWarning.sent > at - LATE
    yield HazardWarning.message_type == "Cancel"
    yield HazardWarning.status == "Actual"
    yield HazardWarning.told_at.is_(None)


def _step(message: HazardWarning, after: int, at: datetime) -> None:
    """See to the users whose ids follow `after`."""
    window = User.id > after, User.id <= after + WINDOW
    replaced = _replaced(message)
    url = f"/warnings/{message.id}"
    if message.message_type != "Cancel":
        kind = "warning_extreme" if message.severity == "Extreme" else "warning"
        touched = _touched(message, replaced).where(*window)
        audiences.tell_all(touched, f"{TOLD}:{message.id}:", kind, url, _details(message), at)
    _end_notices(message, after, at)
    left = _users().where(*window, _was_told(replaced), ~_has(_key(TOLD, message.id)))
    audiences.tell_all(left, f"{OVER}:{message.id}:", reading.OVER, url, _details(message), at)
    message.told_up_to = after + WINDOW


def _end_notices(message: HazardWarning, after: int, at: datetime) -> None:
    """Acknowledge what the users of a step were told of the warnings that the message replaces."""
    for warning in reading.replaced_by(message):
        keys = Notice.key >= f"{TOLD}:{warning.id}:", Notice.key < f"{TOLD}:{warning.id};"
        theirs = Notice.user_id > after, Notice.user_id <= after + WINDOW, Notice.acknowledged_at.is_(None)
        ended = update(Notice).where(*theirs, *keys).values(acknowledged_at=at)
        db.session.execute(ended, execution_options={"synchronize_session": False})


def _users() -> Select[Any]:
    return select(User.id, User.language).where(User.active)


def _touched(message: HazardWarning, replaced: CTE) -> Select[Any]:
    """Verified residents of the message's kelurahan who wish it, or were told of what it replaces."""
    lives = Resident.verified_at.is_not(None), Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None)
    here = and_(WarnedKelurahan.kelurahan_id == Rw.kelurahan_id, WarnedKelurahan.warning_id == message.id)
    return (
        _users()
        .join(Resident, and_(Resident.user_id == User.id, *lives))
        .join(Household, Household.id == Resident.household_id)
        .join(Rt, Rt.id == Household.rt_id)
        .join(Rw, Rw.id == Rt.rw_id)
        .join(WarnedKelurahan, here)
        .outerjoin(WarningWish, WarningWish.user_id == User.id)
        .where(or_(is_wished(message.severity), _was_told(replaced)))
    )


def _replaced(message: HazardWarning) -> CTE:
    """What the message replaces, and what that had replaced if not all were told of it."""
    columns = HazardWarning.id, HazardWarning.ended_by_id, HazardWarning.told_at
    first = select(*columns).where(HazardWarning.ended_by_id == message.id).cte("replaced", recursive=True)
    before = aliased(HazardWarning)
    return first.union(
        select(before.id, before.ended_by_id, before.told_at)
        .join(first, before.ended_by_id == first.c.id)
        .where(first.c.told_at.is_(None))
    )


def _was_told(replaced: CTE) -> ColumnElement[bool]:
    """A user was told of a replaced warning, and not since that it is over."""
    told, over = _key(TOLD, replaced.c.id), _key(OVER, replaced.c.ended_by_id)
    return select(replaced.c.id).where(_has(told), ~_has(over)).correlate_except(replaced).exists()


def _key(beginning: str, warning_id: Any) -> ColumnElement[str]:
    number = cast(warning_id, String) if not isinstance(warning_id, int) else literal(str(warning_id))
    return literal(f"{beginning}:") + number + ":" + cast(User.id, String)


def _has(key: ColumnElement[str]) -> ColumnElement[bool]:
    notice = aliased(Notice)
    return select(notice.id).where(notice.key == key).correlate_except(notice).exists()


def _details(message: HazardWarning) -> dict[str, dict[str, str]]:
    """The values of a notice's sentence, by language."""
    details = {}
    for language in ("id", "en"):
        with force_locale(language):
            about = next(iter(reading.replaced_by(message)), message) if message.message_type == "Cancel" else message
            details[language] = {
                "level": str(labels.level(about.severity).word),
                "what": labels.hazard(about),
                "until": labels.moment(message.expires),
            }
    return details
