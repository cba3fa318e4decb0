"""The chief's numbers: what is open, whether METEOR's promises of time are kept, and which units are free."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, union

from meteor.agencies.models import Agency, Shift
from meteor.board.counts import OpenCount, open_counts
from meteor.board.models import PaperEntry
from meteor.board.units import UnitsShown, units_shown
from meteor.dispatch import queue
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.store.database import execute
from meteor.store.moments import WIB, midnight
from meteor.store.versions import version_of

ACCEPTED, ON_SCENE = timedelta(seconds=30), timedelta(minutes=3)
"""The promised times from the alert to the first acceptance and to the first arrival (rule 7)."""

OLDEST = 5
"""Number of open P1 that are shown."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Share:
    """Incidents that kept a promise of time, out of those of which it is decided."""

    kept: int
    of: int

    @property
    def percent(self) -> int | None:
        """The percentage, rounded down: 99.6 % is not all. None of nothing."""
        return self.kept * 100 // self.of if self.of else None


@dataclass(frozen=True)
class Day:
    """The incidents that were opened on a day of WIB and count (see `_COUNTED`)."""

    opened: int
    accepted: Share
    on_scene: Share


@dataclass(frozen=True)
class Duty:
    """Free units of those on duty now; `short` are the codes of agencies on duty that keep too few free.

    `before` is the number of units on duty at this time yesterday, `at_work_before` those of them on an incident that
    METEOR dispatched.
    """

    free: int
    on_duty: int
    short: Sequence[str]
    before: int
    at_work_before: int


@dataclass(frozen=True)
class Today:
    """The chief's page. `oldest` are the oldest open P1; `version` changes with whatever is shown, but for clocks."""

    counts: Mapping[int, OpenCount]
    today: Day
    yesterday: Day
    duty: Duty
    oldest: Sequence[queue.Row]

    @property
    def waiting(self) -> int:
        """Number of open incidents without an accepted unit."""
        return sum(each.waiting for each in self.counts.values())

    @property
    def version(self) -> str:
        days = asdict(self.today), asdict(self.yesterday), asdict(self.duty)
        return version_of({"counts": self.counts, "days": days, "oldest": [_seen(row) for row in self.oldest]})


def today(at: datetime) -> Today:
    """The page at a moment."""
    start = midnight(at.astimezone(WIB).date())
    ids = list(execute(_OLDEST).scalars())
    rows = queue.rows(ids)
    return Today(
        open_counts(),
        day(start, start + DAY, at),
        day(start - DAY, start, at),
        _duty(units_shown(at), at),
        [rows[number] for number in ids],
    )


def day(start: datetime, end: datetime, at: datetime) -> Day:
    """The figures of the incidents opened from `start` until before `end`, as they stand at the moment `at`."""
    rows = execute(_COUNTED, start=start, end=end).all()
    accepted = [_kept(row, row.accepted_at, ACCEPTED, at) for row in rows]
    arrived = [_kept(row, row.arrived_at, ON_SCENE, at) for row in rows]
    return Day(len(rows), *(Share(each.count(True), len(each) - each.count(None)) for each in (accepted, arrived)))


def _kept(row: Row[Any], reached: datetime | None, within: timedelta, at: datetime) -> bool | None:
    """Return whether a promise was kept; None as long as it can be, and if the incident was closed before."""
    if reached is not None:
        return bool(reached - row.opened_at <= within)
    return False if (row.closed_at or at) - row.opened_at > within else None


def _duty(units: UnitsShown, at: datetime) -> Duty:
    reserves = {row.code: row.reserve for row in execute(_RESERVES)}
    on_duty = [each for each in units.agencies if each.on_duty]
    short = [each.code for each in on_duty if each.counts.get("available", 0) < max(1, reserves[each.code])]
    before = execute(_DUTY_BEFORE, at=at - DAY).scalar_one()
    at_work = execute(_AT_WORK_BEFORE, at=at - DAY).scalar_one()
    return Duty(units.counts.get("available", 0), len(units.on_duty), short, before, at_work)


def _seen(row: queue.Row) -> tuple[object, ...]:
    """Values of an incident on the page."""
    it = row.incident
    place = it.place, it.kelurahan_id, it.kelurahan_exact, it.premises_id
    units = [(unit.call_sign, unit.status) for unit in row.units]
    return it.number, it.type_id, it.status, it.on_paper, it.reopened_at, it.arrived_at, place, units


_OLDEST = (
    select(Incident.id)
    .where(Incident.is_open, Incident.priority == 1)
    .order_by(Incident.opened_at, Incident.id)
    .limit(OLDEST)
)
_FROM_PAPER = select(PaperEntry.id).where(PaperEntry.incident_id == Incident.id).exists()
_COUNTED = select(Incident.opened_at, Incident.accepted_at, Incident.arrived_at, Incident.closed_at).where(
    Incident.opened_at >= bindparam("start"),
    Incident.opened_at < bindparam("end"),
    Incident.drill.is_(False),
    Incident.cancelled != "mistake",  # “safe” takes nothing back (rule 8)
    Incident.merged_into_id.is_(None),
    or_(Incident.outcome.is_(None), Incident.outcome != "duplicate"),
    ~_FROM_PAPER,
)
_RESERVES = select(Agency.code, Agency.reserve)
_ON_DUTY_BEFORE = union(
    select(Shift.unit_id).where(Shift.ended_at.is_(None), Shift.started_at <= bindparam("at")),
    select(Shift.unit_id).where(Shift.ended_at > bindparam("at"), Shift.started_at <= bindparam("at")),
).subquery()
_AT_WORK = (
    select(Assignment.unit_id)
    .join(_ON_DUTY_BEFORE, _ON_DUTY_BEFORE.c.unit_id == Assignment.unit_id)
    .where(
        Assignment.accepted_at <= bindparam("at"),
        ~select(PaperEntry.id).where(PaperEntry.incident_id == Assignment.incident_id).exists(),
    )
)
_DUTY_BEFORE = select(func.count()).select_from(_ON_DUTY_BEFORE)
_AT_WORK_BEFORE = select(func.count()).select_from(
    union(
        _AT_WORK.where(Assignment.ended_at.is_(None)), _AT_WORK.where(Assignment.ended_at > bindparam("at"))
    ).subquery()
)  # fmt: skip
