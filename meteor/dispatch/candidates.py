"""Choosing from the database: no more units are read than it takes to know that the chosen are the nearest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, inf, radians
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
)

from meteor.agencies.models import UNIT_STATUSES, Agency, Unit, UnitCapability
from meteor.dispatch import nearest
from meteor.dispatch.choice import FRESH_SECONDS, USABLE_SECONDS, Candidate, Choice, PlanLine
from meteor.dispatch.geography import Point, box
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident

FEW = 100  # units with the capabilities: so many are read without asking where they are
FIRST_BOX = 50.0  # metres to each side; every further one is four times as wide
LAST_BOX = 50_000.0

# Tables, not models: rows of models would take most of the time.
_unit, _ability, _agency = Unit.__table__.c, UnitCapability.__table__.c, Agency.__table__.c
_assignment, _incident = Assignment.__table__.c, Incident.__table__.c


def choose(
    connection: Connection,
    point: Point | None,
    plan: Sequence[PlanLine],
    priority: int,
    at: datetime,
    *,
    refused: Collection[int] = (),
    expired: Collection[int] = (),
) -> Choice:
    """Choose among all units in service, as they are at the moment `at` (aware), by the rules of `nearest.choose`.

    A unit's place is its fix of the last 10 minutes, else the base that it stands at, else its older fix. To P3 and P4
    an agency gives its free units with a capability down to its `reserve`. What a session has changed must be flushed.
    """
    search = _Search(connection, point, plan, priority, at, refused, expired)
    if search.few():
        return search.choose(search.read(_ALL))
    return search.by_idleness() if point is None else search.by_nearness(point)


@dataclass
class _Search:
    connection: Connection
    point: Point | None
    plan: Sequence[PlanLine]
    priority: int
    at: datetime
    refused: Collection[int]
    expired: Collection[int]
    spare: dict[tuple[int, str], int] = field(default_factory=dict)

    def few(self) -> bool:
        """Whether so few units have any of the plan's capabilities that all of them can be read."""
        return bool(self._execute(_HOLDERS, {}).scalar_one() <= FEW)

    def by_nearness(self, point: Point) -> Choice:
        """Read wider and wider boxes until nobody outside can be nearer, then who else is inside."""
        distance = FIRST_BOX
        while True:
            able = self.read(_ABLE, self._box(point, distance))
            choice = self.choose(able)
            if choice.reach <= distance:
                break
            distance = min(choice.reach, distance * 4 if distance < LAST_BOX else inf)
        others = self.read(
            _ANYBODY if choice.reach == inf else _NEARBY, self._box(point, choice.reach) | {"statuses": UNIT_STATUSES}
        )
        return self.choose(able | others)

    def by_idleness(self) -> Choice:
        """Read those who are idle for longest; if they are not enough, also who else there is."""
        size = sum(line.count for line in self.plan) + len(self.refused) + len(self.expired) + nearest.RUNNERS_UP
        while True:
            able = self.read(_IDLE, {"statuses": ["available"], "size": size})
            choice = self.choose(able)
            if not choice.lacking or len(able) < size:
                break
            size *= 4
        if choice.lacking:
            able |= self.read(_IDLE, {"statuses": UNIT_STATUSES, "size": nearest.EXPLAINED})
        return self.choose(able)

    def choose(self, units: dict[int, Candidate]) -> Choice:
        """Choose among these, having asked what the agencies that come into question keep for P1."""
        while True:
            choice = nearest.choose(
                self.point, units.values(), self.plan, self.priority,
                refused=self.refused, expired=self.expired, spare=self.spare,
            )  # fmt: skip
            agencies = {pick.candidate.agency_id for pick in choice.picks} if self.priority >= 3 else set()
            unknown = {(agency, line.capability) for agency in agencies for line in self.plan} - self.spare.keys()
            if not unknown:
                return choice
            self.spare |= {pair: self._spare(*pair) for pair in unknown}

    def read(self, statement: Select[Any], parameters: dict[str, Any] | None = None) -> dict[int, Candidate]:
        return {row.id: _candidate(row, self.at) for row in self._execute(statement, parameters or {})}

    def _execute(self, statement: Select[Any], parameters: dict[str, Any]) -> CursorResult[Any]:
        known = {
            "capabilities": [line.capability for line in self.plan],
            "statuses": ["available", *nearest.UNDER_WAY] if self.priority == 1 else ["available"],
            "fresh": self.at - timedelta(seconds=FRESH_SECONDS),
            "usable": self.at - timedelta(seconds=USABLE_SECONDS),
            "size": nearest.EXPLAINED,
        }
        return self.connection.execute(statement, known | parameters)

    def _box(self, point: Point, distance: float) -> dict[str, Any]:
        latitude, longitude = point
        squeeze = cos(radians(latitude)) ** 2
        return {"latitude": latitude, "longitude": longitude, "squeeze": squeeze, **box(point, distance)._asdict()}

    def _spare(self, agency: int, capability: str) -> int:
        """How many units with the capability the agency gives away now, counted no further than it matters."""
        asked = sum(line.count for line in self.plan)
        reserve = self.connection.execute(_RESERVE, {"agency": agency}).scalar_one()
        if not reserve:
            return asked
        wanted = {"agency": agency, "capabilities": [capability], "size": reserve + asked}
        return max(self._execute(_FREE, wanted).scalar_one() - reserve, 0)


