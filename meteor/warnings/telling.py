"""Notices to residents about warnings for their kelurahan, and about the end of these.

Told are verified residents of a touched kelurahan, from the severity on that they wish (see wishes), and users who were
told of a warning that the message updates. What rings counts as extreme. A user who was told of such a warning, and
whose kelurahan the message does not touch, is told that it is over; so is everybody who was told of a warning that is
cancelled, or that was updated by a message which has expired before they were told of it. Exercises and tests tell
nobody. Users are seen to in the order of their ids, WINDOW of them in a step. `told_up_to` is written with the step's
notices, so the telling may be killed at any moment.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from meteor.accounts.models import User
from meteor.notices import audiences
from meteor.notices.models import Notice
from meteor.store.database import db, execute
from meteor.store.work import within_share
from meteor.warnings import labels, reading
from meteor.warnings.earthquake_messages import TSUNAMI
from meteor.warnings.models import HazardWarning
from meteor.warnings.recipients import LEFT, OVER, RUNG, RUNG_RT, TOLD, TOUCHED, TOUCHED_RT

WINDOW = 250
"""Number of ids of users that a step goes on: it takes about 10 ms."""

LATE = timedelta(days=2)
"""Age of a message after which its end of a warning is not told."""

AT_ONCE = 500
"""Notices that are acknowledged in one transaction: a press may be waiting for the right to write."""

Details = dict[str, dict[str, str]]


def due(at: datetime) -> datetime | None:
    """The earliest moment at which a message has to be told; None if no message waits."""
    moments = [execute(_FIRST_END, at=at, late=at - LATE).scalar(), execute(_FIRST_BEGINNING, at=at).scalar()]
    return min((moment for moment in moments if moment), default=None)


def tell_next(at: datetime) -> bool:
    """Tell of the next message for a job's share of time; True if there may be more to do."""
    message = _next(at)
    if message is None:
        return False
    earlier = [each.id for each in reading.earlier(message)]
    last, details = db.session.scalar(select(func.max(User.id))) or 0, _details(message, earlier, at)
    for after in within_share(range(message.told_up_to, last, WINDOW)):
        _step(message, earlier, after, details, at)
    if message.told_up_to >= last:
        message.told_at = at
    return True


def settle(at: datetime) -> bool:
    """Acknowledge notices of warnings that have expired, AT_ONCE at most; True if there may be more."""
    told = Notice.key >= f"{TOLD}:", Notice.key < f"{TOLD};"
    stands = Notice.role.is_(None), Notice.acknowledged_at.is_(None), *told
    pages = {
        int(url.rpartition("/")[2]): url for url in db.session.scalars(select(Notice.url).where(*stands).distinct())
    }
    held = select(HazardWarning.id).where(HazardWarning.id.in_(pages), HazardWarning.expires > at)
    over = [pages[warning_id] for warning_id in pages.keys() - set(db.session.scalars(held))]
    ids = db.session.scalars(select(Notice.id).where(*stands, Notice.url.in_(over)).limit(AT_ONCE)).all()
    db.session.execute(update(Notice).where(Notice.id.in_(ids)).values(acknowledged_at=at))
    return len(ids) == AT_ONCE


def _rings(message: HazardWarning) -> bool:
    """Return whether a warning rings: an extreme one, and that of a tsunami from Siaga (Severe) on.

    BMKG has people evacuate at Siaga as at Awas: Pedoman Pelayanan Peringatan Dini Tsunami InaTEWS, 2012.
    """
    events = (text.get("event", "").lower() for text in message.texts.values())
    is_tsunami = message.parameters.get("hazard") == TSUNAMI or any(TSUNAMI in event for event in events)
    return message.severity == "Extreme" or (message.severity == "Severe" and is_tsunami)


def _next(at: datetime) -> HazardWarning | None:
    """The most severe warning that holds and waits, else the oldest message that ends one."""
    waits = select(HazardWarning).where(*_waits(at), at >= reading.BEGINS)
    for warning in reading.by_severity(db.session.scalars(waits)):
        return warning
    ends = select(HazardWarning).where(*_cancels(at, at - LATE))
    return db.session.scalar(ends.order_by(HazardWarning.sent).limit(1))


