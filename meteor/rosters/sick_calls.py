"""An officer reports sick: the supervisors are told, and their notice leads to the leave form filled in.

It cancels no shift. The report stands until leave of these days is recorded or they are over; then it is deleted. The
notice and its address do not say why the officer cannot come, since others read the screens of supervisors.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from babel.dates import format_date
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.membership import agency_of
from meteor.agencies.models import Agency
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.rosters.models import Leave
from meteor.rosters.rules import leave_of
from meteor.store.database import db
from meteor.store.moments import WIB

KEYS = "sick-call:"
"""Beginning of the keys of these notices; the last day follows, then the officer."""

LONGEST = timedelta(days=14)
"""Limit of days that an officer can report; the planner records what a doctor says."""


def report(user: User, agency: Agency, first: date, last: date, at: datetime) -> bool:
    """Tell the supervisors that an officer is sick on these days (WIB, both included); it replaces an older report.

    Days at the beginning or the end that are recorded as leave are left out. False, and nothing is done, if all are.
    Raises ValueError for days that make no sense.
    """
    if not at.astimezone(WIB).date() <= first <= last or last - first > LONGEST:
        raise ValueError(first, last)
    days = _open_days(user.id, first, last)
    if not days:
        return False
    for notice in _of(user.id):
        db.session.delete(notice)
    db.session.flush()
    _tell(user, agency, days[0], days[-1])
    return True


def reports() -> Sequence[Notice]:
    """The reports of all agencies that still stand or were only acknowledged, by last day."""
    return _known()


def reported(user_id: int) -> Notice | None:
    """The report of an officer that still stands or was only acknowledged."""
    return next(iter(_of(user_id)), None)


def is_reported(user_id: int, day: date) -> bool:
    """Return whether the officer has reported sick for a day."""
    return any(notice.detail["first"] <= day.isoformat() <= notice.detail["last"] for notice in _of(user_id))


def settle(leave: Leave, at: datetime) -> None:
    """End the report of an officer for the days of a leave, and tell the supervisors of the days that are left."""
    for notice in _of(leave.user_id):
        first, last = (date.fromisoformat(notice.detail[name]) for name in ("first", "last"))
        if first <= leave.last_day and leave.first_day <= last:
            db.session.delete(notice)
            db.session.flush()
            days = _open_days(leave.user_id, max(first, at.astimezone(WIB).date()), last)
            agency = agency_of(leave.user)
            if days and agency:
                _tell(leave.user, agency, days[0], days[-1])


def end_over(at: datetime) -> None:
    """End reports whose days are over."""
    for notice in _known(f"{KEYS}{at.astimezone(WIB).date()}"):
        db.session.delete(notice)


def _tell(user: User, agency: Agency, first: date, last: date) -> None:
    form = {"agency": agency.code, "user": user.id, "day": first, "last": last}
    days = {language: _in_words(first, last, language) for language in ("id", "en")}
    notices.tell(
        f"{KEYS}{last}:{user.id}:", "sick_call", f"/rosters/leave/new?{urlencode(form)}", role="supervisor",
        name=user.name, agency=agency.name, days=days, first=first.isoformat(), last=last.isoformat(),
    )  # fmt: skip


def _in_words(first: date, last: date, language: str) -> str:
    """The days as 1 Des–3 Des: in numbers 01-12 could be the 12 January."""
    return "–".join(format_date(day, "d MMM", locale=language) for day in sorted({first, last}))


def _open_days(user_id: int, first: date, last: date) -> list[date]:
    """The days, from `first` to `last`, on which the officer has no leave."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    leave = leave_of([user_id], first, last)
    return [day for day in days if not any(one.first_day <= day <= one.last_day for one in leave)]


def _of(user_id: int) -> list[Notice]:
    return [notice for notice in _known() if notice.key.endswith(f":{user_id}:")]


def _known(before: str = KEYS + notices.LAST_CHARACTER) -> Sequence[Notice]:
    return db.session.scalars(select(Notice).where(Notice.key >= KEYS, Notice.key < before).order_by(Notice.key)).all()
