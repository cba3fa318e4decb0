"""An open incident in memory, with its assignments, as the facts that dispatch decides by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from meteor.dispatch.choice import PlanLine
from meteor.dispatch.facts import Assigned, Facts, State, progress
from meteor.dispatch.offers import OFFER_TIME
from meteor.geo import Point


class TypeRules(NamedTuple):
    """The rules of an incident type. A unit that did not answer is asked again after `offer_again_after` seconds."""

    id: int
    priority: int
    offer_again_after: int
    plan: tuple[PlanLine, ...]


@dataclass
class MemoryIncident:
    """An open incident. `shortfall` are the lines of its plan without a unit."""

    rules: TypeRules
    place: Point
    state: State
    assignments: dict[int, Assigned] = field(default_factory=dict)
    shortfall: tuple[PlanLine, ...] = ()

    @classmethod
    def opened(cls, number: int, rules: TypeRules, place: Point, at: datetime) -> "MemoryIncident":
        """A new incident, which waits."""
        state = State(
            id=number, number=str(number), type_id=rules.id, priority=rules.priority, latitude=place[0],
            longitude=place[1], held=False, flags=[], reopened_at=None, status="open", waiting_since=at, escalated=0,
            accepted_at=None, arrived_at=None,
        )  # fmt: skip
        return cls(rules, place, state)

    @property
    def facts(self) -> Facts:
        """The facts as they are now."""
        return Facts(self.state, list(self.assignments.values()), self.rules.plan)

    @property
    def still_open(self) -> list[Assigned]:
        """The assignments that have not ended."""
        return [each for each in self.assignments.values() if each.ended_at is None]

    def keep_progress(self, facts: Facts, at: datetime) -> None:
        """Take over status and times from the facts; it waits while nobody goes to it."""
        now = progress(facts)
        since = (self.state.waiting_since or at) if now.status == "open" else None
        self.state = self.state._replace(
            status=now.status, accepted_at=now.accepted_at, arrived_at=now.arrived_at, waiting_since=since,
            escalated=self.state.escalated if since == self.state.waiting_since else 0,
        )  # fmt: skip

    def run_out(self, at: datetime) -> list[Assigned]:
        """The offers whose time is over."""
        return [each for each in self._offered() if each.offered_at + OFFER_TIME <= at]

    def is_to_be_escalated(self, after: timedelta, at: datetime) -> bool:
        """Return whether it has waited for `after`, and nothing was done about it."""
        since = self.state.waiting_since
        return since is not None and not self.state.escalated and since + after <= at

    def due(self, after: timedelta, at: datetime) -> Iterator[datetime]:
        """The moments at which time changes something: an offer runs out, it has waited, a unit is asked again."""
        yield from (each.offered_at + OFFER_TIME for each in self._offered())
        if self.state.waiting_since and not self.state.escalated:
            yield self.state.waiting_since + after
        if self.shortfall:
            rests = (each.retry_at for each in self.assignments.values() if each.status == "expired")
            yield from (moment for moment in rests if moment and moment > at)

    def tried(self, at: datetime) -> set[int]:
        """The ids of the units that have refused, been taken off by a person, or rest."""
        return {each.unit_id for each in self.assignments.values() if each.ended_by_id is not None or each.rests(at)}

    def _offered(self) -> Sequence[Assigned]:
        return [each for each in self.assignments.values() if each.status == "offered"]
