"""Officers who could take a shift that leave has freed, and the reason for each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from meteor.accounts.models import User
from meteor.agencies.models import Agency
from meteor.rosters.duties import Duty, done_since
from meteor.rosters.models import Leave, PlannedShift
from meteor.rosters.months import Month
from meteor.rosters.overview import officers_of
from meteor.rosters.rest import LONGEST, REST, Period, violations
from meteor.rosters.rules import Draft, OtherAgency, leave_of, plan
from meteor.rosters.strength import Gap
from meteor.store.database import db
from meteor.store.moments import midnight
from meteor.store.versions import version_of

MOST = 14
"""Highest number of freed shifts for which officers are proposed, the first ones."""

CANDIDATES = 5
"""Highest number of officers proposed for a shift."""

DAY = timedelta(days=1)


class AlreadyReplaced(Exception):
    """Somebody has been planned in this shift since the page was shown."""


@dataclass(frozen=True)
class Candidate:
    """An officer who may come: hours planned in the month of the shift, and the shortest rest before or after it.

    `rest` is None where no other shift lies within a day.
    """

    user_id: int
    name: str
    planned: timedelta
    rest: timedelta | None


@dataclass(frozen=True)
class Freed:
    """A shift that leave has cancelled. `since` are shifts of others that were planned in its place."""

    shift: PlannedShift
    since: Sequence[PlannedShift]
    candidates: Sequence[Candidate]

    @property
    def version(self) -> str:
        """It differs once somebody is planned in the shift, or cancelled."""
        return version_of({"since": [other.id for other in self.since]})


def draft_of(shift: PlannedShift) -> Draft:
    """The same shift for somebody else, at the same hours."""
    return Draft(shift.shift_type, shift.day, shift.unit, shift.post, instead_of=shift)


def freed_by(leave: Leave, at: datetime) -> list[Freed]:
    """The shifts that were cancelled as this leave was recorded and are not over, MOST at most, by start."""
    shifts = db.session.scalars(
        select(PlannedShift)
        .options(joinedload(PlannedShift.agency), joinedload(PlannedShift.unit))
        .where(
            PlannedShift.user_id == leave.user_id, PlannedShift.starts_at >= midnight(leave.first_day),
            PlannedShift.cancelled_at == leave.recorded_at, PlannedShift.ends_at > at,
        )
        .order_by(PlannedShift.starts_at)
        .limit(MOST)
    ).all()  # fmt: skip
    if not shifts:
        return []
    agency, days = shifts[0].agency, [draft_of(shift).period.day for shift in shifts]
    known = _Known(agency, days, at, without=leave.user_id)
    return [
        Freed(shift, _since(shift), known.candidates(draft_of(shift).period))
        for shift in shifts
        if shift.agency is agency
    ]


def for_gap(agency: Agency, gap: Gap, at: datetime) -> list[Candidate]:
    """The officers who could come in a gap of the plan, or in the first hours of a longer one."""
    period = Period(gap.starts_at, min(gap.ends_at, gap.starts_at + LONGEST))
    return _Known(agency, [period.day], at).candidates(period)


def replace(freed: Freed, user: User, at: datetime, actor: User, *, seen: str) -> PlannedShift:
    """Plan an officer in a freed shift. Raises AlreadyReplaced, NotPlannable, Over, OtherAgency.

    OtherAgency is also raised for a user who is disabled or no officer.
    """
    if seen != freed.version:
        raise AlreadyReplaced
    if user.id not in officers_of(freed.shift.agency):
        raise OtherAgency(user.name)
    return plan(freed.shift.agency, user, draft_of(freed.shift), at, actor)


def _since(shift: PlannedShift) -> Sequence[PlannedShift]:
    return db.session.scalars(
        select(PlannedShift)
        .options(joinedload(PlannedShift.user))
        .where(
            PlannedShift.replaces_id == shift.place_id, PlannedShift.cancelled_at.is_(None),
            PlannedShift.starts_at < shift.ends_at, PlannedShift.ends_at > shift.starts_at,
        )
        .order_by(PlannedShift.id)
    ).all()  # fmt: skip


class _Known:
    """The officers of an agency, but one, with their shifts, duty and leave around some days. Four statements."""

    def __init__(self, agency: Agency, days: Sequence[date], at: datetime, without: int | None = None) -> None:
        first, last = Month.of(min(days)), Month.of(max(days))
        self.officers = {key: name for key, name in officers_of(agency).items() if key != without}
        self.shifts = _periods(self.officers, first.starts_at - 2 * DAY, last.ends_at + 2 * DAY)
        self.done = done_since(midnight(min(days)) - DAY, self.officers, at)
        self.leave: dict[int, list[Leave]] = defaultdict(list)
        for leave in leave_of(self.officers, min(days), max(days)):
            self.leave[leave.user_id].append(leave)

    def candidates(self, period: Period) -> list[Candidate]:
        """Officers who could come then within every rule, fewest planned hours first; CANDIDATES at most."""
        found = []
        for user_id, name in self.officers.items():
            others, done = self.shifts.get(user_id, []), self.done.get(user_id, [])
            if not violations(name, period, others, self.leave.get(user_id, []), done):
                month = Month.of(period.day)
                hours = sum((one.ends_at - one.starts_at for one in others if Month.of(one.day) == month), timedelta())
                found.append(Candidate(user_id, name, hours, _rest(period, [*others, *done])))
        return sorted(found, key=lambda one: (one.planned, one.name, one.user_id))[:CANDIDATES]


def _periods(officers: Mapping[int, Any], start: datetime, end: datetime) -> Mapping[int, list[Period]]:
    rows = db.session.execute(
        select(PlannedShift.user_id, PlannedShift.starts_at, PlannedShift.ends_at).where(
            PlannedShift.user_id.in_(officers), PlannedShift.starts_at > start - LONGEST,
            PlannedShift.starts_at < end, PlannedShift.cancelled_at.is_(None),
        )
    )  # fmt: skip
    found: dict[int, list[Period]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append(Period(row.starts_at, row.ends_at))
    return found


def _rest(period: Period, others: Sequence[Period | Duty]) -> timedelta | None:
    rests = [max(period.starts_at - one.ends_at, one.starts_at - period.ends_at) for one in others]
    return min((rest for rest in rests if REST <= rest <= DAY), default=None)
