"""Units recommended to a person who adds some, and the rules of selection that the person's choice overrides."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from meteor.dispatch.choice import PlanLine, Reason
from meteor.dispatch.facts import Facts, missing, most_needed
from meteor.dispatch.roster import RosterUnit


@dataclass(frozen=True)
class Need:
    """A line of the response plan that is not covered, and the free units for it, nearest first."""

    line: PlanLine
    units: Sequence[RosterUnit]


class Recommendation:
    """The free units among `entries`, nearest first; no unit twice.

    `needs`: those for each uncovered line of the plan; `beyond`: others that the plan could use;
    `in_danger`: those whose officers are in danger, whatever they can do; `others`: the rest.
    """

    def __init__(self, entries: Sequence[RosterUnit], facts: Facts) -> None:
        self.entries, self.facts = entries, facts
        self.free = [entry for entry in entries if entry.available]
        self.spare = self._spare()
        self.needs: list[Need] = []
        self.in_danger = [entry for entry in self.free if entry.in_danger]
        left = [entry for entry in self.free if not entry.in_danger]
        for line in missing(facts):
            able = [entry for entry in left if line.capability in _abilities(entry)]
            left = [entry for entry in left if entry not in able]
            self.needs.append(Need(line, able))
        self.beyond = [entry for entry in left if self._is_in_plan(entry)]
        self.others = [entry for entry in left if not self._is_in_plan(entry)]

    def obstacle(self, entry: RosterUnit) -> Reason | None:
        """The rule by which METEOR would not send this unit at all; see `nearest.choose`."""
        if entry.in_danger:
            return Reason.IN_DANGER
        if not self._is_in_plan(entry):
            return Reason.NO_CAPABILITY
        if any(each.unit_id == entry.unit.id and each.ended_by_id is not None for each in self.facts.current):
            return Reason.REFUSED
        if entry.distance is not None and not _usable(entry):
            return Reason.STALE_POSITION
        return Reason.KEPT_FOR_P1 if self.spare.get(self._line(entry), 1) <= 0 else None

    def overridden(self, chosen: Collection[int]) -> Iterator[tuple[RosterUnit, Reason]]:
        """The units of the choice (ids) that METEOR would not send, each with the first rule against it."""
        left, sent = [entry for entry in self.free if entry.unit.id not in chosen], Counter[tuple[int, str]]()
        for entry in (entry for entry in self.free if entry.unit.id in chosen):
            line = self._line(entry)
            kept = self.spare.get(line, inf) <= sent[line]
            reason = self.obstacle(entry) or (Reason.KEPT_FOR_P1 if kept else self._behind(entry, left))
            sent[line] += 1
            if reason:
                yield entry, reason

    def _is_in_plan(self, entry: RosterUnit) -> bool:
        return any(line.capability in _abilities(entry) for line in self.facts.plan)

    def _behind(self, entry: RosterUnit, left: Sequence[RosterUnit]) -> Reason | None:
        """Return whether a unit that is left out comes first: a fresh position, or else a nearer one (rule 3)."""
        _, capability = self._line(entry)
        for other in left:
            if capability in _abilities(other) and _rank(other) < _rank(entry) and not self.obstacle(other):
                return Reason.FARTHER if _rank(other)[1] < _rank(entry)[1] else Reason.STALE_POSITION
        return None

    def _line(self, entry: RosterUnit) -> tuple[int, str]:
        """The unit's agency, and the capability in which it would go."""
        return entry.unit.agency_id, most_needed(self.facts, [each.capability for each in entry.unit.capabilities])

    def _spare(self) -> dict[tuple[int, str], int]:
        """Free units that each agency gives to P3 and P4, by its id and a capability of the plan."""
        if self.facts.incident.priority < 3:
            return {}
        lines = [line.capability for line in self.facts.plan]
        free = Counter(
            (entry.unit.agency_id, code)
            for entry in self.free
            if _usable(entry) and not entry.in_danger
            for code in _abilities(entry).intersection(lines)
        )
        reserves = {entry.unit.agency_id: entry.unit.agency.reserve for entry in self.free}
        return {(agency, code): count - reserves[agency] for (agency, code), count in free.items()}


def _abilities(entry: RosterUnit) -> set[str]:
    return {each.capability for each in entry.unit.capabilities}


def _usable(entry: RosterUnit) -> bool:
    return entry.unit.at_base or entry.freshness in ("fresh", "stale")


def _rank(entry: RosterUnit) -> tuple[bool, float]:
    """Fresh positions rank before stale ones, then the smaller distance."""
    late = entry.freshness == "stale" and not entry.unit.at_base
    return late, inf if entry.distance is None else entry.distance
