"""The fleet in memory: which units are free, where they are, and which of them dispatch chooses."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from meteor.dispatch import nearest
from meteor.dispatch.choice import Candidate, Choice, PlanLine
from meteor.dispatch.nearest import may_go, takes_units
from meteor.geo import Point


@dataclass
class MemoryUnit:
    """A unit. `assignment` is the offer that it has or that it took, `busy_with_priority` that of the incident."""

    id: int
    call_sign: str
    agency_id: int
    capabilities: frozenset[str]
    place: Point
    idle_since: datetime
    status: str = "available"
    assignment: int | None = None
    busy_with_priority: int | None = None

    def candidate(self) -> Candidate:
        """The unit as dispatch sees it; its device always tells a fresh place."""
        return Candidate(
            self.id, self.call_sign, self.agency_id, self.capabilities, self.status, self.place, None, "fresh",
            self.idle_since, self.busy_with_priority,
        )  # fmt: skip

    def take(self, offer: int, priority: int) -> None:
        """It has an offer of an incident."""
        self.status, self.assignment, self.busy_with_priority = "offered", offer, priority

    def leave(self, idle_since: datetime | None) -> None:
        """It is free; it was busy until `idle_since`, if it was."""
        self.status, self.assignment, self.busy_with_priority = "available", None, None
        self.idle_since = idle_since or self.idle_since

    def is_given(self, capability: str, *, may_take: bool) -> bool:
        """Return whether the unit has the capability and may go."""
        return capability in self.capabilities and bool(may_go(self.status, self.busy_with_priority or 0, may_take))


class MemoryFleet:
    """All units, and what each agency keeps for P1 (`reserves`, by the agency's id)."""

    def __init__(self, units: Iterable[MemoryUnit], reserves: dict[int, int]) -> None:
        self.units = {unit.id: unit for unit in units}
        self.ids = {unit.call_sign: unit.id for unit in self.units.values()}
        self.reserves = reserves

    def choose(
        self,
        point: Point,
        lines: Sequence[PlanLine],
        priority: int,
        refused: Collection[int],
        expired: Collection[int],
    ) -> Choice:
        """The choice of `nearest.choose`, which is given only the units that may go: the others are never chosen."""
        may_take = takes_units(priority, point)
        given = [
            unit.candidate()
            for unit in self.units.values()
            if any(unit.is_given(line.capability, may_take=may_take) for line in lines)
        ]
        spare = self._spare(lines) if priority >= 3 else None
        return nearest.choose(point, given, lines, priority, refused=refused, expired=expired, spare=spare)

    def serves(self, capability: str, priority: int, tried: Collection[int]) -> bool:
        """Return whether an untried unit is there for a shortfall, as `dispatch.waiting` asks."""
        may_take = takes_units(priority, (0.0, 0.0))
        spare = self._spare([PlanLine(capability)]) if priority >= 3 else {}
        return any(
            unit.id not in tried
            and unit.is_given(capability, may_take=may_take)
            and spare.get((unit.agency_id, capability), 1) > 0
            for unit in self.units.values()
        )

    def _spare(self, lines: Iterable[PlanLine]) -> dict[tuple[int, str], int]:
        """The free units that each agency has beyond its reserve, by its id and the capability."""
        wanted = {line.capability for line in lines}
        free = Counter(
            (unit.agency_id, capability)
            for unit in self.units.values()
            if unit.status == "available"
            for capability in sorted(unit.capabilities & wanted)
        )
        return {
            (agency, capability): max(0, free[agency, capability] - reserve)
            for agency, reserve in self.reserves.items()
            for capability in wanted
        }
