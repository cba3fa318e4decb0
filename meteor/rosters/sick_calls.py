"""An officer reports sick: the supervisors are told, and their notice leads to the leave form filled in.

It cancels no shift. The notice stands until leave of the officer is recorded or the days are over.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.models import Agency
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import WIB

KEYS = "sick-call:"
"""How the keys of these notices begin; the last day follows, then the officer."""

LONGEST = timedelta(days=14)
"""Most days that an officer can report; the planner records what a doctor says."""


def report(user: User, agency: Agency, first: date, last: date, at: datetime) -> None:
    """Tell the supervisors that an officer is sick on these days (WIB, both included); it replaces an older report.

    Raises ValueError for days that make no sense.
    """
    if not at.astimezone(WIB).date() <= first <= last or last - first > LONGEST:
        raise ValueError(first, last)
    settle(user.id, at)
    form = {"agency": agency.code, "user": user.id, "day": first, "last": last, "kind": "sick"}
    days = f"{first:%d-%m}" if first == last else f"{first:%d-%m}–{last:%d-%m}"
    notices.tell(
        f"{KEYS}{last}:{user.id}:", "sick_call", f"/rosters/leave/new?{urlencode(form)}", role="supervisor",
        name=user.name, agency=agency.name, days=days,
    )  # fmt: skip


def reported(user_id: int) -> Notice | None:
    """The report of an officer that still stands or was only acknowledged."""
    return next((notice for notice in _known() if notice.key.endswith(f":{user_id}:")), None)


def settle(user_id: int, at: datetime) -> None:
    """End the report of an officer."""
    for notice in _known():
        if notice.key.endswith(f":{user_id}:"):
            _end(notice, at)


def end_over(at: datetime) -> None:
    """End reports whose days are over."""
    for notice in _known(f"{KEYS}{at.astimezone(WIB).date()}"):
        _end(notice, at)


def _known(before: str = KEYS + notices.LAST_CHARACTER) -> Sequence[Notice]:
    return db.session.scalars(select(Notice).where(Notice.key >= KEYS, Notice.key < before)).all()


def _end(notice: Notice, at: datetime) -> None:
    notices.acknowledge_all(notice.key, None, at)
    notices.file(notice.id)
    db.session.expire(notice)
