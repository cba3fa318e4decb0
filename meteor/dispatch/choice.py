"""Candidates, a plan, and the choice of units with its reasons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Any, NamedTuple

from meteor.geo import Point


class Reason(StrEnum):
    """The reason for which a unit was chosen or passed over."""

    CHOSEN = "chosen"
    TAKEN_FROM_P3 = "taken from P3"
    TAKEN_FROM_P4 = "taken from P4"
    LONGEST_IDLE = "longest idle"  # the incident's place is unknown
    FARTHER = "farther"
    IDLE_FOR_LESS = "idle for less"  # at the same distance, or the incident's place is unknown
    NO_CAPABILITY = "no capability"
    CHOSEN_ALREADY = "chosen already"  # for another line of the same plan
    OFF_DUTY = "off duty"
    BUSY = "busy"
    REFUSED = "refused"
    EXPIRED = "expired"
    STALE_POSITION = "stale position"
    KEPT_FOR_P1 = "kept for P1"
    NEAR_OFFICER = "near the officer"  # beside the plan: every free unit within facts.NEARBY of an officer in danger
    IN_DANGER = "in danger"  # an officer of this unit, here or in another incident


class Candidate(NamedTuple):
    """A unit as dispatch sees it.

    `place` (degrees WGS-84) is its last fix, `position_age` seconds old, or the base where it stands, and then
    `position_age` is None; a unit that is not at its base and has sent no fix has no place. `freshness` of the place
    is "fresh", "stale" (ranks last) or "unusable". `busy_with_priority` is that of the incident that the
    unit is on, or None.
    """

    id: int
    call_sign: str
    agency_id: int
    capabilities: frozenset[str]
    status: str
    place: Point | None
    position_age: float | None
    freshness: str
    idle_since: datetime
    busy_with_priority: int | None = None

    @property
    def precedence(self) -> tuple[bool, datetime, int]:
        """The order at equal distances: free before taken from another incident, longest idle, lowest id."""
        return self.status != "available", self.idle_since, self.id


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of a response plan: `count` units with `capability`."""

    capability: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """A candidate for a line of the plan, its geodesic metres (None where a place is unknown), and the reason."""

    candidate: Candidate
    distance: float | None
    reason: Reason

    def detail(self) -> dict[str, Any]:
        """The verdict as the timeline keeps it; `position_age` in seconds, None where the unit stands at its base."""
        unit, age = self.candidate.call_sign, self.candidate.position_age
        return {"unit": unit, "distance": self.distance, "position_age": age, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class LineChoice:
    """The units to send for a line of the plan (`picks`), and all verdicts, nearest first.

    The verdicts name the chosen units, the nearest 50 that were passed over within their distance, and the next.
    """

    line: PlanLine
    picks: tuple[Verdict, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def shortfall(self) -> int:
        """Number of units that the line asks for beyond the chosen ones."""
        return self.line.count - len(self.picks)

    @property
    def reach(self) -> float:
        """Metres within which all candidates must be known for this choice to be right."""
        if self.shortfall or any(pick.distance is None or pick.candidate.freshness != "fresh" for pick in self.picks):
            return inf
        return max((pick.distance or 0.0 for pick in self.picks), default=0.0)


@dataclass(frozen=True, slots=True)
class Choice:
    """The units for a whole plan, line by line."""

    lines: tuple[LineChoice, ...]

    @property
    def picks(self) -> tuple[Verdict, ...]:
        """All units to send, in the order of the plan, nearest first."""
        return tuple(pick for line in self.lines for pick in line.picks)

    @property
    def shortfall(self) -> tuple[PlanLine, ...]:
        """The part of the plan without a unit."""
        return tuple(PlanLine(line.line.capability, line.shortfall) for line in self.lines if line.shortfall)
