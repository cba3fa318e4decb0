"""Record and remove leave. Every change is in the audit log."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from meteor.accounts.models import User
from meteor.rosters import sick_calls
from meteor.rosters.models import Leave, PlannedShift
from meteor.rosters.rules import cancel, leave_of, shifts_of
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import WIB, midnight
from meteor.store.versions import version_of

LONGEST_LEAVE = timedelta(days=366)

KEPT = timedelta(days=365)
"""Age after which leave is deleted: it says who was ill."""

AT_ONCE = 500
"""Rows that are deleted in one transaction."""


class AlreadyOnLeave(Exception):
    """The officer has leave on some of these days: `leave`."""

    def __init__(self, leave: Leave) -> None:
        super().__init__(leave.id)
        self.leave = leave


class ShiftsPlanned(Exception):
    """The officer is planned on these days: `shifts`, which the planner must cancel too.

    `fingerprint` differs with the list: who accepts to cancel one list accepts no other.
    """

    def __init__(self, shifts: Sequence[PlannedShift]) -> None:
        super().__init__(len(shifts))
        self.shifts, self.fingerprint = shifts, fingerprint(shifts)


def record_leave(
    user: User, first: date, last: date, kind: str, note: str, at: datetime, actor: User, *, cancelling: str = ""
) -> Leave:
    """Record leave from `first` to `last` (WIB, both included).

    `cancelling` is the fingerprint of the shifts of these days that end with it. Shifts that have begun stay. Raises
    AlreadyOnLeave, ShiftsPlanned, ValueError for days that make no sense.
    """
    if not first <= last <= first + LONGEST_LEAVE:
        raise ValueError(first, last)
    for other in leave_of([user.id], first, last):
        raise AlreadyOnLeave(other)
    met = in_the_way(user.id, first, last, at)
    if met and cancelling != fingerprint(met):
        raise ShiftsPlanned(met)
    for shift in met:
        cancel(shift, at, actor)
    leave = Leave(
        user=user, first_day=first, last_day=last, kind=kind, note=note, recorded_by_id=actor.id, recorded_at=at
    )
    db.session.add(leave)
    db.session.flush()
    sick_calls.settle(leave, at)
    audit.record(actor, "leave_added", f"users:{user.id}", **_values(leave))
    return leave


def in_the_way(user_id: int, first: date, last: date, at: datetime) -> list[PlannedShift]:
    """The officer's planned shifts of these days (WIB, both included) that have not begun."""
    return [shift for shift in shifts_of([user_id], midnight(first), midnight(last + timedelta(days=1)))
            if shift.day >= first and shift.starts_at > at]  # fmt: skip


def still_planned(leave: Leave, at: datetime) -> Sequence[PlannedShift]:
    """The officer's shifts that reach into the leave and stay planned: the night before it, and one that runs."""
    end = midnight(leave.last_day + timedelta(days=1))
    return [shift for shift in shifts_of([leave.user_id], midnight(leave.first_day), end) if shift.ends_at > at]


def remove_leave(leave: Leave, actor: User) -> None:
    """Remove leave. Shifts that were cancelled for it stay cancelled."""
    audit.record(actor, "leave_removed", f"users:{leave.user_id}", **_values(leave))
    db.session.delete(leave)


def forget(at: datetime) -> bool:
    """Delete AT_ONCE rows of leave that ended longer ago than KEPT. True if more may be left."""
    old = select(Leave.id).where(Leave.last_day < (at - KEPT).astimezone(WIB).date()).limit(AT_ONCE)
    ids = db.session.scalars(old).all()
    if ids:
        db.session.execute(delete(Leave).where(Leave.id.in_(ids)))
    return len(ids) == AT_ONCE


def fingerprint(shifts: Sequence[PlannedShift]) -> str:
    """A text that differs with the list of shifts."""
    return version_of({"shifts": [(shift.id, shift.revision) for shift in shifts]})


def _values(leave: Leave) -> dict[str, str]:
    """The days as the audit log has them. Why somebody was absent is deleted with the leave."""
    return {"first_day": leave.first_day.isoformat(), "last_day": leave.last_day.isoformat()}
