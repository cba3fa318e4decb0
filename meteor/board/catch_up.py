"""Catching up: an incident that was handled on paper is entered with its real times, and nobody is sent or told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select

from meteor.accounts.models import User
from meteor.alerts import summary
from meteor.alerts.models import KINDS, Alert
from meteor.board.models import PaperEntry
from meteor.dispatch import past_work
from meteor.dispatch.past_work import PastWork
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import FROM_PAPER, Incident
from meteor.incidents.places import Place
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.store.moments import WIB
from meteor.store.versions import version_of


class NumberTaken(Exception):
    """Something else was entered with this number of the day; `entry` is the first."""

    def __init__(self, entry: PaperEntry) -> None:
        super().__init__(entry.number)
        self.entry = entry


@dataclass(frozen=True)
class Closure:
    """The end of an incident; `outcome` is one of incidents.rules.OUTCOMES."""

    at: datetime
    outcome: str
    note: str = ""


@dataclass(frozen=True)
class PaperRecord:
    """An incident as it was recorded on paper. `form_id` is the UUID of the form, `number` the paper's.

    Without a `closure` the incident is still open.
    """

    form_id: UUID
    number: str
    type: IncidentType
    place: Place
    reported: datetime
    note: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    work: Sequence[PastWork] = ()
    closure: Closure | None = None

    @property
    def day(self) -> str:
        """The day of the report in WIB, in ISO 8601."""
        return self.reported.astimezone(WIB).date().isoformat()

    @property
    def id(self) -> UUID:
        """The entry's UUID: the same for the same form, day and number."""
        return uuid5(self.form_id, f"{self.day} {self.number}")

    @property
    def content(self) -> str:
        """A fingerprint of all that is entered: a correction has another."""
        work = [(each.unit.call_sign, each.steps) for each in self.work]
        people = self.caller_name, self.caller_phone
        return version_of({"is": (self.type.id, self.place, self.reported, self.note, *people, work, self.closure)})


def enter(record: PaperRecord, at: datetime, actor: User) -> Incident:
    """Store a record, once for its form. No unit is asked; nobody is told.

    One that is still open is held: a dispatcher releases it, or adds units. Raises NumberTaken; override.UnitBusy for a
    unit that is still at work by the paper and not free by METEOR.
    """
    first = entered(record.day, record.number)
    if first:
        if first.id != record.id or first.content != record.content:
            raise NumberTaken(first)
        return first.incident
    said: dict[str, Any] = {"entered_at": at.isoformat(), "paper": record.number}
    incident = _opened(record, at, actor)
    for work in record.work:
        past_work.enter(incident, work, at, actor)
    _add_events(incident, record, said, actor)
    reconcile(incident.id, at)
    if record.closure:
        ended = record.closure
        incidents.close(incident, ended.outcome, ended.note, ended.at, actor, **said)
        reconcile(incident.id, at)
    return incident


def entered(day: str, number: str) -> PaperEntry | None:
    """The entry of this number and day (ISO 8601)."""
    same = PaperEntry.day == day, PaperEntry.number == number
    return db.session.scalar(select(PaperEntry).where(*same))


def _opened(record: PaperRecord, at: datetime, actor: User) -> Incident:
    """The incident with its alert, which belongs to no account: a later press of the caller's opens one of its own."""
    what, kind = record.type, record.type.kind if record.type.kind in KINDS else "other"
    row = incidents.TypeRow.of(what)
    opening = incidents.Opening(row, "call", record.place, held=True, flags=[FROM_PAPER])
    incident_id, _ = incidents.open_incident(opening, record.reported)
    summary.add(incident_id, kind, record.reported, silent=False, new=True)
    place = record.place
    values = {
        "id": record.id, "source": "call", "incident_id": incident_id, "kind": kind, "latitude": place.latitude,
        "longitude": place.longitude, "accuracy": place.accuracy, "place_source": place.source, "note": record.note,
        "flags": [FROM_PAPER], "received_at": record.reported, "caller_phone": record.caller_phone,
        "caller_name": record.caller_name,
    }  # fmt: skip
    db.session.execute(insert(Alert).values(values))
    entry = {"day": record.day, "number": record.number, "entered_at": at, "entered_by_id": actor.id}
    db.session.execute(
        insert(PaperEntry).values(id=record.id, incident_id=incident_id, content=record.content, **entry)
    )
    return db.session.get_one(Incident, incident_id)


def _add_events(incident: Incident, record: PaperRecord, said: dict[str, Any], actor: User) -> None:
    """Write the timeline in the order of the times; the closure follows."""
    received = {"source": "call", "note": record.note, "flags": [FROM_PAPER], "place_source": record.place.source}
    timeline.record(incident.id, "received", record.reported, actor, **received, **said)
    for at, step, unit in sorted(_steps(record.work), key=lambda each: each[0]):
        timeline.record(incident.id, step, at, actor, unit=unit, **said)


def _steps(work: Iterable[PastWork]) -> Iterable[tuple[datetime, str, str]]:
    """The steps of all units: time, event type, call sign."""
    return ((at, step, each.unit.call_sign) for each in work for step, at in each.steps.items())
