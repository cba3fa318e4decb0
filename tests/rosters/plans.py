"""Shift types of Polres, and shifts of the cast, for tests of rosters."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.models import Agency, Shift, Unit
from meteor.rosters import absence, rules
from meteor.rosters.models import PlannedShift, ShiftType
from meteor.rosters.months import Month
from meteor.rosters.rest import fingerprint
from meteor.rosters.rules import Draft
from meteor.store.database import db
from meteor.store.moments import WIB, now, today
from tests.cast import Cast, user

MONDAY = date(2026, 11, 2)

_TYPES = {"P": ("Pagi", 7, 480), "S": ("Siang", 15, 480), "M": ("Malam", 23, 480), "R": ("Apel", 5, 120)}


def agency(code: str = "POLRES") -> Agency:
    """The agency with this code."""
    return db.session.scalars(select(Agency).where(Agency.code == code)).one()


def shift_type(code: str = "P", of: str = "POLRES", **values: Any) -> ShiftType:
    """A shift type of an agency, which is added on first use: P 07:00, S 15:00, M 23:00, each of 8 h; R 05:00, 2 h."""
    known = db.session.scalar(select(ShiftType).where(ShiftType.code == code, ShiftType.agency_id == agency(of).id))
    if known is None:
        name, hour, minutes = _TYPES.get(code, (code, 7, 480))
        known = ShiftType(
            **{"agency": agency(of), "code": code, "name": name, "starts": time(hour), "minutes": minutes} | values
        )
        db.session.add(known)
        db.session.flush()
    return known


def planned(
    username: str, day: date, code: str = "P", *, actor: User | None = None, of: str = "POLRES", **values: Any
) -> PlannedShift:
    """A planned shift; a short rest is confirmed. Not committed. One that is over was planned long before."""
    draft = Draft(shift_type(code, of), day, **values)
    asked = agency(of), user(username), draft, in_time(draft), actor or user("hadi")
    try:
        return rules.plan(*asked)
    except rules.NotPlannable as short:
        return rules.plan(*asked, confirmed=fingerprint(short.violations))


def worked(who: User, unit: Unit, starts: datetime, ends: datetime | None) -> None:
    """Duty of an officer on a unit; one without end still runs. Not committed."""
    db.session.add(Shift(user_id=who.id, unit_id=unit.id, started_at=starts, ended_at=ends))
    db.session.flush()


def in_time(draft: Draft) -> datetime:
    """Now, or where the shift would be over by now, a month before it: too early to tell the officer."""
    return now() if draft.period.ends_at > now() else draft.period.starts_at - timedelta(days=31)


def wib(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of the city's clock."""
    return datetime.combine(day, time(hour, minute), WIB)


def rostered(cast: Cast) -> None:
    """Agus and Dewi have shifts in this month, and Dewi is on leave on another day of it. Not committed."""
    first, second = Month.of(today()).days[:2]
    planned("agus", today() + timedelta(days=1), unit=cast.unit("TRAIL-01"))
    planned("dewi", first, of="DAMKAR", unit=cast.unit("DAMKAR-01"))
    absence.record_leave(cast.dewi, second, second, "sick", "Surat dokter ada", now(), cast.hadi)
