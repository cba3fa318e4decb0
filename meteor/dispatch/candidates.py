"""Choosing from the database: no more units are read than it takes to know that the chosen are the nearest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, inf, radians
from typing import Any

from sqlalchemy import Connection, CursorResult, Select

from meteor.agencies.models import UNIT_STATUSES
from meteor.dispatch import nearest, statements
from meteor.dispatch.choice import FRESH_SECONDS, USABLE_SECONDS, Candidate, Choice, LineChoice, PlanLine
from meteor.dispatch.geography import Point, box

FEW = 100  # units with the capabilities: so many are read without asking where they are
FIRST_BOX = 50.0  # metres to each side; every further one is four times as wide
LAST_BOX = 50_000.0


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
        return search.choose(search.read(statements.ALL))
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
        return bool(self._execute(statements.HOLDERS, {"size": FEW + 1}).scalar_one() <= FEW)

    def by_nearness(self, point: Point) -> Choice:
        """Read wider and wider boxes until nobody outside can be nearer, then who else is inside."""
        distance = FIRST_BOX
        while True:
            able = self.read(statements.ABLE, self._box(point, distance))
            choice = self.choose(able)
            if choice.reach <= distance:
                break
            distance = min(choice.reach, distance * 4 if distance < LAST_BOX else inf)
        for line in choice.lines:
            able |= self._no_farther(point, line, nearest.EXPLAINED + len(able))
        return self.choose(able)

    def _no_farther(self, point: Point, line: LineChoice, size: int) -> dict[int, Candidate]:
        """Units with the line's capability, free or not, that are no farther than those chosen for it."""
        asked = {"capabilities": [line.line.capability], "statuses": UNIT_STATUSES, "size": size}
        statement = statements.NEARBY if line.reach < inf else statements.ANYBODY
        return self.read(statement, self._box(point, line.reach) | asked)

    def by_idleness(self) -> Choice:
        """Read those who are idle for longest; if they are not enough, also who else there is."""
        size = sum(line.count for line in self.plan) + len(self.refused) + len(self.expired) + nearest.RUNNERS_UP
        while True:
            able = self.read(statements.IDLE, {"statuses": ["available"], "size": size})
            choice = self.choose(able)
            if not choice.lacking or len(able) < size:
                break
            size *= 4
        if choice.lacking:
            able |= self.read(statements.IDLE, {"statuses": UNIT_STATUSES, "size": nearest.EXPLAINED})
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
        rows = self._execute(statement, parameters or {}).all()
        return {row[0]: _candidate(row, self.at) for row in rows}

    def _execute(self, statement: Select[Any], parameters: dict[str, Any]) -> CursorResult[Any]:
        known = {
            "capabilities": [line.capability for line in self.plan],
            "statuses": ["available", *nearest.UNITS_UNDER_WAY] if self.priority == 1 else ["available"],
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
        reserve = self.connection.execute(statements.RESERVE, {"agency": agency}).scalar_one()
        if not reserve:
            return asked
        wanted = {"agency": agency, "capabilities": [capability], "size": reserve + asked}
        return max(self._execute(statements.FREE, wanted).scalar_one() - reserve, 0)


def _candidate(row: Sequence[Any], at: datetime) -> Candidate:
    unit, call_sign, agency, capabilities, status, latitude, longitude, fix_at, idle_since, busy_with = row
    place = None if latitude is None else (latitude, longitude)
    age = None if fix_at is None else (at - fix_at).total_seconds()
    return Candidate(unit, call_sign, agency, _words(capabilities), status, place, age, idle_since, busy_with)


@lru_cache(256)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(","))
