"""The state of the city, as a command centre needs it on paper to go on without METEOR."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from meteor.agencies.models import Agency, Unit
from meteor.alerts.models import Alert
from meteor.board.units import BREAK, AgencyUnits, BoardUnit, units_shown
from meteor.calls.models import Call
from meteor.dispatch import queue
from meteor.dispatch.queue import Row
from meteor.incidents.models import Escalation, Incident
from meteor.store.database import db
from meteor.territory.labels import place_text

MOST = 300
"""Number of open incidents printed, the most urgent first: about 40 pages. Of more only their number is printed."""

BLANK_ROWS = 16
"""Number of empty rows for new incidents."""


@dataclass(frozen=True)
class Person:
    """A person to ask about an incident. `phone` is E.164, or as it was typed; empty where it must not be called.

    An officer in danger is asked by radio first (`radio_first`).
    """

    name: str
    phone: str
    silent: bool
    radio_first: bool = False


@dataclass(frozen=True)
class PrintedIncident:
    """An open incident with its units and its people; `said` is the first text that came with an alert.

    `unseen` says that nobody has acknowledged its alarm.
    """

    row: Row
    people: Sequence[Person]
    said: str
    unseen: bool

    @property
    def incident(self) -> Incident:
        """The incident itself."""
        return self.row.incident


@dataclass(frozen=True)
class CityState:
    """The state of the city at a moment. `more` open incidents are less urgent than the last of `incidents`.

    `places` says in words where each unit on duty is, by its id. `calls` ring, the longest first.
    """

    at: datetime
    incidents: Sequence[PrintedIncident]
    more: int
    units: Sequence[AgencyUnits]
    places: Mapping[int, str]
    calls: Sequence[Call]
    agencies: Sequence[Agency]

    @property
    def unseen(self) -> Sequence[PrintedIncident]:
        """The incidents whose alarm nobody has acknowledged."""
        return [each for each in self.incidents if each.unseen]

    def free(self, agency: AgencyUnits) -> Sequence[BoardUnit]:
        """The agency's units that are free now."""
        return [unit for unit in agency.on_duty if unit.state == "available"]

    @property
    def busy(self) -> Sequence[BoardUnit]:
        """The units on duty that are not free: asked, at work, or on a break."""
        return [unit for agency in self.units for unit in agency.on_duty if unit.state != "available"]

    @property
    def offered(self) -> Sequence[BoardUnit]:
        """The units of `busy` that were asked and have not answered."""
        return [unit for unit in self.busy if unit.assignment == "offered"]


def city_state(at: datetime) -> CityState:
    """The state of the city at a moment: a fixed number of statements, but for the places of units."""
    ordered = queue.open_incidents(None)
    ids = [each.id for each in ordered[:MOST]]
    units = units_shown(at).agencies
    calls = db.session.scalars(select(Call).where(Call.status == "ringing")).all()
    return CityState(
        at,
        _incidents(ids),
        len(ordered) - len(ids),
        units,
        _places([unit for agency in units for unit in agency.on_duty if unit.state != BREAK]),
        sorted(calls, key=lambda call: call.waits_since),
        db.session.scalars(select(Agency).order_by(Agency.name, Agency.id)).all(),
    )


def _incidents(ids: Sequence[int]) -> Sequence[PrintedIncident]:
    rows, alerts, unseen = queue.rows(ids), _first_alerts(ids), _unseen(ids)
    return [
        PrintedIncident(
            rows[id_],
            _people(rows[id_].incident, alerts.get(id_, ())),
            next((alert.note for alert in alerts.get(id_, ()) if alert.note), ""),
            id_ in unseen,
        )
        for id_ in ids
    ]


def _first_alerts(ids: Collection[int]) -> dict[int, list[Alert]]:
    """The first alert of each reporter, by incident, oldest first."""
    query = select(Alert).where(Alert.incident_id.in_(ids), ~Alert.repeat).options(joinedload(Alert.reporter))
    found: dict[int, list[Alert]] = {}
    for alert in db.session.scalars(query.order_by(Alert.received_at, Alert.id)):
        found.setdefault(alert.incident_id, []).append(alert)
    return found


def _people(incident: Incident, alerts: Iterable[Alert]) -> Sequence[Person]:
    """The reporters; premises stand with their own number. Of a silent incident nobody is called."""
    found = dict.fromkeys(_person(alert, silent=incident.silent or alert.silent) for alert in alerts)
    people = [person for person in found if person.name or person.phone or person.silent]
    if incident.premises:
        phone = "" if incident.silent else incident.premises.phone or ""
        people.insert(0, Person(incident.premises.name, phone, incident.silent))
    return people


def _person(alert: Alert, *, silent: bool) -> Person:
    reporter = alert.reporter
    name = alert.caller_name or (reporter.name if reporter else "")
    phone = alert.caller_phone or (reporter.phone if reporter else None) or ""
    return Person(name, "" if silent else phone, silent, alert.unit_id is not None)


def _unseen(ids: Collection[int]) -> set[int]:
    """The incidents of these whose alarm nobody has acknowledged."""
    query = select(Escalation.incident_id)
    return set(db.session.scalars(query.where(Escalation.incident_id.in_(ids), Escalation.acknowledged_at.is_(None))))


def _places(units: Iterable[BoardUnit]) -> dict[int, str]:
    """The places of these units, in words: the name of the base, or the last position."""
    bases = dict(db.session.execute(select(Unit.id, Unit.base_name).where(Unit.in_service)).all())
    return {unit.id: bases.get(unit.id, "") if unit.source == "base" else _place(unit) for unit in units}


def _place(unit: BoardUnit) -> str:
    if unit.latitude is None or unit.longitude is None:
        return ""
    return place_text(unit.latitude, unit.longitude)
