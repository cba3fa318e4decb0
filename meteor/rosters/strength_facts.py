"""What the strength of agencies is computed from: minima, planned shifts with leave, and actual duty."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from meteor.agencies.models import Agency, Shift, Unit
from meteor.rosters.models import MinimumStrength, PlannedShift
from meteor.rosters.months import Month
from meteor.rosters.rest import LONGEST
from meteor.rosters.rules import leave_of
from meteor.rosters.strength import Gap, Presence, counts_for, gaps, windows
from meteor.store.database import db
from meteor.store.moments import WIB, midnight
from meteor.territory.models import Kelurahan
from meteor.territory.rules import locate

RELIEF = timedelta(minutes=10)
"""Time that the relief may take: after the end of an officer's duty, and after the start of a minimum's hours."""


def minima(agency_id: int | None = None) -> Sequence[MinimumStrength]:
    """The minima of an agency, or of all."""
    asked = select(MinimumStrength).order_by(MinimumStrength.starts, MinimumStrength.id)
    if agency_id is not None:
        asked = asked.where(MinimumStrength.agency_id == agency_id)
    return db.session.scalars(asked).all()


def planned_gaps(wanted: Sequence[MinimumStrength], start: datetime, end: datetime) -> list[Gap]:
    """The gaps of the plan below these minima, from `start` to `end`."""
    if not wanted:
        return []
    begins, ends = start - timedelta(days=1), end + timedelta(days=1)  # the hours of a minimum are at most a day
    rows = db.session.execute(
        select(PlannedShift.user_id, PlannedShift.agency_id, PlannedShift.unit_id, PlannedShift.starts_at,
               PlannedShift.ends_at)
        .where(
            PlannedShift.agency_id.in_({one.agency_id for one in wanted}), PlannedShift.starts_at > begins - LONGEST,
            PlannedShift.starts_at < ends, PlannedShift.ends_at > begins, PlannedShift.cancelled_at.is_(None),
        )
    ).all()  # fmt: skip
    where = _kecamatan_of([row.unit_id for row in rows if row.unit_id], wanted)
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


def gaps_now(wanted: Sequence[MinimumStrength], at: datetime) -> list[Gap]:
    """The minima that actual duty does not reach at this moment: gaps from the beginning of their hours to the end.

    An officer whose duty ended within RELIEF still counts, and hours that began within RELIEF are not looked at yet.
    """
    running = [
        (one, hours) for one in wanted for hours in windows(one, at, at + RELIEF) if hours.starts_at <= at - RELIEF
    ]
    present = _on_duty([one for one, _hours in running], at) if running else []
    found = []
    for one, hours in running:
        have = len({person.user_id for person in present if counts_for(person, one)})
        if have < one.officers and hours.ends_at > at:
            place = (one.id, one.agency_id, one.kecamatan_id)
            found.append(Gap(*place, hours.starts_at, hours.ends_at, have, one.officers))
    return found


def too_long(at: datetime) -> Sequence[Shift]:
    """The open shifts that have taken longer than LONGEST, the longest first."""
    late = (Shift.ended_at.is_(None), Shift.started_at < at - LONGEST)
    return db.session.scalars(select(Shift).where(*late).order_by(Shift.started_at, Shift.id)).all()


def _on_duty(wanted: Sequence[MinimumStrength], at: datetime) -> list[Presence]:
    """Who is on duty on a unit of these agencies, or was within RELIEF."""
    rows = db.session.execute(
        select(Shift.user_id, Shift.unit_id, Shift.started_at, Unit.agency_id)
        .join(Unit, Unit.id == Shift.unit_id)
        .where(
            or_(Shift.ended_at.is_(None), Shift.ended_at > at - RELIEF),
            Unit.agency_id.in_({one.agency_id for one in wanted}),
        )
    ).all()
    where = _kecamatan_of([row.unit_id for row in rows], wanted)
    return [Presence(row.user_id, row.agency_id, where.get(row.unit_id), row.started_at, at) for row in rows]


def _kecamatan_of(unit_ids: Collection[int], wanted: Sequence[MinimumStrength]) -> dict[int | None, int | None]:
    """The kecamatan of units' bases by unit id, where a minimum asks for one."""
    if all(one.kecamatan_id is None for one in wanted):
        return {}
    of_kelurahan: dict[Any, int] = dict(db.session.execute(select(Kelurahan.id, Kelurahan.kecamatan_id)).all())
    bases = select(Unit.id, Unit.base_latitude, Unit.base_longitude).where(Unit.id.in_(set(unit_ids)))
    return {
        unit_id: of_kelurahan.get(locate(latitude, longitude).kelurahan_id)
        for unit_id, latitude, longitude in db.session.execute(bases).all()
    }
