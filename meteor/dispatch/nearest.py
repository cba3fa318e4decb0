"""The nearest units for a response plan, and why each candidate was chosen or not (rules 3 and 4 of the domain).

Fresh positions rank before stale ones, then the smaller geodesic distance, then the free, then the longest idle unit.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import chain, islice
from math import inf
from typing import Any

from meteor.dispatch.choice import Candidate, Choice, LineChoice, PlanLine, Reason, Verdict
from meteor.geo import Point, lower_bound, metres

EXPLAINED = 50  # units that were passed over and are named, for each line of the plan
TAKEN_FROM = {3: Reason.TAKEN_FROM_P3, 4: Reason.TAKEN_FROM_P4}
SENDS = frozenset({Reason.CHOSEN, Reason.LONGEST_IDLE, *TAKEN_FROM.values()})


def may_go(status: Any, busy_with_priority: Any, may_take: Any) -> Any:
    """Return whether a unit may go by its status: for values a bool, for columns an expression in SQL.

    A free unit may. Where the incident may take units from others (`takes_units`), so may one that is assigned or en
    route to P3 or P4 (rule 4).
    """
    under_way = (status == "assigned") | (status == "en_route")
    return (status == "available") | (under_way & (busy_with_priority >= 3) & may_take)


def takes_units(priority: int, point: Point | None) -> bool:
    """Return whether an incident may take units that are on their way to others: P1 with a known place."""
    return priority == 1 and point is not None


def by_distance(
    point: Point | None, units: Iterable[Candidate], within: float = inf
) -> Iterator[tuple[float | None, Candidate]]:
    """Yield the units within so many metres and their geodesic distance, nearest first, else in the given order.

    Without a limit the units of unknown distance (None) follow. The great circle orders the units roughly; a geodesic
    is measured only when no unit measured before is certainly nearer.
    """
    units = list(units)
    placed = [(lower_bound(point, it.place), at, it.place) for at, it in enumerate(units) if point and it.place]
    measured: list[tuple[float, int]] = []
    for bound, number, place in [*sorted(placed), (inf, 0, None)]:
        while measured and measured[0][0] < bound:
            distance, nearest = heappop(measured)
            if distance > within:
                return
            yield distance, units[nearest]
        if bound > within:
            return
        if point and place:
            heappush(measured, (metres(point, place), number))
    yield from ((None, unit) for unit in units if not (point and unit.place))


def choose(
    point: Point | None,
    candidates: Iterable[Candidate],
    plan: Iterable[PlanLine],
    priority: int,
    *,
    refused: Collection[int] = (),
    expired: Collection[int] = (),
    in_danger: Collection[int] = (),
    spare: Mapping[tuple[int, str], int] | None = None,
) -> Choice:
    """Choose the nearest units for every line of the plan by exact geodesic distance; no unit twice.

    `point` is in degrees WGS-84; without it the longest idle free units go, wherever they are. `refused` and `expired`
    are ids of units that have had an offer of this incident, `in_danger` of those whose officers are. `spare` says for
    an agency's id and a capability how many units P3 and P4 may have of it (no limit where it says nothing).
    """
    units = sorted(candidates, key=lambda unit: unit.precedence)
    had_offer = dict.fromkeys(expired, Reason.EXPIRED) | dict.fromkeys(refused, Reason.REFUSED)
    had_offer |= dict.fromkeys(in_danger, Reason.IN_DANGER)
    limits = dict(spare or {}) if priority >= 3 else {}
    choosing = _Choosing(point, units, takes_units(priority, point), had_offer, limits)
    return Choice(tuple(choosing.choose(line) for line in plan))


@dataclass
class _Choosing:
    """A plan whose lines are chosen one after the other, each from the units that the lines before have left."""

    point: Point | None
    units: list[Candidate]  # by precedence
    may_take: bool
    had_offer: Mapping[int, Reason]
    spare: dict[tuple[int, str], int]
    sent: set[int] = field(default_factory=set)

    def choose(self, line: PlanLine) -> LineChoice:
        obstacles = {unit.id: self._obstacle(unit, line.capability) for unit in self.units}
        verdicts = list(self._rank(line, [unit for unit in self.units if not obstacles[unit.id]]))
        picks = tuple(verdict for verdict in verdicts if verdict.reason in SENDS)
        reach = max((pick.distance or 0.0 for pick in picks), default=0.0) if len(picks) == line.count else inf
        named = {verdict.candidate.id for verdict in verdicts}
        others = [unit for unit in self.units if unit.id not in named and (obstacles[unit.id] or self._is_late(unit))]
        passed_over = chain.from_iterable(
            by_distance(self.point, [it for it in others if (line.capability in it.capabilities) is able], reach)
            for able in (True, False)
        )
        for distance, unit in islice(passed_over, EXPLAINED):
            verdicts.append(Verdict(unit, distance, obstacles[unit.id] or Reason.STALE_POSITION))
        verdicts.sort(key=lambda verdict: inf if verdict.distance is None else verdict.distance)
        return LineChoice(line, picks, tuple(verdicts))

    def _obstacle(self, unit: Candidate, capability: str) -> Reason | None:
        """The reason that excludes a unit from the ranking."""
        if capability not in unit.capabilities:
            return Reason.NO_CAPABILITY
        if unit.id in self.sent:
            return Reason.CHOSEN_ALREADY
        if not may_go(unit.status, unit.busy_with_priority or 0, self.may_take):
            return Reason.OFF_DUTY if unit.status == "off_duty" else Reason.BUSY
        unusable = self.point and unit.freshness == "unusable"
        return self.had_offer.get(unit.id) or (Reason.STALE_POSITION if unusable else None)

    def _is_late(self, unit: Candidate) -> bool:
        return self.point is not None and unit.freshness == "stale"

    def _rank(self, line: PlanLine, able: list[Candidate]) -> Iterator[Verdict]:
        """The chosen units, those that their agencies keep, and the next one."""
        ranking = chain.from_iterable(
            by_distance(self.point, [unit for unit in able if self._is_late(unit) is late]) for late in (False, True)
        )
        wanted, last = line.count, None
        for distance, unit in ranking:
            if not wanted:
                yield Verdict(unit, distance, _behind(unit, distance, last))
                return
            if self.spare.get((unit.agency_id, line.capability), inf) <= 0:
                yield Verdict(unit, distance, Reason.KEPT_FOR_P1)
                continue
            wanted, last = wanted - 1, distance
            self._send(unit)
            yield Verdict(unit, distance, _sent(unit, distance))

    def _send(self, unit: Candidate) -> None:
        self.sent.add(unit.id)
        for capability in unit.capabilities:
            if (unit.agency_id, capability) in self.spare:
                self.spare[unit.agency_id, capability] -= 1


def _sent(unit: Candidate, distance: float | None) -> Reason:
    if distance is None:
        return Reason.LONGEST_IDLE
    return Reason.CHOSEN if unit.status == "available" else TAKEN_FROM[unit.busy_with_priority or 3]


def _behind(unit: Candidate, distance: float | None, last: float | None) -> Reason:
    """Return the reason for which a unit that may go comes after the last chosen one."""
    if distance is None or last is None:
        return Reason.IDLE_FOR_LESS
    if distance > last:
        return Reason.FARTHER
    if unit.freshness == "stale":
        return Reason.STALE_POSITION
    return Reason.IDLE_FOR_LESS if unit.status == "available" else Reason.BUSY
