"""The units as the board shows them: by agency, with status, crew, incident, and age and source of the position."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Row, case, select

from meteor.accounts.models import User
from meteor.agencies.models import Agency, Shift, Unit
from meteor.agencies.positions import course, freshness, heading, position_source
from meteor.dispatch.facts import units_in_danger
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.store.database import execute
from meteor.store.moments import turn
from meteor.store.versions import version_of

BREAK, IN_DANGER = "break", "in_danger"
"""States beside those of `Unit.status`: the crew takes a break; an officer of it is in danger, whatever it does."""

LOST = ("stale", "unusable", "unknown")
"""Freshness of a position that is lost: the unit is on duty, and where it is now is not known."""


class BoardUnit(NamedTuple):
    """A unit in service. Its position is in degrees WGS-84: the last one, or its base while it stands there.

    `state` is the unit's status, BREAK, or IN_DANGER; `crew` are names; `incident` is the number of the one that it is
    on, and `assignment` the status of that assignment; of an officer in danger it is the number of that incident alone.
    `source` says where the position comes from, and `lost` that it is old.
    `heading` is in degrees from true north, None unless it drives now. `unanswered_at` is when the last offer
    that it had ended, if this crew did not answer it.
    """

    id: int
    call_sign: str
    kind: str
    state: str
    crew: Sequence[str]
    incident: str | None
    assignment: str | None
    latitude: float | None
    longitude: float | None
    position_at: datetime | None
    source: str
    lost: bool
    heading: float | None
    unanswered_at: datetime | None


@dataclass(frozen=True)
class AgencyUnits:
    """The units of an agency: those on duty by call sign, how many are in each state, how many are off duty."""

    code: str
    name: str
    on_duty: Sequence[BoardUnit]
    counts: Mapping[str, int]
    off_duty: int


@dataclass(frozen=True)
class UnitsShown:
    """All units in service, by agency. `version` changes with what is shown, clocks apart, and once in a minute.

    A position that jitters by some ten metres changes nothing.
    """

    agencies: Sequence[AgencyUnits]
    version: str

    @property
    def counts(self) -> Mapping[str, int]:
        """Numbers of units of all agencies in each state."""
        return sum((Counter(agency.counts) for agency in self.agencies), Counter())

    @property
    def on_duty(self) -> Sequence[BoardUnit]:
        """The units on duty of all agencies."""
        return [unit for agency in self.agencies for unit in agency.on_duty]


def units_shown(at: datetime) -> UnitsShown:
    """The units as they are at a moment: four statements, whatever their number."""
    crews: dict[int, list[_CrewMember]] = {}
    for unit_id, name, started_at in map(tuple, execute(_CREWS)):
        crews.setdefault(unit_id, []).append(_CrewMember(name, started_at))
    work = {row.unit_id: row for row in execute(_WORK)}
    dangers = units_in_danger()
    agencies = []
    for (code, name), rows in groupby(map(_Stored._make, execute(_UNITS)), key=lambda row: (row.code, row.agency)):
        own = list(rows)
        on_duty = [
            _unit(row, crews.get(row.id, []), work.get(row.id), dangers.get(row.id), at)
            for row in own
            if row.status != "off_duty" or row.id in crews or row.id in dangers
        ]
        counts = Counter(unit.state for unit in on_duty)
        agencies.append(AgencyUnits(code, name, on_duty, counts, len(own) - len(on_duty)))
    return UnitsShown(agencies, version_of({"units": [_seen(unit) for it in agencies for unit in it.on_duty],
                                            "off": [(it.name, it.off_duty) for it in agencies]}))  # fmt: skip


def _unit(
    row: "_Stored", crew: Sequence["_CrewMember"], work: Row[Any] | None, danger: str | None, at: datetime
) -> BoardUnit:
    """The unit, which is on duty, or its officers are."""
    state = IN_DANGER if danger else BREAK if row.status == "off_duty" and crew else row.status
    silent = crew and row.unanswered_at and row.unanswered_at >= crew[0].started_at
    fresh, source = freshness(row, at), position_source(row, at)
    at_base = source == "base"
    number, assignment = (danger, None) if danger else (work.number, work.status) if work else (None, None)
    return BoardUnit(
        row.id,
        row.call_sign,
        row.kind,
        state,
        [each.name for each in crew],
        number,
        assignment,
        latitude=row.base_latitude if at_base else row.latitude,
        longitude=row.base_longitude if at_base else row.longitude,
        position_at=row.position_at,
        source=source,
        lost=not at_base and fresh in LOST,
        heading=None if at_base else heading(row, at),
        unanswered_at=row.unanswered_at if silent else None,
    )


def _seen(unit: BoardUnit) -> tuple[object, ...]:
    """Values of a unit on the board, its position to about 10 m and the age of that to a minute."""
    place = unit.latitude is not None and unit.longitude is not None and (
        round(unit.latitude, 4), round(unit.longitude, 4)
    )  # fmt: skip
    minute = unit.position_at and turn(unit.position_at, 60)
    return (
        unit.call_sign, unit.kind, unit.state, unit.crew, unit.incident, unit.assignment, place, minute, unit.source,
        unit.lost, course(unit.heading), unit.unanswered_at,
    )  # fmt: skip


class _Stored(NamedTuple):
    """The columns of a unit. A row of SQLAlchemy takes five times as long to read."""

    id: int
    call_sign: str
    kind: str
    status: str
    at_base: bool
    base_latitude: float
    base_longitude: float
    latitude: float | None
    longitude: float | None
    position_at: datetime | None
    position_source: str | None
    heading: float | None
    speed: float | None
    code: str
    agency: str
    unanswered_at: datetime | None


class _CrewMember(NamedTuple):
    name: str
    started_at: datetime


_UNANSWERED_AT = (
    select(case((Assignment.status == "expired", Assignment.ended_at)))
    .where(Assignment.unit_id == Unit.id, Assignment.ended_at.is_not(None), Assignment.status != "withdrawn")
    .order_by(Assignment.ended_at.desc())
    .limit(1)
    .scalar_subquery()
)
"""A withdrawn assignment says nothing about a crew."""

_UNITS = (
    select(
        Unit.id, Unit.call_sign, Unit.kind, Unit.status, Unit.at_base, Unit.base_latitude, Unit.base_longitude,
        Unit.latitude, Unit.longitude, Unit.position_at, Unit.position_source, Unit.heading, Unit.speed,
        Agency.code, Agency.name.label("agency"), _UNANSWERED_AT.label("unanswered_at"),
    )
    .join(Agency, Agency.id == Unit.agency_id)
    .where(Unit.in_service)
    .order_by(Agency.name, Agency.id, Unit.call_sign)
)  # fmt: skip
_CREWS = (
    select(Shift.unit_id, User.name, Shift.started_at)
    .join(User, User.id == Shift.user_id)
    .where(Shift.ended_at.is_(None))
    .order_by(Shift.started_at, Shift.id)
)
_WORK = (
    select(Assignment.unit_id, Assignment.status, Incident.number)
    .join(Incident, Incident.id == Assignment.incident_id)
    .where(Assignment.ended_at.is_(None))
)
