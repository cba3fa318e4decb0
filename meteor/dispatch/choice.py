"""What dispatch chooses from and what it answers: candidates, a plan, and a choice that explains itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import NamedTuple

from meteor.agencies.rules import STALE, UNUSABLE
from meteor.dispatch.geography import Point

FRESH_SECONDS, USABLE_SECONDS = STALE.total_seconds(), UNUSABLE.total_seconds()


class Reason(StrEnum):
    """Why a unit was chosen, or why not."""

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


class Candidate(NamedTuple):
    """A unit as dispatch sees it.

    `place` (degrees WGS-84) is its last fix, `position_age` seconds old, or the base that it stands at, and then
    `position_age` is None. A unit that is not at its base and has sent no fix has no place. `busy_with_priority` is
    the priority of the incident that it is on.
    """

    id: int
    call_sign: str
    agency_id: int
    capabilities: frozenset[str]
    status: str
    place: Point | None
    position_age: float | None
    idle_since: datetime
    busy_with_priority: int | None = None

    @property
    def precedence(self) -> tuple[bool, datetime, int]:
        """At equal distances: free before taken from another incident, then the longest idle, then the lowest id."""
        return self.status != "available", self.idle_since, self.id

    @property
    def late(self) -> bool:
        """Whether its place is older than 10 minutes."""
        return self.position_age is not None and self.position_age > FRESH_SECONDS

    @property
    def lost(self) -> bool:
        """Whether its place is older than 30 minutes, or unknown."""
        return self.place is None or (self.position_age is not None and self.position_age > USABLE_SECONDS)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of a response plan: `count` units with `capability`."""

    capability: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Pick:
    """A unit to be sent, for a capability that the plan asks for; its geodesic metres, None without a place."""

    capability: str
    candidate: Candidate
    distance: float | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the timeline keeps of a candidate: call sign, geodesic metres and age of its position in seconds.

    `distance` is None where either place is unknown, `position_age` where the unit stands at its base.
    """

    unit: str
    distance: float | None
    position_age: float | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class LineChoice:
    """Who goes for a line of the plan, and the verdicts that explain it, nearest first.

    They name the chosen, those nearer who were passed over (the nearest 50) and the next.
    """

    line: PlanLine
    picks: tuple[Pick, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def lacking(self) -> int:
        """How many units the line asks for that nobody is left to be."""
        return self.line.count - len(self.picks)

    @property
    def reach(self) -> float:
        """Metres within which the candidates must be complete for this choice to be right."""
        if self.lacking or any(pick.distance is None or pick.candidate.late for pick in self.picks):
            return inf
        return max((pick.distance or 0.0 for pick in self.picks), default=0.0)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who goes for a whole plan, line by line."""

    lines: tuple[LineChoice, ...]

    @property
    def picks(self) -> tuple[Pick, ...]:
        """All units to be sent, in the order of the plan, nearest first."""
        return tuple(pick for choice in self.lines for pick in choice.picks)

    @property
    def lacking(self) -> tuple[PlanLine, ...]:
        """What the plan asks for and nobody is left to do."""
        return tuple(PlanLine(choice.line.capability, choice.lacking) for choice in self.lines if choice.lacking)

    @property
    def reach(self) -> float:
        """Metres within which the candidates must be complete for this choice to be right."""
        return max((choice.reach for choice in self.lines), default=0.0)

    def verdicts_for(self, pick: Pick) -> tuple[Verdict, ...]:
        """The verdicts on the line that this unit was chosen for."""
        return next(choice.verdicts for choice in self.lines if pick in choice.picks)
