"""Roster as an officer sees it: the own shifts of two months, and the hours planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from meteor.agencies.models import Shift
from meteor.rosters.duties import BREAK
from meteor.rosters.models import Leave, PlannedShift
from meteor.rosters.months import Month
from meteor.rosters.rest import REST
from meteor.rosters.rules import leave_of, shifts_of
from meteor.store.database import db
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


@dataclass(frozen=True)
class RestAhead:
    """The rest before the next planned shift: from the end of duty, by the roster or in fact, whichever is later.

    `from_now` says that the officer is on duty and could rest from now on.
    """

    shift: PlannedShift
    rest: timedelta
    from_now: bool

    @property
    def too_little(self) -> bool:
        """Return whether the rest is shorter than REST."""
        return self.rest < REST


def own_months(user_id: int, at: datetime) -> list[OwnMonth]:
    """The present month (WIB) and the next."""
    this = Month.of(at.astimezone(WIB).date())
    return [_own_month(user_id, month, at) for month in (this, this.following)]


def running_or_next(user_id: int, at: datetime) -> PlannedShift | None:
    """The officer's shift that runs by the roster, also one that began in the month before, else the next one."""
    return next(iter(_from_now_on(user_id, at)), None)


def rest_ahead(user_id: int, at: datetime) -> RestAhead | None:
    """The rest before the next shift; None without one, or for an officer who was never on duty."""
    last = select(Shift).where(Shift.user_id == user_id).order_by(Shift.started_at.desc()).limit(1)
    done = db.session.scalar(last)
    ends = [done.ended_at or at] if done else []
    for shift in _from_now_on(user_id, at):
        if shift.starts_at > at and not (ends and _goes_on(shift, max(ends), at)):
            return _rest(shift, max(ends), at) if ends else None
        ends.append(shift.ends_at)
    return None


def _goes_on(shift: PlannedShift, since: datetime, at: datetime) -> bool:
    """Return whether the shift belongs to the running duty, as where a crew takes over a few minutes early."""
    return since == at and shift.starts_at - at < BREAK


def _rest(shift: PlannedShift, since: datetime, at: datetime) -> RestAhead:
    return RestAhead(shift, max(shift.starts_at - since, timedelta()), from_now=since == at)


def _from_now_on(user_id: int, at: datetime) -> Sequence[PlannedShift]:
    """The shifts that are not over, until the end of the next month."""
    return shifts_of([user_id], at, Month.of(at.astimezone(WIB).date()).following.ends_at)


def _own_month(user_id: int, month: Month, at: datetime) -> OwnMonth:
    shifts = [one for one in shifts_of([user_id], month.starts_at, month.ends_at) if Month.of(one.day) == month]
    return OwnMonth(
        month,
        [one for one in shifts if one.ends_at <= at],
        [one for one in shifts if one.ends_at > at],
        leave_of([user_id], month.first, month.last),
    )
