"""Choosing units from the database: reads as few units as it takes to be sure that the nearest are among them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import inf
from typing import Any

from sqlalchemy import Connection, Select

from meteor.agencies.models import UNIT_STATUSES
from meteor.dispatch import nearest, statements
from meteor.dispatch.choice import Candidate, Choice, PlanLine
from meteor.geo import Box, Point, box, squeeze
from meteor.store import prepared

BOXES = tuple(30.0 * 2.5**step for step in range(9))  # metres from the middle to each side; the last is 46 km


def choose(
    connection: Connection,
    point: Point | None,
    plan: Sequence[PlanLine],
    priority: int,
    at: datetime,
    *,
    refused: Collection[int] = (),
    expired: Collection[int] = (),
    in_danger: Collection[int] = (),
) -> Choice:
    """Choose among all units in service, as they are at the moment `at` (aware), by the rules of `nearest.choose`.

    `point` is in degrees WGS-84. The place of a unit is its fix of the last 10 minutes, else the base where it stands,
    else its older fix. P3 and P4 get the free units of an agency with a capability down to the agency's `reserve`.
    Changes of a session must be flushed before.
    """
    may_take = nearest.takes_units(priority, point)
    statuses = tuple(status for status in UNIT_STATUSES if nearest.may_go(status, 3, may_take))
    return _Search(connection, point, plan, priority, at, refused, expired, in_danger, statuses).choose()


def free_within(connection: Connection, point: Point, radius: float, at: datetime) -> list[tuple[float, Candidate]]:
    """The free units within `radius` metres of a point (degrees WGS-84) and their metres, nearest first."""
    asked: dict[str, Any] = statements.moments(at) | _sides(point, radius)
    rows = prepared.execute(connection, statements.free_in_box(), asked).all()
    ranked = nearest.by_distance(point, [_candidate(row, at) for row in rows], radius)
    return [(distance, unit) for distance, unit in ranked if distance is not None]


def spare(connection: Connection, agency: int, capability: str, most: int, at: datetime) -> int:
    """The number of units with the capability that the agency gives to P3 and P4 now; not counted beyond `most`."""
    asked: dict[str, Any] = {"agency": agency, "capability": capability, "asked": most}
    return prepared.execute(connection, statements.SPARE, statements.moments(at) | asked).scalar_one()


@dataclass
class _Search:
    connection: Connection
    point: Point | None
    plan: Sequence[PlanLine]
    priority: int
    at: datetime
    refused: Collection[int]
    expired: Collection[int]
    in_danger: Collection[int]
    statuses: tuple[str, ...]  # of the units that may go
    may_go: dict[str, bool] = field(default_factory=dict)  # whether any unit with the capability may, where known
    units: dict[int, Candidate] = field(default_factory=dict)
    spare: dict[tuple[int, str], int] = field(default_factory=dict)

    def choose(self) -> Choice:
        """Read a wider box for each line until no unit outside of it can be nearer."""
        within = [self._first_box(line) for line in self.plan]
        short = list(range(len(within)))
        while True:
            for at in short:
                self._read(at, within[at])
            choice = self._choose()
            short = [at for at, line in enumerate(choice.lines) if line.reach > within[at]]
            if not short:
                return choice
            for at in short:
                wider = within[at] * 4 if within[at] < BOXES[-1] else inf
                within[at] = min(choice.lines[at].reach, wider)

    def _choose(self) -> Choice:
        """Choose among the units read so far, having asked what the agencies that would send one keep for P1."""
        while True:
            choice = nearest.choose(
                self.point, self.units.values(), self.plan, self.priority,
                refused=self.refused, expired=self.expired, in_danger=self.in_danger, spare=self.spare,
            )  # fmt: skip
            agencies = {pick.candidate.agency_id for pick in choice.picks} if self.priority >= 3 else set()
            unknown = {(agency, line.capability) for agency in agencies for line in self.plan} - self.spare.keys()
            if not unknown:
                return choice
            self.spare |= {pair: self._spare(*pair) for pair in unknown}

    def _first_box(self, line: PlanLine) -> float:
        """Metres to each side of a box with units enough for the line and one more, as far as their statuses say."""
        if self.point is None:
            return inf
        tried = len(self.refused) + len(self.expired) + len(self.in_danger)
        asked: dict[str, Any] = {"capability": line.capability, "offset": line.count + tried}
        for number, metres in enumerate(BOXES):
            asked |= _sides(self.point, metres, number)
        may_take = nearest.takes_units(self.priority, self.point)
        smallest = statements.smallest_box(self.statuses, BOXES, may_take)
        distance: float | None = prepared.execute(self.connection, smallest, asked).scalar_one()
        if not distance:
            self.may_go[line.capability] = distance is not None
        return distance or inf

    def _read(self, at: int, within: float) -> None:
        """Read the units with a line's capability in a box, or, where it has no end, those that may go and some more.

        These are the nearest EXPLAINED of the others, or one if no unit may go. Without a place they are as many of the
        longest idle as the line needs.
        """
        asked: dict[str, Any] = statements.moments(self.at) | {"capability": self.plan[at].capability}
        if self.point and within < inf:
            self._take(statements.in_box(), asked | _sides(self.point, within))
            return
        if self.point and not self._any_may_go(self.plan[at].capability):
            self._take(statements.any_able(), asked)
            return
        latitude, longitude = self.point or (0.0, 0.0)
        asked |= {"latitude": latitude, "longitude": longitude, "squeeze": squeeze(latitude)}
        asked["size"] = nearest.EXPLAINED + self.plan[at].count
        while True:
            found = self._take(statements.first(self.statuses, nearest=bool(self.point)), asked)
            if len(found) < asked["size"] or found[-nearest.EXPLAINED].status not in self.statuses:
                return
            if self.point is None and not self._choose().lines[at].shortfall:
                return
            asked["size"] *= 4

    def _any_may_go(self, capability: str) -> bool:
        if capability not in self.may_go:
            may_go = statements.any_may_go(self.statuses, nearest.takes_units(self.priority, self.point))
            found = prepared.execute(self.connection, may_go, {"capability": capability}).scalar_one()
            self.may_go[capability] = bool(found)
        return self.may_go[capability]

    def _take(self, statement: Select[Any], asked: dict[str, Any]) -> list[Candidate]:
        found = [_candidate(row, self.at) for row in prepared.execute(self.connection, statement, asked).all()]
        self.units |= {unit.id: unit for unit in found}
        return found

    def _spare(self, agency: int, capability: str) -> int:
        return spare(self.connection, agency, capability, sum(line.count for line in self.plan), self.at)


def _candidate(row: Sequence[Any], at: datetime) -> Candidate:
    unit, call_sign, agency, capabilities, status, latitude, longitude, fix_at, *others = row
    place = None if latitude is None else (latitude, longitude)
    age = None if fix_at is None else (at - fix_at).total_seconds()
    return Candidate(unit, call_sign, agency, _words(capabilities or ""), status, place, age, *others)


@lru_cache(256)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


def _sides(point: Point, distance: float, number: int | str = "") -> dict[str, float]:
    return {f"{side}{number}": degrees for side, degrees in zip(Box._fields, box(point, distance), strict=True)}
