"""A year of incidents as its days have left it, with the rows of response times that its job would have written."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, select

from meteor.agencies.models import Unit
from meteor.alerts.models import Alert
from meteor.calls.models import Call
from meteor.clients.models import ApiClient
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Decision, Escalation, Event, Incident
from meteor.protocols.models import IncidentType
from meteor.statistics.models import ResponseTimes
from meteor.store.database import Base, db
from meteor.store.moments import WIB, now
from meteor.territory.models import Kelurahan
from tests.cast import user
from tests.premises.places import shop

DAYS = 360
"""The year's last day is today, and its first is in the month that pages begin with."""

NOISE = 3
"""With each so-many-th incident comes a call besides that is none."""

SOURCES = {"panic": 30, "call": 55, "sas": 10, "hazard": 5}
OUTCOMES = {"helped": 80, "nothing_found": 8, "false_alarm": 8, "prank": 4}
STEPS = {"triaged": 4, "offered": 2, "accepted": 12, "en_route": 40, "on_scene": 150}
"""The usual seconds from one step to the next."""

Row = dict[str, Any]


class Steps(NamedTuple):
    """What happened to an incident when; None of what did not."""

    received: datetime
    answered: datetime | None
    triaged: datetime | None
    offered: datetime | None
    accepted: datetime | None
    en_route: datetime | None
    on_scene: datetime | None
    closed: datetime


def a_year(count: int) -> None:
    """Store so many incidents, with all that the statistics read of them; one in five has blanks. Commits."""
    year = _Year(count)
    for number in range(1, count + 1):
        year.add(number)
    for model in (Incident, Alert, Call, Assignment, Decision, Escalation, Event, ResponseTimes):
        db.session.execute(insert(model.__table__), year.rows[model])  # type: ignore[arg-type]
    db.session.commit()