def _candidate(row: Sequence[Any], at: datetime) -> Candidate:
    unit, call_sign, agency, capabilities, status, latitude, longitude, fix_at, idle_since, busy_with = row
    place = None if latitude is None else (latitude, longitude)
    age = None if fix_at is None else (at - fix_at).total_seconds()
    return Candidate(unit, call_sign, agency, _words(capabilities), status, place, age, idle_since, busy_with)


@lru_cache(256)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


_listed = _ability.capability.in_(bindparam("capabilities", expanding=True))
_holds = exists().where(_ability.unit_id == _unit.id, _listed)
_in_status = _unit.status.in_(bindparam("statuses", expanding=True))
_at_base = and_(_unit.at_base, or_(_unit.position_at.is_(None), _unit.position_at < bindparam("fresh")))
_at_fix = or_(~_unit.at_base, _unit.position_at >= bindparam("fresh"))
_usable = or_(_at_base, _unit.position_at >= bindparam("usable"))
_latitude = case((_at_base, _unit.base_latitude), else_=_unit.latitude)
_longitude = case((_at_base, _unit.base_longitude), else_=_unit.longitude)


def _within(latitude: Any, longitude: Any) -> ColumnElement[bool]:
    return and_(
        latitude.between(bindparam("south"), bindparam("north")),
        longitude.between(bindparam("west"), bindparam("east")),
    )


# One index for each side: ix_units_position, ix_units_base.
_in_box = or_(
    and_(_in_status, _at_fix, _within(_unit.latitude, _unit.longitude)),
    and_(_in_status, _at_base, _within(_unit.base_latitude, _unit.base_longitude)),
)
# Flat, as nothing but the order of those who are only named hangs on it.
_north, _east = _latitude - bindparam("latitude"), _longitude - bindparam("longitude")
_flat_distance = _north * _north + _east * _east * bindparam("squeeze")
_capabilities = select(func.aggregate_strings(_ability.capability, ",")).where(_ability.unit_id == _unit.id)
_busy_with = select(_incident.priority).where(
    _incident.id == _assignment.incident_id, _assignment.unit_id == _unit.id, _assignment.ended_at.is_(None)
)
# In the order in which _candidate takes them.
_units = select(
    _unit.id, _unit.call_sign, _unit.agency_id, _capabilities.scalar_subquery(), _unit.status,
    _latitude, _longitude, case((_at_base, null()), else_=_unit.position_at), _unit.idle_since,
    _busy_with.scalar_subquery(),
).where(_unit.in_service)  # fmt: skip

_HOLDERS = select(func.count()).select_from(select(_ability.unit_id).where(_listed).limit(FEW + 1).subquery())
_ALL = _units.where(_unit.id.in_(select(_ability.unit_id).where(_listed)))
_ABLE = _units.where(_holds, _usable, _in_box)
_ANYBODY = _units.where(_holds).order_by(_flat_distance.nulls_last()).limit(bindparam("size"))
_NEARBY = _ANYBODY.where(_in_box)
_IDLE = _units.where(_holds, _in_status).order_by(_unit.idle_since, _unit.id).limit(bindparam("size"))
_FREE = select(func.count()).select_from(
    select(_unit.id)
    .where(_unit.agency_id == bindparam("agency"), _unit.status == "available", _unit.in_service, _usable, _holds)
    .limit(bindparam("size"))
    .subquery()
)
_RESERVE = select(_agency.reserve).where(_agency.id == bindparam("agency"))
