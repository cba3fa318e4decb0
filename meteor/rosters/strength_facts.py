"""Facts from which strength is computed: minima, planned shifts, leave, actual duty."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from meteor.accounts.models import User, UserRole
from meteor.agencies.models import Agency, Member, Shift, Unit
from meteor.rosters.models import MinimumStrength, PlannedShift
from meteor.rosters.months import Month
from meteor.rosters.rest import LONGEST, Period
from meteor.rosters.rules import leave_of
from meteor.rosters.strength import Gap, Presence, counts_for, gaps, windows
from meteor.store.database import db, execute
from meteor.store.moments import WIB, midnight
from meteor.store.versions import version_of
from meteor.territory.models import Kelurahan
from meteor.territory.rules import locate

RELIEF = timedelta(minutes=10)
"""Time that the relief may take: after the end of an officer's duty, and after the start of a minimum's hours."""

FORGOTTEN = LONGEST + timedelta(hours=4)
"""Length of a duty from which on it was rather not ended than worked: it is no strength."""


def minima(agency_id: int | None = None) -> Sequence[MinimumStrength]:
    """The minima of an agency, or of all."""
    asked = select(MinimumStrength).order_by(MinimumStrength.starts, MinimumStrength.id)
    if agency_id is not None:
        asked = asked.where(MinimumStrength.agency_id == agency_id)
    return db.session.scalars(asked).all()


def planned_gaps(wanted: Sequence[MinimumStrength], start: datetime, end: datetime) -> list[Gap]:
    """The gaps of the plan below these minima, from `start` to `end`. Who has left the agency is not there."""
    if not wanted:
        return []
    begins, ends = start - timedelta(days=1), end + timedelta(days=1)  # the hours of a minimum are at most a day
    rows = db.session.execute(
        select(PlannedShift.user_id, PlannedShift.agency_id, PlannedShift.unit_id, PlannedShift.starts_at,
               PlannedShift.ends_at)
        .join(Member, (Member.user_id == PlannedShift.user_id) & (Member.agency_id == PlannedShift.agency_id))
        .join(User, (User.id == PlannedShift.user_id) & User.active)
        .join(UserRole, (UserRole.user_id == PlannedShift.user_id) & (UserRole.role == "officer"))
        .where(
            PlannedShift.agency_id.in_({one.agency_id for one in wanted}), PlannedShift.starts_at > begins - LONGEST,
            PlannedShift.starts_at < ends, PlannedShift.ends_at > begins, PlannedShift.cancelled_at.is_(None),
        )
    ).all()  # fmt: skip
    where = _kecamatan_of(wanted)
    planned = [Presence(row.user_id, row.agency_id, where.get(row.unit_id), row.starts_at, row.ends_at) for row in rows]
    days = ((at.astimezone(WIB)).date() for at in (begins - LONGEST, ends))
    return gaps(planned, leave_of({row.user_id for row in rows}, *days), wanted, start, end)


def gaps_of_month(agency: Agency, month: Month) -> dict[date, list[Gap]] | None:
    """The gaps of an agency's plan by the day (WIB) on which they begin; None for an agency without a minimum."""
    wanted = minima(agency.id)
    if not wanted:
        return None
    found: dict[date, list[Gap]] = defaultdict(list)
    for gap in planned_gaps(wanted, midnight(month.first), midnight(month.days[-1] + timedelta(days=1))):
        found[gap.starts_at.astimezone(WIB).date()].append(gap)
    return found


def gaps_now(wanted: Sequence[Any], at: datetime) -> list[Gap]:
    """The minima, or rows of them, that actual duty does not reach now: gaps from the start of their hours to the end.

    An officer whose duty ended within RELIEF still counts. Hours that began within RELIEF are not looked at yet, but
    where others end at their start: then those are asked for who were needed before.
    """
    hours_now = [(one, hours) for one in wanted for hours in windows(one, at, at + RELIEF) if hours.starts_at <= at]
    asked = [(one, hours, _needed(one, hours, wanted, at)) for one, hours in hours_now]
    running = [each for each in asked if each[2]]
    present = _on_duty([one for one, _hours, _need in running], at) if running else []
    found = []
    for one, hours, need in running:
        have = len({person.user_id for person in present if counts_for(person, one)})
        if have < need:
            place = (one.id, one.agency_id, one.kecamatan_id)
            found.append(Gap(*place, hours.starts_at, hours.ends_at, have, need))
    return found


def strength_version(at: datetime) -> str:
    """It changes with who is missing at this moment. It needs no session."""
    short = gaps_now(execute(_MINIMA).all(), at)
    return version_of({"short": [(gap.minimum_id, gap.have, gap.need) for gap in short]})


def _on_duty(wanted: Sequence[Any], at: datetime) -> list[Presence]:
    """Return the officers on duty now or within RELIEF, for less than FORGOTTEN."""
    rows = execute(_ON_DUTY, relief=at - RELIEF, forgotten=at - FORGOTTEN).all()
    where = _kecamatan_of(wanted)
    return [Presence(row.user_id, row.agency_id, where.get(row.unit_id), row.started_at, at) for row in rows]


def _needed(one: Any, hours: Period, wanted: Sequence[Any], at: datetime) -> int:
    """Return the number of officers that a minimum asks for in these hours, as of `at`.

    Within RELIEF of their start it is no more than the hours that ended then asked for; 0 if there were none.
    """
    if hours.starts_at <= at - RELIEF:
        return int(one.officers)
    before = [
        other.officers
        for other in wanted
        if (other.agency_id, other.kecamatan_id) == (one.agency_id, one.kecamatan_id)
        and any(earlier.ends_at == hours.starts_at for earlier in windows(other, hours.starts_at - RELIEF, at))
    ]
    return min(one.officers, *before) if before else 0


def _kecamatan_of(wanted: Sequence[Any]) -> Mapping[int | None, int | None]:
    """The kecamatan of units' bases by unit id, where a minimum asks for one."""
    if all(one.kecamatan_id is None for one in wanted):
        return {}
    of_kelurahan = {row.id: row.kecamatan_id for row in execute(_KELURAHAN)}
    bases = execute(_BASES).all()
    places = {(row.base_latitude, row.base_longitude) for row in bases}  # units share posts
    there = {place: of_kelurahan.get(locate(*place).kelurahan_id) for place in places}
    return {row.id: there[row.base_latitude, row.base_longitude] for row in bases}


_MINIMA = select(
    MinimumStrength.id, MinimumStrength.agency_id, MinimumStrength.kecamatan_id, MinimumStrength.days,
    MinimumStrength.starts, MinimumStrength.ends, MinimumStrength.officers,
).order_by(MinimumStrength.id)  # fmt: skip
_ON_DUTY = (
    select(Shift.user_id, Shift.unit_id, Shift.started_at, Unit.agency_id)
    .join(Unit, Unit.id == Shift.unit_id)
    .where(
        or_(Shift.ended_at.is_(None), Shift.ended_at > bindparam("relief")),
        Shift.started_at > bindparam("forgotten"),
    )
)
_KELURAHAN = select(Kelurahan.id, Kelurahan.kecamatan_id)
_BASES = select(Unit.id, Unit.base_latitude, Unit.base_longitude)
