"""Dispatch in memory: the rules' own functions decide, over units and offers that are kept in lists, not in tables.

`nearest.choose` ranks, and `facts.missing`, `surplus` and `progress` say what an incident needs, in the order of
`dispatch.reconciliation`. A test plays the same incidents through the database and finds every offer equal.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from meteor.dispatch.choice import Choice, LineChoice, PlanLine, Verdict
from meteor.dispatch.facts import Assigned, missing, surplus
from meteor.dispatch.models import UNDER_WAY
from meteor.dispatch.offers import BATCH, TAKEABLE
from meteor.dispatch.overdue import STEPS
from meteor.geo import Point
from meteor.replay.dispatching import Offer
from meteor.replay.memory_fleet import MemoryFleet
from meteor.replay.memory_incident import MemoryIncident, TypeRules

BESIDE = STEPS[0].after
"""Time without an acceptance after which the next nearest is asked too."""

CREW = 1
"""The id of the user who answers for all crews."""


class MemoryDispatch:
    """Dispatch of a fleet by the types' rules; see `dispatching.Dispatch`."""

    def __init__(self, fleet: MemoryFleet, types: Mapping[str, TypeRules]) -> None:
        self.fleet, self.types = fleet, types
        self.incidents: dict[int, MemoryIncident] = {}  # those that are open
        self.of_offer: dict[int, int] = {}
        self.made: list[Offer] = []
        self.served_at: datetime | None = None

    def fix(self, call_sign: str, place: Point, at: datetime) -> None:
        self.fleet.units[self.fleet.ids[call_sign]].place = place

    def open_incident(self, number: int, type_code: str, place: Point, at: datetime) -> None:
        self.incidents[number] = MemoryIncident.opened(number, self.types[type_code], place, at)
        self._reconcile(number, at)

    def accept(self, offer: int, at: datetime) -> bool:
        return self._advance(offer, ("offered",), "assigned", at, status="accepted", accepted_at=at)

    def refuse(self, offer: int, at: datetime) -> bool:
        return self._end_by_crew(offer, "refused", ("offered",), at)

    def depart(self, offer: int, at: datetime) -> bool:
        return self._advance(offer, ("accepted",), "en_route", at, status="en_route")

    def arrive(self, offer: int, at: datetime) -> bool:
        return self._advance(offer, ("accepted", "en_route"), "on_scene", at, status="on_scene", on_scene_at=at)

    def clear(self, offer: int, at: datetime) -> bool:
        return self._end_by_crew(offer, "cleared", UNDER_WAY, at)

    def close(self, number: int, at: datetime) -> None:
        incident = self.incidents.pop(number)
        for each in incident.still_open:
            self._end(incident, each, at, status="cleared" if each.status in UNDER_WAY else "withdrawn")

    def next_due(self, at: datetime) -> datetime | None:
        if self.served_at != at and self._servable(at):
            return at
        return min((moment for it in self.incidents.values() for moment in it.due(BESIDE, at)), default=None)

    def let_time_pass(self, at: datetime) -> None:
        over = ((it.state.priority, each.id) for it in self.incidents.values() for each in it.run_out(at))
        for number in dict.fromkeys(self.of_offer[offer] for _, offer in sorted(over)):
            self._expire(self.incidents[number], at)
        for number in self._servable(at):
            self._reconcile(number, at)
        waiting = [it.state for it in self.incidents.values() if it.is_to_be_escalated(BESIDE, at)]
        for state in sorted(waiting, key=lambda each: (each.priority, each.waiting_since)):
            self._offer_beside(state.id, at)
        self.served_at = at

    def new_offers(self) -> list[Offer]:
        made, self.made = self.made, []
        return made

    def is_free(self, call_sign: str) -> bool:
        return self.fleet.units[self.fleet.ids[call_sign]].status == "available"

    def has_units(self, number: int) -> bool:
        return bool(self.incidents[number].still_open)

    def has_shortfall(self, number: int) -> bool:
        return bool(self.incidents[number].shortfall)

    def _servable(self, at: datetime) -> Sequence[int]:
        """The incidents that lack what is there now, most urgent first; see `dispatch.waiting`."""
        lacking = (it for it in self.incidents.values() if it.shortfall)  # in the order of their opening
        by_urgency = sorted(lacking, key=lambda it: it.state.priority)
        return [it.state.id for it in by_urgency if self._serves(it, at)][:BATCH]

    def _serves(self, incident: MemoryIncident, at: datetime) -> bool:
        tried, priority = incident.tried(at), incident.state.priority
        return any(self.fleet.serves(line.capability, priority, tried) for line in incident.shortfall)

    def _reconcile(self, number: int, at: datetime) -> None:
        incident = self.incidents[number]
        facts = incident.facts
        for each in surplus(facts):
            self._end(incident, each, at, status="withdrawn")
        lines = missing(facts)
        choice, robbed = self._offer_nearest(incident, lines, at) if lines else (Choice(()), [])
        incident.shortfall = choice.shortfall
        incident.keep_progress(facts, at)
        for lesser in robbed:
            self._reconcile(lesser, at)

    def _offer_beside(self, number: int, at: datetime) -> None:
        incident = self.incidents[number]
        incident.state = incident.state._replace(escalated=1)
        facts = incident.facts
        if incident.shortfall and not any(each.status == "offered" for each in facts.current):
            return
        if lines := missing(facts, accepted_only=True):
            choice, robbed = self._offer_nearest(incident, lines, at)
            for each in (number, *robbed) if choice.picks else ():
                self._reconcile(each, at)

    def _offer_nearest(
        self, incident: MemoryIncident, lines: Sequence[PlanLine], at: datetime
    ) -> tuple[Choice, list[int]]:
        """Offer to the nearest units; the choice, and the numbers of the incidents that lost a unit to it."""
        choice = self._choose(incident, lines, at)
        robbed = [self._offer(incident, pick, line, at) for line in choice.lines for pick in line.picks]
        return choice, [lesser for lesser in robbed if lesser is not None]

    def _choose(self, incident: MemoryIncident, lines: Sequence[PlanLine], at: datetime) -> Choice:
        """Choose as `dispatch.offers`: silent units again only if there are too few others."""
        current = incident.facts.current
        refused = {each.unit_id for each in current if each.ended_by_id is not None}
        silent = [each for each in current if each.status == "expired"]
        resting = {each.unit_id for each in silent if each.rests(at)}
        asked = incident.place, lines, incident.state.priority, refused
        choice = self.fleet.choose(*asked, {each.unit_id for each in silent})
        return self.fleet.choose(*asked, resting) if choice.shortfall and len(resting) < len(silent) else choice

    def _offer(self, incident: MemoryIncident, pick: Verdict, line: LineChoice, at: datetime) -> int | None:
        unit, lesser = self.fleet.units[pick.candidate.id], None
        if unit.status != "available" and unit.assignment is not None:
            lesser = self.of_offer[unit.assignment]
            from_it = self.incidents[lesser]
            self._end(from_it, from_it.assignments[unit.assignment], at, was=TAKEABLE, status="withdrawn")
        offer = len(self.of_offer) + 1
        number, capability = incident.state.id, line.line.capability
        self.of_offer[offer] = number
        incident.assignments[offer] = Assigned(
            offer, unit.id, unit.call_sign, capability, "offered", at, None, None, None, None, None, None
        )
        unit.take(offer, incident.state.priority)
        self.made.append(Offer(offer, number, unit.call_sign, capability))
        return lesser

    def _expire(self, incident: MemoryIncident, at: datetime) -> None:
        retry_at = at + timedelta(seconds=incident.rules.offer_again_after)
        for each in incident.run_out(at):
            self._end(incident, each, at, status="expired", retry_at=retry_at)
        self._reconcile(incident.state.id, at)

    def _advance(self, offer: int, was: Sequence[str], unit_status: str, at: datetime, **values: Any) -> bool:
        incident = self.incidents.get(self.of_offer[offer])
        if incident is None or incident.assignments[offer].status not in was:
            return False
        incident.assignments[offer] = each = incident.assignments[offer]._replace(**values)
        self.fleet.units[each.unit_id].status = unit_status
        self._reconcile(incident.state.id, at)
        return True

    def _end_by_crew(self, offer: int, status: str, was: Sequence[str], at: datetime) -> bool:
        incident = self.incidents.get(self.of_offer[offer])
        ended = incident is not None and self._end(
            incident, incident.assignments[offer], at, was=was, status=status, ended_by_id=CREW
        )
        if incident and ended:
            self._reconcile(incident.state.id, at)
        return ended

    def _end(
        self, incident: MemoryIncident, each: Assigned, at: datetime, was: Sequence[str] = (), **values: Any
    ) -> bool:
        """End an assignment, if it is in one of the states `was`, and free its unit, busy if it accepted."""
        if was and each.status not in was:
            return False
        incident.assignments[each.id] = each._replace(ended_at=at, **values)
        self.fleet.units[each.unit_id].leave(at if each.accepted_at else None)
        return True