def _waits(at: Any) -> Iterator[ColumnElement[bool]]:
    """Conditions: a warning waits that touches the city, or an update that has left it."""
    yield from reading.may_hold(at)
    yield HazardWarning.told_at.is_(None)
    yield or_(HazardWarning.touched.any(), _replaces())


def _replaces() -> ColumnElement[bool]:
    old = aliased(HazardWarning)
    return select(old.id).where(old.ended_by_id == HazardWarning.id).correlate_except(old).exists()


def _cancels(at: Any, late: Any) -> Iterator[ColumnElement[bool]]:
    """Conditions: a cancellation waits, or an update that expired before all were told: not before `late`."""
    over = HazardWarning.expires <= at, HazardWarning.ended_at.is_(None), _replaces()
    yield HazardWarning.sent > late
    yield or_(HazardWarning.message_type == "Cancel", and_(HazardWarning.message_type == "Update", *over))
    yield HazardWarning.status == "Actual"
    yield HazardWarning.told_at.is_(None)


def _step(message: HazardWarning, earlier: Sequence[int], after: int, details: Details, at: datetime) -> None:
    """Tell the WINDOW of users after the id `after`, and end their older notices.

    `earlier` are the ids of all messages that this one took the place of.
    """
    window = {"after": after, "last": after + WINDOW, "message": message.id}
    url = f"/warnings/{message.id}"
    if message.message_type != "Cancel" and message.expires > at:
        rings = _rings(message)
        rank = reading.rank("Extreme" if rings else message.severity)
        key, values = f"{TOLD}:{message.id}:", window | {"rank": rank}
        if rings and earlier:  # a revision does not alarm again those who know
            if message.touched_rts:
                audiences.tell_all(RUNG_RT, key, "warning_rt", url, details, at, **values)
            audiences.tell_all(RUNG, key, "warning", url, details, at, **values)
        if message.touched_rts:
            audiences.tell_all(
                TOUCHED_RT, key, "warning_extreme_rt" if rings else "warning_rt", url, details, at, **values
            )  # fmt: skip
        audiences.tell_all(TOUCHED, key, "warning_extreme" if rings else "warning", url, details, at, **values)
    for warning_id in earlier:
        keys = {"first": f"{TOLD}:{warning_id}:", "end": f"{TOLD}:{warning_id};"}
        execute(_END_NOTICES, after=after, last=after + WINDOW, at=at, **keys)
    audiences.tell_all(LEFT, f"{OVER}:{message.id}:", "warning_over", url, details, at, **window)
    message.told_up_to = after + WINDOW


def _details(message: HazardWarning, earlier: Sequence[int], at: datetime) -> Details:
    """The values of a notice, by language.

    On a phone a message replaces those of its `thread`: the chain of messages that it belongs to. It is pushed until
    it `expires`, an all-clear also later.
    """
    more = {"thread": f"warning:{min([message.id, *earlier])}"}
    if message.message_type != "Cancel" and message.expires > at:
        more["expires"] = message.expires.isoformat()
    details = {}
    for language in ("id", "en"):
        with force_locale(language):
            about = next(iter(reading.replaced_by(message)), message) if message.message_type == "Cancel" else message
            details[language] = {
                "level": str(labels.level(about.severity).word),
                "what": labels.hazard(about),
                "until": labels.moment(message.expires),
                **more,
            }
    return details


_FIRST_END = select(func.min(HazardWarning.received_at)).where(*_cancels(bindparam("at"), bindparam("late")))
_FIRST_BEGINNING = select(func.min(reading.BEGINS)).where(*_waits(bindparam("at")))
_END_NOTICES = (
    update(Notice)
    .where(Notice.user_id > bindparam("after"), Notice.user_id <= bindparam("last"))
    .where(Notice.key >= bindparam("first"), Notice.key < bindparam("end"), Notice.acknowledged_at.is_(None))
    .values(acknowledged_at=bindparam("at"))
)
