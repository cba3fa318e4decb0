"""Rules of incidents: open, change, close, reopen, and find."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, false, insert, select, update

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND_CENTRE
from meteor.agencies.models import Member
from meteor.incidents import confidentiality, escalation, staging, timeline
from meteor.incidents.models import Incident, IncidentAgency, IncidentDay
from meteor.incidents.places import Place
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute, guarded_update, insert_once, serialise
from meteor.store.moments import WIB

OUTCOMES = ("helped", "handed_over", "false_alarm", "prank", "nothing_found", "duplicate")
NUMBER = re.compile(r"\d{6}-\d{3,9}", re.ASCII)


class AlreadyClosed(Exception):
    """The incident was closed before. Its row says when, its timeline by whom."""


class NotClosed(Exception):
    """Only a closed incident can be reopened."""


@dataclass(frozen=True)
class Opening:
    """The values of a new incident."""

    type: "TypeRow"
    source: str
    place: Place
    reporter_id: int | None = None
    silent: bool = False
    drill: bool = False
    held: bool = False
    flags: list[str] = field(default_factory=list)
    premises_id: int | None = None


@dataclass(frozen=True)
class TypeRow:
    """An incident type, as much of it as opening an incident needs."""

    id: int
    code: str
    priority: int
    agency_id: int


def type_for(kind: str) -> TypeRow:
    """The incident type that an alert's kind leads to. An unknown kind leads where "emergency" does."""
    row = execute(_TYPE, kind=kind).one()
    return TypeRow(row.id, row.code, row.priority, row.agency_id)


def open_incident(opening: Opening, at: datetime) -> tuple[int, str]:
    """Open an incident. Returns id and number. A drill is closed at once."""
    serialise()
    place, place_flags = opening.place.columns()
    number = _next_number(at)
    incident_id = execute(
        _OPEN,
        number=number,
        type_id=opening.type.id,
        priority=opening.type.priority,
        source=opening.source,
        reporter_id=opening.reporter_id,
        silent=opening.silent,
        drill=opening.drill,
        held=opening.held,
        premises_id=opening.premises_id,
        flags=[*opening.flags, *place_flags],
        opened_at=at,
        waiting_since=None if opening.drill else at,
        status="closed" if opening.drill else "open",
        closed_at=at if opening.drill else None,
        **place,
    ).scalar_one()
    add_agency(incident_id, opening.type.agency_id)
    if opening.premises_id is not None:
        staging.propose(incident_id)
    return incident_id, number


def add_agency(incident_id: int, agency_id: int) -> None:
    """Put the incident into an agency's queue."""
    execute(insert_once(IncidentAgency), incident_id=incident_id, agency_id=agency_id)


def retype(
    incident: Incident, type_row: TypeRow, at: datetime, actor: User | None = None, *, reason: str = "", **detail: Any
) -> None:
    """Change what the incident is, and with it its priority and the agency that leads. The timeline keeps `detail`."""
    before, kind, priority = incident.type.code, incident.type.kind, incident.priority
    values = {"type_id": type_row.id, "priority": type_row.priority}
    db.session.execute(update(Incident).where(Incident.id == incident.id).values(values))
    db.session.refresh(incident)
    if confidentiality.KIND in (kind, incident.type.kind):
        confidentiality.keep(incident.id)
    add_agency(incident.id, type_row.agency_id)
    staging.propose(incident.id)
    said = {"before": before, "after": type_row.code, "priority": priority, "reason": reason}
    timeline.record(incident.id, "retyped", at, actor, **said, **detail)
    escalation.rise(incident.id, priority, type_row.priority, at)


def reprioritise(
    incident: Incident, priority: int, at: datetime, actor: User | None, *, reason: str, **detail: Any
) -> None:
    """Change how urgent the incident is: 1 (life at risk) to 4 (can wait). The timeline keeps `detail`.

    Without an actor METEOR does it itself.
    """
    before = incident.priority
    db.session.execute(update(Incident).where(Incident.id == incident.id).values(priority=priority))
    db.session.refresh(incident)
    timeline.record(incident.id, "reprioritised", at, actor, before=before, after=priority, reason=reason, **detail)
    escalation.rise(incident.id, before, priority, at)


def note(incident: Incident, text: str, at: datetime, actor: User) -> None:
    """Staff write down what everyone on the incident should know."""
    serialise()
    timeline.record(incident.id, "note", at, actor, note=text)


def close(incident: Incident, outcome: str, note: str, at: datetime, actor: User | None, **detail: Any) -> None:
    """Close with one of OUTCOMES; without an actor METEOR does it itself. The timeline keeps `detail`.

    Raises AlreadyClosed if somebody was first; ValueError for an unknown outcome.
    """
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    _change(
        incident, Incident.status != "closed", AlreadyClosed,
        status="closed", closed_at=at, outcome=outcome, outcome_note=note, waiting_since=None, held=False,
    )  # fmt: skip
    seconds = escalation.stop(incident.id, actor, at)
    ended = {} if seconds is None else {"seconds": seconds}
    timeline.record(incident.id, "closed", at, actor, outcome=outcome, note=note, **ended, **detail)


def reopen(incident: Incident, reason: str, at: datetime, actor: User) -> None:
    """Open a closed incident again. Raises NotClosed if it is open, or a part of another one."""
    _change(
        incident, (Incident.status == "closed") & ~Incident.drill & Incident.merged_into_id.is_(None), NotClosed,
        status="reopened", closed_at=None, outcome=None, outcome_note="", reopened_at=at, waiting_since=at, escalated=0,
    )  # fmt: skip
    timeline.record(incident.id, "reopened", at, actor, reason=reason)
    escalation.resume(incident.id, incident.priority, at)


def _change(incident: Incident, condition: Any, otherwise: type[Exception], **values: Any) -> None:
    serialise()
    changed = guarded_update(Incident, Incident.id == incident.id, condition, **values)
    db.session.refresh(incident)
    if not changed:
        raise otherwise(incident.number)


def visible_to(user: User) -> Select[Incident]:
    """The incidents that `user` may see: all for the 112 room, an officer's agency's, otherwise none."""
    if user.has(*COMMAND_CENTRE):
        return select(Incident)
    if not user.has("officer"):
        return select(Incident).where(false())
    agency_of_user = select(Member.agency_id).where(Member.user_id == user.id)
    concerned = select(IncidentAgency.incident_id).where(IncidentAgency.agency_id.in_(agency_of_user))
    return select(Incident).where(Incident.id.in_(concerned))


def find(user: User, number: str) -> Incident | None:
    """The incident with this number, if `user` may see it."""
    if not NUMBER.fullmatch(number):
        return None
    return db.session.scalar(visible_to(user).where(Incident.number == number))


def _next_number(at: datetime) -> str:
    """ "261124-007": the day in WIB and a count within it. Short enough for the radio."""
    day = at.astimezone(WIB).strftime("%y%m%d")
    last = execute(_NEXT, today=day).scalar()
    if last is None:
        execute(insert(IncidentDay), day=day, last=1)
        last = 1
    return f"{day}-{last:03}"


_TYPE = (
    select(IncidentType.id, IncidentType.code, IncidentType.priority, IncidentType.agency_id)
    .where(IncidentType.kind.in_((bindparam("kind"), "emergency")))
    .order_by(IncidentType.kind != bindparam("kind"))
    .limit(1)
)
_OPEN = insert(Incident).returning(Incident.id)
_NEXT = (
    update(IncidentDay)
    .where(IncidentDay.day == bindparam("today"))
    .values(last=IncidentDay.last + 1)
    .returning(IncidentDay.last)
)
