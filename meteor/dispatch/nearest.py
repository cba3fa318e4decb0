"""Dispatch sends the nearest: who goes for a plan, why, and why not those who were nearer.

A unit may be sent when it is available, has the capability and a place: a fix of the last 10 minutes, or the base that
it stands at. A fix of 10 to 30 minutes counts behind every fresher one, an older one not at all. Distances are geopy's
geodesics; `geography` says why a few of them are enough to find always exactly the nearest.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from meteor.dispatch.choice import Candidate, Choice, LineChoice, Pick, PlanLine, Reason, Verdict
from meteor.dispatch.geography import LatitudeOrder, Point

EXPLAINED = 50  # units that were passed over and are named, for each line of the plan
RUNNERS_UP = 1  # farther units that are named beside the chosen: who would have been next
UNITS_UNDER_WAY = ("assigned", "en_route")
SENDS = frozenset({Reason.CHOSEN, Reason.LONGEST_IDLE, Reason.TAKEN_FROM_P3, Reason.TAKEN_FROM_P4})
TAKEN_FROM = {3: Reason.TAKEN_FROM_P3, 4: Reason.TAKEN_FROM_P4}

Nearest = list[tuple[float | None, Candidate]]
Judged = list[tuple[float | None, Candidate, Reason]]


def choose(
    point: Point | None,
    candidates: Iterable[Candidate],
    plan: Iterable[PlanLine],
    priority: int,
    *,
    refused: Collection[int] = (),
    expired: Collection[int] = (),
    spare: Mapping[tuple[int, str], int] | None = None,
) -> Choice:
    """Choose for every line of the plan the nearest units by geodesic distance, exactly; no unit twice.

    Equal distances go to the longest idle, then to the lowest id. For an incident of priority 1, units that are
    assigned or en route to one of priority 3 or 4 compete by distance like free ones: one is taken only if it is nearer
    than every free one. `refused` and `expired` are ids of units that have had their offer of this incident. `spare`
    says for an agency's id and a capability how many units that agency gives to P3 and P4 before it keeps the rest for
    P1; what it does not name is not limited. Without a point nobody is near: the longest idle free unit goes, wherever
    it is.
    """
    everyone = sorted(candidates, key=lambda candidate: candidate.precedence)
    limits = dict(spare or {}) if priority >= 3 else {}
    chooser = _Chooser(point, everyone, priority, frozenset(refused), frozenset(expired), limits)
    return Choice(tuple(chooser.choose(line) for line in plan))


@dataclass
class _Chooser:
    """A plan on its way: line by line there is less left to choose from."""

    point: Point | None
    candidates: list[Candidate]  # by precedence
    priority: int
    refused: frozenset[int]
    expired: frozenset[int]
    spare: dict[tuple[int, str], int]
    sent: set[int] = field(default_factory=set)

    def choose(self, line: PlanLine) -> LineChoice:
        obstacles = {unit.id: self._obstacle(unit, line.capability) for unit in self.candidates}
        judged = self._judged(line, [unit for unit in self.candidates if obstacles[unit.id] is None])
        picks = tuple(Pick(line.capability, unit, metres, word) for metres, unit, word in judged if word in SENDS)
        reach = max((pick.distance or 0.0 for pick in picks), default=0.0) if len(picks) == line.count else inf
        judged += self._passed_over(obstacles, {unit.id for _, unit, _ in judged}, reach)
        judged.sort(key=lambda it: inf if it[0] is None else it[0])
        for pick in picks:
            self._send(pick.candidate)
        return LineChoice(line, picks, tuple(Verdict(it.call_sign, m, it.position_age, word) for m, it, word in judged))

    def _obstacle(self, unit: Candidate, capability: str) -> Reason | None:
        """What keeps a unit from competing."""
        if capability not in unit.capabilities:
            return Reason.NO_CAPABILITY
        if unit.id in self.sent:
            return Reason.CHOSEN_ALREADY
        if unit.status != "available" and not self._may_be_taken(unit):
            return Reason.OFF_DUTY if unit.status == "off_duty" else Reason.BUSY
        if unit.id in self.refused:
            return Reason.REFUSED
        if unit.id in self.expired:
            return Reason.EXPIRED
        return Reason.STALE_POSITION if unit.lost and self.point else None

    def _may_be_taken(self, unit: Candidate) -> bool:
        less_urgent = unit.status in UNITS_UNDER_WAY and unit.busy_with_priority in TAKEN_FROM
        return less_urgent and self.priority == 1 and self.point is not None

    def _judged(self, line: PlanLine, able: list[Candidate]) -> Judged:
        """The chosen, those between them whom their agencies keep, and the runners-up."""
        size = line.count + RUNNERS_UP
        while True:
            nearest = self._first(able, size)
            judged = self._picked(line, nearest)
            if len(nearest) < size or sum(word in SENDS for _, _, word in judged) == line.count:
                return judged
            size *= 2

    def _first(self, able: list[Candidate], size: int) -> Nearest:
        """So many of the units, nearest first, those with a late position behind all others."""
        if self.point is None:
            return [(None, unit) for unit in able[:size]]
        nearest = self._nearest([unit for unit in able if not unit.late], size)
        if len(nearest) < size:
            nearest += self._nearest([unit for unit in able if unit.late], size - len(nearest))
        return nearest

    def _picked(self, line: PlanLine, nearest: Nearest) -> Judged:
        judged: Judged = []
        given: Counter[int] = Counter()
        last: float | None = None
        for distance, unit in nearest:
            if given.total() == line.count:
                reason = _behind(unit, distance, last)
            elif given[unit.agency_id] >= self.spare.get((unit.agency_id, line.capability), inf):
                reason = Reason.KEPT_FOR_P1
            else:
                given[unit.agency_id] += 1
                last = distance
                reason = Reason.LONGEST_IDLE if distance is None else _sent(unit)
            judged.append((distance, unit, reason))
        return judged

    def _passed_over(self, obstacles: dict[int, Reason | None], named: set[int], reach: float) -> Judged:
        """Who is no farther than the chosen: who has the capability, and then, if there is room, who has not."""
        others = [unit for unit in self.candidates if unit.id not in named and (obstacles[unit.id] or unit.late)]
        able = [unit for unit in others if obstacles[unit.id] != Reason.NO_CAPABILITY]
        unable = [unit for unit in others if obstacles[unit.id] == Reason.NO_CAPABILITY]
        near = self._no_farther(able, EXPLAINED, reach)
        if len(near) < EXPLAINED:
            near += self._no_farther(unable, EXPLAINED - len(near), reach)
        return [(distance, unit, obstacles[unit.id] or Reason.STALE_POSITION) for distance, unit in near]

    def _no_farther(self, units: list[Candidate], count: int, reach: float) -> Nearest:
        """The nearest so many; with units lacking also those whose distance is unknown."""
        near = self._nearest(units, count, reach)
        if reach < inf:
            return near
        unknown: Nearest = [(None, unit) for unit in units if unit.place is None or self.point is None]
        return near + unknown[: count - len(near)]

    def _nearest(self, units: list[Candidate], count: int, within: float = inf) -> Nearest:
        if self.point is None:
            return []
        placed = [(unit.place, unit) for unit in units if unit.place]
        order = LatitudeOrder([place for place, _ in placed])
        return [(distance, placed[index][1]) for distance, index in order.nearest(self.point, count, within)]

    def _send(self, unit: Candidate) -> None:
        self.sent.add(unit.id)
        for capability in unit.capabilities:
            if (unit.agency_id, capability) in self.spare:
                self.spare[unit.agency_id, capability] -= 1


def _sent(unit: Candidate) -> Reason:
    return Reason.CHOSEN if unit.status == "available" else TAKEN_FROM[unit.busy_with_priority or 3]


def _behind(unit: Candidate, distance: float | None, last: float | None) -> Reason:
    """Why a unit that could have been sent comes after the last chosen one."""
    if distance is None or last is None:
        return Reason.IDLE_FOR_LESS
    if distance > last:
        return Reason.FARTHER
    if unit.late:
        return Reason.STALE_POSITION
    return Reason.IDLE_FOR_LESS if unit.status == "available" else Reason.BUSY
