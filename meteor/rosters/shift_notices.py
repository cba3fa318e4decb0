"""Notices to an officer of a shift that was planned, changed or cancelled by somebody else.

A shift has one notice that stands: the newest. Its key begins with the shift's end, by which it is found afterwards.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.rosters.labels import day_and_time, in_both, time_of_day
from meteor.rosters.models import PlannedShift
from meteor.rosters.rest import LONGEST, Period
from meteor.store.database import db

AHEAD = timedelta(days=7)
"""Time before its start from which an officer is told of a shift."""

SOON = timedelta(hours=24)
"""Time before its start from which the notice rings."""

KEYS = "planned-shift:"
"""Beginning of the keys of these notices, and of those of swaps."""

PAGE = "/rosters/own"

AT_ONCE = 200
"""Notices that are ended in one transaction."""


def tell(shift: PlannedShift, change: str, at: datetime, actor: User, before: Period | None = None) -> None:
    """Tell the officer of a shift: `change` is "planned", "changed" (from `before`) or "cancelled".

    The notice replaces an older one of this shift, and those of cancelled shifts in whose hours the officer works after
    all. An officer who did it is not told, nor of a shift that starts later than AHEAD or is over.
    """
    known = before or Period(shift.starts_at, shift.ends_at)
    _end(_key(shift.id, known.ends_at), at)
    if change != "cancelled":
        for other in _cancelled_then(shift):
            _end(key_of(other), at)
    starts_at = min(known.starts_at, shift.starts_at)
    if actor.id == shift.user_id or starts_at > at + AHEAD or max(known.ends_at, shift.ends_at) <= at:
        return
    kind = f"shift_{change}_soon" if starts_at <= at + SOON else f"shift_{change}"
    notices.tell(
        key_of(shift), kind, PAGE, user_id=shift.user_id, shift=words(shift),
        before=in_both(partial(day_and_time, known.starts_at)),
    )  # fmt: skip


def end_over(at: datetime) -> bool:
    """End notices of shifts that are over. True if more may be left."""
    over = select(Notice.key).where(Notice.key >= KEYS, Notice.key < _key(0, at)).limit(AT_ONCE)
    keys = db.session.scalars(over).all()
    for key in keys:
        _end(key, at)
    return len(keys) == AT_ONCE


def key_of(shift: PlannedShift) -> str:
    """The key of the notice of a shift. What ends this notice ends every notice whose key begins so."""
    return _key(shift.id, shift.ends_at)


def words(shift: PlannedShift) -> dict[str, str]:
    """The type, times (WIB), unit and post of a shift, by language: Malam, 1 Des 23.00–07.00 · TRAIL-01."""

    def said(language: str) -> str:
        hours = f"{day_and_time(shift.starts_at, language)}–{time_of_day(shift.ends_at, language)}"
        where = (shift.unit.call_sign if shift.unit else "", shift.post)
        return " · ".join(filter(None, (f"{shift.shift_type.name}, {hours}", *where)))

    return in_both(said)


def _cancelled_then(shift: PlannedShift) -> Sequence[PlannedShift]:
    return db.session.scalars(
        select(PlannedShift).where(
            PlannedShift.user_id == shift.user_id, PlannedShift.starts_at > shift.starts_at - LONGEST,
            PlannedShift.starts_at < shift.ends_at, PlannedShift.ends_at > shift.starts_at,
            PlannedShift.cancelled_at.is_not(None),
        )
    ).all()  # fmt: skip


def _end(key: str, at: datetime) -> None:
    notices.acknowledge_all(key, None, at)
    notice_id = db.session.scalar(select(Notice.id).where(Notice.key == key))
    if notice_id is not None:
        notices.file(notice_id)


def _key(shift_id: int, ends_at: datetime) -> str:
    return f"{KEYS}{ends_at.astimezone(UTC):%Y%m%d%H%M}:{shift_id}:"
