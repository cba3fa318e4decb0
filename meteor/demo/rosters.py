"""The demo city's rosters: every crew works two mornings, two afternoons and two nights, and is off for two days."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import cycle, islice
from typing import Any

from sqlalchemy import insert, select

from meteor.accounts.models import User
from meteor.agencies.models import Agency, Shift, Unit
from meteor.rosters.models import Leave, PlannedShift, ShiftType
from meteor.rosters.months import Month
from meteor.store.database import db
from meteor.store.moments import WIB

TYPES = (("P", "Pagi", 7), ("S", "Siang", 15), ("M", "Malam", 23))
PATTERN = "PPSSMM--"
ON_LEAVE = {3: "leave", 8: "training"}
"""Kinds of leave in the third week, by number of the officer."""


def build(at: datetime) -> None:
    """Add shift types to all agencies, and plan those who are on duty for the present month and the next."""
    types = _types()
    month = Month.of(at.astimezone(WIB).date())
    days = [*month.days, *month.following.days]
    planner = db.session.scalars(select(User).where(User.username == "pawas")).one()
    crews = db.session.execute(
        select(Shift.user_id, Unit.id, Unit.agency_id).join(Unit, Unit.id == Shift.unit_id).order_by(Shift.user_id)
    ).all()
    planned = []
    for number, (user_id, unit_id, agency_id) in enumerate(crews):
        absent = days[14:21] if number in ON_LEAVE else []
        if absent:
            leave = Leave(user_id=user_id, first_day=absent[0], last_day=absent[-1], kind=ON_LEAVE[number])
            leave.recorded_by_id = planner.id
            db.session.add(leave)
        shared = {"user_id": user_id, "unit_id": unit_id, "agency_id": agency_id, "planned_by_id": planner.id,
                  "planned_at": at, "changed_at": at}  # fmt: skip
        for day, code in zip(days, _codes(number), strict=False):
            if code != "-" and day not in absent:
                planned.append(shared | _times(types[agency_id, code], day))
    if planned:
        db.session.execute(insert(PlannedShift), planned)


def _codes(number: int) -> Iterator[str]:
    """The letters of an officer's days, without end: each officer begins the pattern one day further on."""
    return islice(cycle(PATTERN), number % len(PATTERN), None)


def _times(kind: ShiftType, day: date) -> dict[str, Any]:
    return {"shift_type_id": kind.id, "starts_at": kind.starts_on(day), "ends_at": kind.ends_on(day)}


def _types() -> dict[tuple[int, str], ShiftType]:
    """The shift types by agency and letter."""
    types = {
        (agency_id, code): ShiftType(agency_id=agency_id, code=code, name=name, starts=time(hour), minutes=480)
        for agency_id in db.session.scalars(select(Agency.id))
        for code, name, hour in TYPES
    }
    db.session.add_all(types.values())
    db.session.flush()
    return types
