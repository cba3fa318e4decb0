"""Rules of incidents: open, change, close, reopen, and find."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, false, insert, select, update

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND_CENTRE
from meteor.agencies.models import Member
from meteor.incidents import decisions, escalation, staging, timeline
from meteor.incidents.models import Incident, IncidentAgency, IncidentDay
from meteor.incidents.places import Place, columns_of
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute
from meteor.store.day_numbers import next_number

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

    @classmethod
    def of(cls, known: Any, priority: int | None = None) -> "TypeRow":
        """The columns of a type or of a row of it, with another `priority` if one is given."""
        return cls(known.id, known.code, priority or known.priority, known.agency_id)


def type_for(kind: str) -> TypeRow:
    """The incident type that an alert's kind leads to. An unknown kind leads where "emergency" does."""
    return TypeRow.of(execute(_TYPE, kind=kind).one())


def open_incident(opening: Opening, at: datetime) -> tuple[int, str]:
    """Open an incident. Returns id and number. A drill is closed at once."""
    number = next_number(IncidentDay, at)
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
        opened_at=at,
        waiting_since=None if opening.drill else at,
        status="closed" if opening.drill else "open",
        closed_at=at if opening.drill else None,
        **columns_of(opening.place, opening.flags),
    ).scalar_one()
    what = opening.type
    decisions.record(
        incident_id, "opening", at, type_id=what.id, priority=what.priority, place=opening.place, held=opening.held
    )
    if opening.drill:
        decisions.record(incident_id, "closure", at)
    decisions.add_agency(incident_id, opening.type.agency_id)
    if opening.premises_id is not None:
        staging.propose(incident_id)
    return incident_id, number


def retype(
    incident: Incident,
    type_row: TypeRow,
    at: datetime,
    actor: User | None = None,
    *,
    reason: str = "",
    alert_id: UUID | None = None,
) -> None:
    """Change what the incident is, and with it its priority and the agency that leads."""
    decisions.decide(
        incident, "type", at, actor, reason, type_id=type_row.id, priority=type_row.priority, alert_id=alert_id
    )


def say_kind(incident: Incident, type_row: TypeRow, at: datetime, actor: User, *, alert_id: UUID) -> None:
    """Somebody who raised the incident says what it is; what counts of it, assessment says."""
    decisions.decide(
        incident, "kind_said", at, actor, type_id=type_row.id, priority=type_row.priority, alert_id=alert_id
    )


def reprioritise(
    incident: Incident,
    priority: int,
    at: datetime,
    actor: User | None,
    *,
    reason: str = "",
    alert_id: UUID | None = None,
) -> None:
    """Change how urgent the incident is: 1 (life at risk) to 4 (can wait). Without an actor METEOR does it itself."""
    decisions.decide(incident, "priority", at, actor, reason, priority=priority, alert_id=alert_id)


def hear(incident: Incident, priority: int, at: datetime, actor: User | None, *, alert_id: UUID | None) -> None:
    """Raise the priority at least to that of a further caller or an alarm."""
    decisions.decide(incident, "heard", at, actor, priority=priority, alert_id=alert_id)


def move(
    incident: Incident, place: Place, at: datetime, actor: User | None = None, *, alert_id: UUID | None = None
) -> None:
    """Give the incident a better place, by what an alert says."""
    decisions.decide(incident, "place", at, actor, place=place, alert_id=alert_id)


def alert_joined(incident_id: int, at: datetime) -> None:
    """Store the time of a further alert. A crew that has not seen it does not close the incident."""
    execute(_ALERT_JOINED, incident=incident_id, at=at)


def message_came(incident_id: int, at: datetime) -> None:
    """Store the time of a reporter's message after an alert, as `alert_joined` does."""
    execute(_MESSAGE_CAME, incident=incident_id, at=at)


def hold(incident: Incident, at: datetime, actor: User) -> None:
    """Let an incident wait until a person releases it or sends units."""
    decisions.decide(incident, "hold", at, actor)
    timeline.record(incident.id, "held_back", at, actor)


def release(incident: Incident, at: datetime, actor: User | None) -> None:
    """Let a held incident wait for units from now on."""
    decisions.decide(incident, "release", at, actor)


def note(incident: Incident, text: str, at: datetime, actor: User) -> None:
    """Staff write down what everyone on the incident should know."""
    timeline.record(incident.id, "note", at, actor, note=text)


def close(
    incident: Incident,
    outcome: str,
    note: str,
    at: datetime,
    actor: User | None,
    *,
    merge_id: int | None = None,
    **detail: Any,
) -> None:
    """Close with one of OUTCOMES; without an actor METEOR does it itself. The timeline keeps `detail`.

    A closure by a merge counts until that is undone. Raises AlreadyClosed if somebody was first; ValueError for an
    unknown outcome.
    """
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    db.session.refresh(incident)
    if incident.status == "closed":
        raise AlreadyClosed(incident.number)
    decisions.decide(incident, "closure", at, actor, note, outcome=outcome, merge_id=merge_id)
    seconds = escalation.stop(incident.id, actor, at)
    ended = {} if seconds is None else {"seconds": seconds}
    timeline.record(incident.id, "closed", at, actor, outcome=outcome, note=note, **ended, **detail)


def reopen(incident: Incident, reason: str, at: datetime, actor: User) -> None:
    """Open a closed incident again. Raises NotClosed if it is open, a drill, or a part of another one."""
    db.session.refresh(incident)
    if incident.status != "closed" or incident.drill or incident.merged_into_id is not None:
        raise NotClosed(incident.number)
    decisions.decide(incident, "reopening", at, actor, reason)
    timeline.record(incident.id, "reopened", at, actor, reason=reason)
    escalation.resume(incident.id, incident.priority, at)


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


_TYPE = (
    select(IncidentType.id, IncidentType.code, IncidentType.priority, IncidentType.agency_id)
    .where(IncidentType.kind.in_((bindparam("kind"), "emergency")))
    .order_by(IncidentType.kind != bindparam("kind"))
    .limit(1)
)
_OPEN = insert(Incident).returning(Incident.id)
_ALERT_JOINED = update(Incident).where(Incident.id == bindparam("incident")).values(last_alert_at=bindparam("at"))
_MESSAGE_CAME = update(Incident).where(Incident.id == bindparam("incident")).values(last_message_at=bindparam("at"))