class _Year:
    """Rows by their tables."""

    def __init__(self, count: int) -> None:
        self.chance, self.end = random.Random(count), now().replace(microsecond=0)
        self.rows: dict[type[Base], list[Row]] = defaultdict(list)
        self.types = [(each.id, each.code) for each in db.session.scalars(select(IncidentType))]
        areas = db.session.scalars(select(Kelurahan)).all()
        self.places: list[Any] = [None, *((each.id, each.latitude, each.longitude) for each in areas)]
        self.premises = [shop(f"Toko {number}", "").id for number in range(20)]
        self.units, self.staff_id = db.session.scalars(select(Unit.id)).all(), user("maya").id
        exchange = ApiClient(name="Sentral 112", scopes=[])
        db.session.add(exchange)
        db.session.flush()
        self.exchange_id = exchange.id

    def add(self, number: int) -> None:
        at = self.end - timedelta(minutes=self.chance.randrange(120, DAYS * 24 * 60))
        type_id, code = self.chance.choice(self.types)
        source = self._one_of(SOURCES)
        shared = {"type_id": type_id, "priority": self.chance.randrange(1, 5), "source": source}
        steps = self._steps(at, called=source == "call")
        place = self.chance.choice(self.places)
        self._incident(number, steps, place, confidential=code == "domestic_violence", **shared)
        self._reports(number, steps, source)
        self._work(number, steps)
        self._response_times(number, steps, kelurahan_id=place and place[0], **shared)

    def _steps(self, at: datetime, *, called: bool) -> Steps:
        after, found = 0.0, dict[str, datetime | None]()
        for name, usual in STEPS.items():
            after += round(self.chance.expovariate(1 / usual), 3)
            found[name] = at + timedelta(seconds=after) if self.chance.random() > 0.05 else None
        if found["offered"] is None:
            found |= dict.fromkeys(("accepted", "en_route", "on_scene"))
        answered = at + timedelta(seconds=self.chance.randrange(20)) if called else None
        return Steps(received=at, answered=answered, closed=at + timedelta(seconds=after + 1800), **found)

    def _incident(self, number: int, steps: Steps, place: Any, **values: Any) -> None:
        area, *middle = place or (None, None, None)
        latitude, longitude = (each and each + self.chance.uniform(-0.02, 0.02) for each in middle)
        alarm = values["source"] == "sas"
        self._store(
            Incident, id=number, number=f"{steps.received:%y%m%d}-{number:05}", opened_at=steps.received,
            status="closed", closed_at=steps.closed, outcome=self._one_of(OUTCOMES), kelurahan_id=area,
            latitude=latitude, longitude=longitude, accuracy=self.chance.choice([8.0, 30.0, 900.0]) if place else None,
            premises_id=self.chance.choice(self.premises) if alarm else None, **values,
        )  # fmt: skip
        if alarm:
            heard = steps.closed if number % 9 == 0 else steps.received + timedelta(seconds=self.chance.randrange(20))
            acknowledged = {"acknowledged_at": heard, "acknowledged_by_id": self.staff_id}
            self._store(Escalation, incident_id=number, began_at=steps.received, **acknowledged)

    def _reports(self, number: int, steps: Steps, source: str) -> None:
        raised = {"kind": "other", "place_source": "none", "received_at": steps.received}
        self._store(Alert, id=UUID(int=number), source=source, incident_id=number, **raised)
        if source == "call":
            self._call(number, steps.received, answered_at=steps.answered, alert_id=UUID(int=number))
        if number % NOISE == 0:
            self._call(-number, steps.received, status="blocked" if number % 2 else "ended", classified_as="prank")

    def _call(self, number: int, at: datetime, **values: Any) -> None:
        usual = {"answered_at": None, "alert_id": None, "status": "ended", "classified_as": "normal"}
        self._store(
            Call, id=UUID(int=2**64 + number), client_id=self.exchange_id, reference=str(number), received_at=at,
            announced_at=at, phone=f"+62812{self.chance.randrange(5000):08}", **usual | values,
        )  # fmt: skip

    def _work(self, number: int, steps: Steps) -> None:
        self._store(Decision, incident_id=number, kind="closure", at=steps.closed)
        self._store(Event, incident_id=number, at=steps.received, event_type="opened", actor_id=None)
        if steps.triaged:
            triage = {"event_type": "retyped", "actor_id": self.staff_id}
            self._store(Event, incident_id=number, at=steps.triaged, **triage)
        if steps.offered:
            self._offer(number, steps, "cleared" if steps.accepted else "expired", steps)
        if steps.offered and number % 6 == 0:
            self._offer(number, steps, "expired", steps._replace(accepted=None, en_route=None, on_scene=None))

    def _offer(self, number: int, steps: Steps, status: str, of_unit: Steps) -> None:
        self._store(
            Assignment, incident_id=number, unit_id=self.chance.choice(self.units), capability="patrol", status=status,
            offered_at=steps.offered, expires_at=steps.offered, ended_at=steps.closed,
            accepted_at=of_unit.accepted, en_route_at=of_unit.en_route, on_scene_at=of_unit.on_scene,
        )  # fmt: skip

    def _response_times(self, number: int, steps: Steps, **shared: Any) -> None:
        known = filter(None, (steps.answered, steps.triaged, steps.accepted))
        moments = steps._asdict() | {"seen": min(known, default=None)}
        del moments["answered"]
        here = steps.received.astimezone(WIB)
        after = {
            f"{name}_after": moments[name] and (moments[name] - steps.received).total_seconds()
            for name in ("seen", "accepted", "on_scene", "closed")
        }
        self._store(
            ResponseTimes, incident_id=number, segment=1, month=f"{here:%Y-%m}", day=f"{here:%Y-%m-%d}",
            hour=here.hour, from_paper=False, pressed_at=None, **shared, **after,
            **{f"{name}_at": moment for name, moment in moments.items()},
        )  # fmt: skip

    def _one_of(self, weights: dict[str, int]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _store(self, model: type[Base], **values: Any) -> None:
        self.rows[model].append(values)
