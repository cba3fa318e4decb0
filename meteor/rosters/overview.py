"""The roster of an agency in a month: a row for each officer, a cell for each day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from meteor.accounts.models import User, UserRole
from meteor.agencies.models import Agency, Member, Unit
from meteor.rosters.duty_figures import DutyFigures, duty_figures
from meteor.rosters.models import Leave, PlannedShift, ShiftType
from meteor.rosters.months import Month
from meteor.rosters.rules import leave_of
from meteor.store.database import db
from meteor.store.moments import WIB

OFFICERS = (
    select(User.id, User.name)
    .join(Member, Member.user_id == User.id)
    .join(UserRole, UserRole.user_id == User.id)
    .where(User.active, UserRole.role == "officer")
)
"""Asks for the ids and names of the officers who can be planned, of all agencies."""


@dataclass(frozen=True)
class Cell:
    """A day of an officer: `shifts` are rows of `id`, `starts_at`, `ends_at`, `code`, `name`, `call_sign`, `post`."""

    day: date
    shifts: Sequence[Row[Any]]
    leave: Leave | None


@dataclass(frozen=True)
class OfficerRow:
    """The month of an officer. A former officer of the agency has shifts there that are to be cancelled."""

    user_id: int
    name: str
    former: bool
    cells: Sequence[Cell]
    done: DutyFigures

    @property
    def planned(self) -> timedelta:
        """The time for which the officer is planned."""
        return sum((shift.ends_at - shift.starts_at for cell in self.cells for shift in cell.shifts), timedelta())


def officers_of(agency: Agency) -> dict[int, str]:
    """The names of the officers who can be planned, by id, in the order of names."""
    statement = OFFICERS.where(Member.agency_id == agency.id).order_by(User.name, User.id)
    return {row.id: row.name for row in db.session.execute(statement)}


def labels_of(agency: Agency) -> dict[int, str]:
    """The officers who can be planned by id, each as name and user name; a phone number is no colleague's to read."""
    statement = OFFICERS.add_columns(User.username).where(Member.agency_id == agency.id).order_by(User.name, User.id)
    return {
        row.id: f"{row.name} · {row.id if row.username.startswith('+') else row.username}"
        for row in db.session.execute(statement)
    }


def numbers_of_officers() -> dict[int, int]:
    """The number of officers who can be planned, by id of their agency."""
    statement = OFFICERS.with_only_columns(Member.agency_id, func.count().label("officers")).group_by(Member.agency_id)
    return {row.agency_id: row.officers for row in db.session.execute(statement)}


def overview(agency: Agency, month: Month, at: datetime) -> list[OfficerRow]:
    """The rows of all officers of an agency, by name, and of others who are planned there. Four statements."""
    officers, shifts = officers_of(agency), _shifts(agency, month)
    names = {shift.user_id: shift.officer for shift in shifts} | officers
    planned: dict[tuple[int, date], list[Any]] = defaultdict(list)
    for shift in shifts:
        planned[shift.user_id, shift.starts_at.astimezone(WIB).date()].append(shift)
    absent, done = _absences(list(names), month), duty_figures(names, month, at)
    return [
        OfficerRow(
            user_id, name, user_id not in officers,
            [Cell(day, planned.get((user_id, day), ()), absent.get((user_id, day))) for day in month.days],
            done.get(user_id, DutyFigures()),
        )
        for user_id, name in sorted(names.items(), key=lambda pair: (pair[1], pair[0]))
    ]  # fmt: skip


def _shifts(agency: Agency, month: Month) -> Sequence[Any]:
    statement = (
        select(
            PlannedShift.id, PlannedShift.user_id, PlannedShift.starts_at, PlannedShift.ends_at, PlannedShift.post,
            ShiftType.code, ShiftType.name, Unit.call_sign, User.name.label("officer"),
        )
        .join(ShiftType, ShiftType.id == PlannedShift.shift_type_id)
        .join(User, User.id == PlannedShift.user_id)
        .outerjoin(Unit, Unit.id == PlannedShift.unit_id)
        .where(
            PlannedShift.agency_id == agency.id,
            PlannedShift.starts_at >= month.starts_at,
            PlannedShift.starts_at < month.ends_at,
            PlannedShift.cancelled_at.is_(None),
        )
        .order_by(PlannedShift.starts_at)
    )  # fmt: skip
    return db.session.execute(statement).all()


def _absences(user_ids: Sequence[int], month: Month) -> dict[tuple[int, date], Leave]:
    """The leave of each user on each day."""
    return {
        (leave.user_id, day): leave
        for leave in leave_of(user_ids, month.first, month.last)
        for day in month.days
        if leave.first_day <= day <= leave.last_day
    }
