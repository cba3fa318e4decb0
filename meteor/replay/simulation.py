"""The simulated clock: incidents begin, crews answer, travel and leave; dispatch decides by its own rules."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush

from meteor.agencies.travel import Pace, seconds
from meteor.geo import Point, metres
from meteor.replay.crews import CrewTurn, crew_turn
from meteor.replay.dispatching import Dispatch, FleetUnit, Offer
from meteor.replay.movement import Movement, stand
from meteor.replay.year import PlannedIncident, milliseconds

GIVES_UP = timedelta(hours=2)
"""After its opening an incident that no unit has reached is closed: others have helped."""

AVERAGE = 1.0
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Job:
    """One unit on one incident: from acceptance until it is free."""

    call_sign: str
    capability: str
    accepted_at: datetime
    arrived_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(eq=False)
class Outcome:
    """The result of an incident. `lacked`: a plan line found no unit at its opening."""

    planned: PlannedIncident
    offers: list[str] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    lacked: bool = False
    closed: bool = False
    gives_up: int = 0  # the number of that event

    def seconds(self, capability: str = "") -> float | None:
        """Seconds from the alert until the first unit (for a line of the plan) was there; None where none came."""
        jobs = (job for job in self.jobs if capability in ("", job.capability))
        first = min((job.arrived_at for job in jobs if job.arrived_at), default=None)
        return (first - self.planned.at).total_seconds() if first else None


class Simulation:
    """Plays a year with a fleet. The same seed gives the same outcomes."""

    def __init__(
        self,
        year: Sequence[PlannedIncident],
        dispatch: Dispatch,
        fleet: Mapping[str, FleetUnit],
        paces: Mapping[str, Pace],
        seed: int,
    ) -> None:
        self.dispatch, self.fleet, self.paces, self.seed = dispatch, fleet, paces, seed
        self.outcomes = {each.number: Outcome(each) for each in year}
        self.away: dict[str, Movement] = {}  # of the units that stand neither at their base nor on scene
        self.asked: Counter[tuple[int, str]] = Counter()
        self.events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.planned = 0
        self.needless: set[int] = set()  # numbers of events
        for each in year:
            self._at(each.opened_at, self._open, each)

    def play(self) -> list[Outcome]:
        """Play until every incident is closed and every unit is back."""
        at = min((event[0] for event in self.events), default=_NEVER)
        while self.events:
            if self.events[0][1] in self.needless:
                heappop(self.events)
                continue
            due = max(self.dispatch.next_due(at) or _NEVER, at)
            at = min(due, self.events[0][0])
            for call_sign, movement in self.away.items():
                self.dispatch.fix(call_sign, movement.place(at), at)
            if due == at:
                self.dispatch.let_time_pass(at)
            else:
                heappop(self.events)[2](at)
            self._look(at)
        return list(self.outcomes.values())

    def _look(self, at: datetime) -> None:
        """Let crews hear of their offers, and units drive home that were taken off."""
        for offer in self.dispatch.new_offers():
            self._hear(offer, at)
        for call_sign, movement in list(self.away.items()):
            if not movement.homewards and self.dispatch.is_free(call_sign):
                self._go_home(call_sign, at)

    def _open(self, planned: PlannedIncident, at: datetime) -> None:
        self.dispatch.open_incident(planned.number, planned.type_code, planned.place, at)
        self.outcomes[planned.number].lacked = self.dispatch.has_shortfall(planned.number)
        outcome = self.outcomes[planned.number]
        outcome.gives_up = self._at(at + GIVES_UP, self._give_up, outcome)

    def _hear(self, offer: Offer, at: datetime) -> None:
        unit, outcome = self.fleet[offer.call_sign], self.outcomes[offer.incident]
        outcome.offers.append(offer.call_sign)
        times = self.asked[offer.incident, offer.call_sign]
        self.asked[offer.incident, offer.call_sign] += 1
        planned = outcome.planned
        turn = crew_turn(self.seed, planned.number, planned.type_code, unit.call_sign, unit.kind, times)
        if (movement := self.away.get(unit.call_sign)) and not movement.homewards:
            self.away[unit.call_sign] = stand(movement.place(at))  # it was taken from another incident
        if turn.answer != "silent":
            step = self._accept if turn.answer == "accept" else self._refuse
            self._at(at + milliseconds(turn.answers_after), step, offer, turn)

    def _refuse(self, offer: Offer, turn: CrewTurn, at: datetime) -> None:
        self.dispatch.refuse(offer.id, at)

    def _accept(self, offer: Offer, turn: CrewTurn, at: datetime) -> None:
        if not self.dispatch.accept(offer.id, at):
            return
        job = Job(offer.call_sign, offer.capability, at)
        self.outcomes[offer.incident].jobs.append(job)
        movement = self.away.get(offer.call_sign)
        if movement:
            self.away[offer.call_sign] = stand(movement.place(at))
        ready = turn.turns_round if movement else turn.turnout
        self._at(at + milliseconds(ready), self._depart, offer, turn, job)

    def _depart(self, offer: Offer, turn: CrewTurn, job: Job, at: datetime) -> None:
        if not self.dispatch.depart(offer.id, at):
            job.ended_at = at
            return
        place = self.outcomes[offer.incident].planned.place
        self._move(offer.call_sign, place, turn.factor, at)
        self._at(self.away[offer.call_sign].ends_at, self._arrive, offer, turn, job)

    def _arrive(self, offer: Offer, turn: CrewTurn, job: Job, at: datetime) -> None:
        if not self.dispatch.arrive(offer.id, at):
            job.ended_at = at
            return
        job.arrived_at = at
        del self.away[offer.call_sign]
        self.needless.add(self.outcomes[offer.incident].gives_up)
        self._at(at + milliseconds(turn.on_scene), self._clear, offer, job)

    def _clear(self, offer: Offer, job: Job, at: datetime) -> None:
        job.ended_at = at
        place = self.outcomes[offer.incident].planned.place
        self.dispatch.fix(offer.call_sign, place, at)
        if self.dispatch.clear(offer.id, at):
            self.away[offer.call_sign] = stand(place)
            self._go_home(offer.call_sign, at)
        if not self.dispatch.has_units(offer.incident):
            self._close(self.outcomes[offer.incident], at)

    def _give_up(self, outcome: Outcome, at: datetime) -> None:
        self._close(outcome, at)

    def _close(self, outcome: Outcome, at: datetime) -> None:
        outcome.closed = True
        self.dispatch.close(outcome.planned.number, at)

    def _go_home(self, call_sign: str, at: datetime) -> None:
        self._move(call_sign, self.fleet[call_sign].base, AVERAGE, at, homewards=True)
        self._at(self.away[call_sign].ends_at, self._be_home, call_sign, self.away[call_sign])

    def _be_home(self, call_sign: str, movement: Movement, at: datetime) -> None:
        if self.away.get(call_sign) is movement:
            del self.away[call_sign]  # its device has told the place just now

    def _move(self, call_sign: str, to: Point, factor: float, at: datetime, *, homewards: bool = False) -> None:
        unit, movement = self.fleet[call_sign], self.away.get(call_sign)
        start = movement.place(at) if movement else unit.base
        way = seconds(metres(start, to), self.paces[unit.kind]) * factor
        self.away[call_sign] = Movement(start, to, at, at + milliseconds(way), homewards)

    def _at(self, at: datetime, action: Callable[..., None], *about: object) -> int:
        """Plan an event; its number. Of two at one moment the one that was planned first comes first."""
        self.planned += 1
        do: Callable[[datetime], None] = partial(action, *about)
        heappush(self.events, (at, self.planned, do))
        return self.planned
