"""Roster as an officer sees it: the own shifts of two months, and the hours planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from meteor.rosters.models import Leave, PlannedShift
from meteor.rosters.months import Month
from meteor.rosters.rules import leave_of, shifts_of
from meteor.store.moments import WIB

AHEAD = timedelta(days=14)
"""Time ahead in which an officer sees the shifts of a colleague, to exchange one."""


@dataclass(frozen=True)
class OwnMonth:
    """The shifts of an officer in a month: those that are over, and those that are not."""

    month: Month
    over: Sequence[PlannedShift]
    ahead: Sequence[PlannedShift]
    leave: Sequence[Leave]

    @property
    def planned(self) -> timedelta:
        """The time for which the officer is planned."""
        return sum((shift.ends_at - shift.starts_at for shift in [*self.over, *self.ahead]), timedelta())


def own_months(user_id: int, at: datetime) -> list[OwnMonth]:
    """The present month (WIB) and the next."""
    this = Month.of(at.astimezone(WIB).date())
    return [_own_month(user_id, month, at) for month in (this, this.following)]


def running_or_next(user_id: int, at: datetime) -> PlannedShift | None:
    """The officer's shift that runs by the roster, also one that began in the month before, else the next one."""
    until = Month.of(at.astimezone(WIB).date()).following.ends_at
    return next(iter(shifts_of([user_id], at, until)), None)


def _own_month(user_id: int, month: Month, at: datetime) -> OwnMonth:
    shifts = [one for one in shifts_of([user_id], month.starts_at, month.ends_at) if Month.of(one.day) == month]
    return OwnMonth(
        month,
        [one for one in shifts if one.ends_at <= at],
        [one for one in shifts if one.ends_at > at],
        leave_of([user_id], month.first, month.last),
    )
