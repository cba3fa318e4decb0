"""The queue: the open incidents with their units, most urgent first."""

import re
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, lazyload

from meteor.accounts import second_factors
from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND_CENTRE
from meteor.accounts.sessions import live_sessions
from meteor.agencies.models import Member, Unit
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Event, Incident, IncidentAgency, Shortfall
from meteor.incidents.shortfall import Gap, gaps_of
from meteor.protocols.models import IncidentType
from meteor.residents.models import Resident
from meteor.store.database import db, execute
from meteor.store.id_lists import listed, of_each
from meteor.territory.models import Kelurahan

NOBODYS = 0
"""The queue of an officer who belongs to no agency: it is empty."""


class Sent(NamedTuple):
    """A unit that is on an incident now, with the status of its assignment."""

    call_sign: str
    status: str


class OpenIncident(NamedTuple):
    """An open incident, with what the queue orders, groups and counts by: of thousands nothing else is read."""

    id: int
    priority: int
    opened_at: datetime
    kelurahan_id: int | None
    type_id: int
    status: str
    held: bool
    on_paper: bool
    has_shortfall: bool
    has_units: bool

    @property
    def waiting(self) -> bool:
        """Return whether it waits for a unit to accept it: not while the paper says which units work on it."""
        return self.status in ("open", "reopened") and not self.on_paper

    @property
    def deserted(self) -> bool:
        """Return whether all units have left and none is asked: the incident must be closed, or needs more units."""
        return self.status == "on_scene" and not self.has_units


class Group(NamedTuple):
    """The common facts of the incidents of a line of the queue.

    In an address it is "kelurahan-type-priority", 0 where the kelurahan is unknown.
    """

    kelurahan_id: int | None
    type_id: int
    priority: int

    def __str__(self) -> str:
        return f"{self.kelurahan_id or 0}-{self.type_id}-{self.priority}"

    @classmethod
    def read(cls, text: str) -> "Group | None":
        """Read what `str` has written; None for anything else."""
        parts = re.fullmatch(r"(\d{1,9})-(\d{1,9})-([1-4])", text)
        return cls(int(parts[1]) or None, int(parts[2]), int(parts[3])) if parts else None


@dataclass(frozen=True)
class Row:
    """An open incident, with everything that its row says.

    `shortfall` says what no unit covers, and why; `verified` and `unproved` are about the reporter (see
    incidents.reporter).
    """

    incident: Incident
    units: Sequence[Sent]
    shortfall: Sequence[Gap]
    verified: bool
    unproved: bool = False


def scope_of(user: User) -> int | None:
    """The agency whose queue `user` sees; None for all."""
    if user.has(*COMMAND_CENTRE):
        return None
    return db.session.scalar(select(Member.agency_id).where(Member.user_id == user.id)) or NOBODYS


def readers(roles: Collection[str], *, with_second_factor: bool = False) -> dict[str, tuple[frozenset[str], Hashable]]:
    """Signed-in users with one of `roles`, by session key: roles, scope and language.

    `with_second_factor`: without the users who have to set one up first.
    """
    barred = second_factors.users_without() if with_second_factor else ()
    agencies = dict(tuple(row) for row in execute(_MEMBERS))
    found: dict[str, tuple[frozenset[str], Hashable]] = {}
    for session, user in live_sessions(roles).items():
        if user.user_id in barred:
            continue
        scope = agencies.get(user.user_id, NOBODYS) if user.roles.isdisjoint(COMMAND_CENTRE) else None
        found[session] = user.roles, (scope, user.language)
    return found


def newest() -> tuple[int, datetime | None]:
    """The newest event's id, which is the queue's version, and its moment: together they name a state for ever."""
    event = execute(_NEWEST).first()
    return (event.id, event.at) if event else (0, None)


def open_incidents(scope: int | None, group: Group | None = None) -> list[OpenIncident]:
    """The open incidents of an agency, or all, or those of a group: by priority, then by age. Drills are never open."""
    query = _OPEN
    if scope is not None:
        concerned = (IncidentAgency.incident_id == Incident.id) & (IncidentAgency.agency_id == scope)
        query = query.where(select(IncidentAgency.incident_id).where(concerned).exists())
    if group is not None:
        query = query.where(
            Incident.kelurahan_id.is_not_distinct_from(group.kelurahan_id),
            Incident.type_id == group.type_id,
            Incident.priority == group.priority,
        )
    found = execute(query) if query is _OPEN else db.session.execute(query)
    return [OpenIncident._make(row) for row in found]


def rows(ids: Collection[int]) -> dict[int, Row]:
    """The rows of these incidents, by id."""
    units, gaps = units_of(ids), gaps_of(ids)
    return {
        incident.id: Row(
            incident, units.get(incident.id, ()), gaps.get(incident.id, ()), bool(verified), bool(unproved)
        )
        for incident, verified, unproved in db.session.execute(_ROWS, {"ids": list(ids)})
    }


def units_of(ids: Collection[int]) -> dict[int, list[Sent]]:
    """The units that are on these incidents now, by incident, in the order in which they were offered it."""
    units: dict[int, list[Sent]] = {}
    for incident_id, *sent in of_each(_UNITS, ids):
        units.setdefault(incident_id, []).append(Sent._make(sent))
    return units


VERIFIED = Resident.verified_at.is_not(None)
UNPROVED = User.phone.is_not(None) & User.phone_verified_at.is_(None)
LIVES_HERE = (Resident.user_id == Incident.reporter_id) & Resident.moved_out_on.is_(None)
_OPEN = (
    select(
        Incident.id,
        Incident.priority,
        Incident.opened_at,
        Incident.kelurahan_id,
        Incident.type_id,
        Incident.status,
        Incident.held,
        Incident.on_paper,
        select(Shortfall.incident_id).where(Shortfall.incident_id == Incident.id).exists(),
        select(Assignment.id).where(Assignment.incident_id == Incident.id, Assignment.ended_at.is_(None)).exists(),
    )
    .where(Incident.is_open)
    .order_by(Incident.priority, Incident.opened_at, Incident.id)
)
_ROWS = (
    select(Incident, VERIFIED, UNPROVED)
    .outerjoin(User, User.id == Incident.reporter_id)
    .outerjoin(Resident, LIVES_HERE)
    .where(Incident.id.in_(bindparam("ids", expanding=True)))
    .options(
        joinedload(Incident.type).options(lazyload(IncidentType.plan), lazyload(IncidentType.agency)),
        joinedload(Incident.kelurahan).options(lazyload(Kelurahan.kecamatan)),
        lazyload(Incident.shortfall),
        joinedload(Incident.premises).options(lazyload("*")),
        joinedload(Incident.endangered_unit).options(lazyload("*")),
        joinedload(Incident.dispatcher).options(lazyload("*")),
    )
)
_MEMBERS = select(Member.user_id, Member.agency_id)
_NEWEST = select(Event.id, Event.at).order_by(Event.id.desc()).limit(1)
_UNITS = (
    select(Assignment.incident_id, Unit.call_sign, Assignment.status)
    .join(Unit, Unit.id == Assignment.unit_id)
    .where(listed(Assignment.incident_id), Assignment.ended_at.is_(None))
    .order_by(Assignment.id)
)
