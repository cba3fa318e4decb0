"""Calls played in simulated time: callers, call-takers and crews act by a written model, METEOR by its own rules.

Each rule receives its simulated moment. Patience and length of calls are in call_model. Durations that METEOR does
not promise are assumptions.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.rules import crew_of
from meteor.calls import classifying, drafts, holding, rules, sending
from meteor.calls.models import Call
from meteor.calls.rules import Announcement
from meteor.calls.waiting import console
from meteor.clients.models import ApiClient
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.protocols import scripts
from meteor.store.database import db
from meteor.training.call_model import REPORTS, TYPED, SimulatedCall
from meteor.training.simulated_pbx import where

TAKERS = 8
"""Number of the city's call-takers."""
REACTION = (2, 5)
"""Seconds from the first ring until a free call-taker takes the call."""
SENT = 30
"""Seconds of the call until help is sent, the target for a trained call-taker."""
WRITING = (5, 20)
"""After a call until its call-taker is ready for the next."""
ACCEPTED = 10
"""Seconds until a crew accepts, of the 30 allowed."""
HANDLED = (600, 1800)
"""Seconds until an incident is closed."""

PLACES = ("alun-alun", "pasar baru", "rsud", "terminal", "stasiun", "pelabuhan")
"""Places of callers without a position."""


class Staff(NamedTuple):
    """The staff on duty: call-takers, and a dispatcher who closes incidents and acknowledges alarms."""

    takers: Sequence[User]
    dispatcher: User


class Scenario:
    """Plays `calls`, announced by the client `pbx`, from the moment `began`. Repeatable by `seed`.

    Each free call-taker takes the call that has waited longest. Commits nothing: an unfinished scenario leaves no
    rows.
    """

    def __init__(
        self, calls: Iterable[SimulatedCall], pbx: ApiClient, staff: Staff, began: datetime, seed: int
    ) -> None:
        self.pbx, self.began, self.second = pbx, began.astimezone(UTC), 0.0
        self.random = Random(seed)  # noqa: S311  (a model, no secret)
        self.dispatcher, self.free = staff.dispatcher, deque(staff.takers)
        self.calls: dict[UUID, SimulatedCall] = {}
        self.due: list[tuple[float, int, Callable[[], None]]] = []
        self.planned = 0
        for simulated in calls:
            self._after(simulated.at, self._announce, simulated)

    def play(self) -> None:
        """Play until every call is over and every incident closed."""
        while self.due:
            self.second, _, action = heappop(self.due)
            action()

    @property
    def at(self) -> datetime:
        """The simulated moment."""
        return self.began + timedelta(seconds=self.second)

    def _announce(self, simulated: SimulatedCall) -> None:
        reference = f"rehearsal-{self.began.isoformat()}-{len(self.calls)}"
        told = where(simulated, self.at)
        announcement = Announcement(reference, simulated.caller, self.at, "112", **told.get("location", told))
        call = rules.announce(announcement, self.pbx, self.at)
        self.calls[call.id] = simulated
        self._after(simulated.waits, self._give_up, call)
        if self.free:
            taker = self.free.popleft()
            self._after(self.random.uniform(*REACTION), self._answer, taker)

    def _give_up(self, call: Call) -> None:
        if call.status == "ringing":
            rules.exchange_event(call, "abandoned", self.at)

    def _answer(self, taker: User) -> None:
        call = next((call for call in console(taker, self.at).ringing if call.id in self.calls), None)
        if call is None:
            self.free.append(taker)
            return
        holding.take_call(call, self.at, taker)
        rules.exchange_event(call, "answered", self.at)
        simulated = self.calls[call.id]
        if simulated.is_ in REPORTS:
            self._after(SENT, self._send, call, simulated, taker)
        self._after(simulated.talks, self._hang_up, call, simulated, taker)

    def _send(self, call: Call, simulated: SimulatedCall, taker: User) -> None:
        known = (scripts.search_types(TYPED[simulated.is_], 1) or scripts.search_types("", 1))[0]
        place = {} if simulated.spot else {"place": self.random.choice(PLACES)}
        typed = {"type_id": str(known.id), "note": simulated.says, **place}
        drafts.save_draft(call, typed, call.draft_version, self.at, taker)
        incident = sending.open_incident(call, self.at, taker).incident
        self._after(ACCEPTED, self._accept, incident)
        self._after(self.random.uniform(*HANDLED), self._close, incident)

    def _hang_up(self, call: Call, simulated: SimulatedCall, taker: User) -> None:
        rules.exchange_event(call, "ended", self.at)
        if simulated.is_ not in REPORTS:
            classifying.classify(call, simulated.is_, simulated.says, self.at, taker)
        self._after(self.random.uniform(*WRITING), self._answer, taker)

    def _accept(self, incident: Incident) -> None:
        offered = select(Assignment).where(Assignment.incident_id == incident.id, Assignment.status == "offered")
        for assignment in db.session.scalars(offered).all():
            if crew := crew_of(assignment.unit):
                dispatch.accept(assignment, self.at, crew[0])

    def _close(self, incident: Incident) -> None:
        db.session.refresh(incident)
        if incident.is_open:
            outcome = "helped" if incident.accepted_at else "handed_over"
            dispatch.close(incident, outcome, "", self.at, self.dispatcher)
        alarms = select(Notice.id).where(Notice.url == f"/incidents/{incident.number}")
        for alarm in db.session.scalars(alarms).all():
            notices.acknowledge(alarm, self.dispatcher, self.at)

    def _after(self, seconds: float, action: Callable[..., None], *about: Any) -> None:
        self.planned += 1  # of two actions at one moment the one that was planned first
        do: Callable[[], None] = partial(action, *about)
        heappush(self.due, (self.second + seconds, self.planned, do))
