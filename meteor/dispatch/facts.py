"""Facts about an incident that dispatch acts on, and pure functions over them: progress, missing units, surplus."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from meteor.agencies.models import Unit
from meteor.dispatch.choice import PlanLine
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.dispatch.statements import crew_in_danger
from meteor.incidents.models import Incident
from meteor.protocols.models import PlanItem
from meteor.store.database import execute

NEARBY = 1000.0
"""Metres around an officer in danger within which every free unit is offered the incident, beside those of its plan."""


class State(NamedTuple):
    """The columns of an incident that dispatch reads, and those that it keeps."""

    id: int
    number: str
    type_id: int
    priority: int
    latitude: float | None
    longitude: float | None
    held: bool
    flags: list[str]
    reopened_at: datetime | None
    status: str
    waiting_since: datetime | None
    escalated: int
    accepted_at: datetime | None
    arrived_at: datetime | None
    endangered_unit_id: int | None = None
    endangered_at: datetime | None = None
    accuracy: float | None = None


class Assigned(NamedTuple):
    """An assignment, past or present."""

    id: int
    unit_id: int
    call_sign: str
    capability: str
    status: str
    offered_at: datetime
    accepted_at: datetime | None
    on_scene_at: datetime | None
    ended_at: datetime | None
    retry_at: datetime | None
    ended_by_id: int | None
    added_by_id: int | None
    latitude: float | None = None
    longitude: float | None = None
    radius: float | None = None

    def rests(self, at: datetime) -> bool:
        """Return whether the unit did not answer and is not to be asked again yet."""
        return self.status == "expired" and (self.retry_at is None or self.retry_at > at)


class Progress(NamedTuple):
    """The status that an open incident has by its units, and when the first of them accepted and arrived."""

    status: str
    accepted_at: datetime | None
    arrived_at: datetime | None


@dataclass(frozen=True)
class Facts:
    """An incident, all its assignments in their order, and the lines of its response plan."""

    incident: State
    assignments: Sequence[Assigned]
    plan: Sequence[PlanLine]

    @property
    def current(self) -> Sequence[Assigned]:
        """The assignments since it was opened (again)."""
        begun = self.incident.reopened_at
        return [each for each in self.assignments if begun is None or each.offered_at >= begun]


def facts_of(incident_id: int) -> Facts:
    """The facts as this transaction sees them."""
    incident = State._make(execute(_STATE, incident=incident_id).one())
    assignments = [Assigned._make(row) for row in execute(_ASSIGNED, incident=incident_id)]
    return Facts(incident, assignments, plan_of(incident.type_id))


def plan_of(type_id: int) -> list[PlanLine]:
    """The lines of a type's response plan, in their order."""
    return [PlanLine(row.capability, row.wanted) for row in execute(_PLAN, type=type_id)]


def progress(facts: Facts) -> Progress:
    """Status and times by the assignments. One that ended before its unit arrived only counts for the times."""
    stages = {each.status for each in facts.current if each.status in UNDER_WAY or _has_done_its_line(each)}
    if not stages:
        status = "reopened" if facts.incident.reopened_at else "open"
    elif "on_scene" not in stages and stages & {"accepted", "en_route"}:
        status = "dispatched"
    else:
        status = "on_scene"  # also where those who were there have left
    accepted = (each.accepted_at for each in facts.assignments if each.accepted_at)
    arrived = (each.on_scene_at for each in facts.assignments if each.on_scene_at)
    return Progress(status, min(accepted, default=None), min(arrived, default=None))


def missing(facts: Facts, *, accepted_only: bool = False) -> list[PlanLine]:
    """The lines of the plan that are not covered, by offers either, unless `accepted_only`."""
    covering = UNDER_WAY if accepted_only else ("offered", *UNDER_WAY)
    covered = Counter(each.capability for each in facts.current if each.status in covering or _has_done_its_line(each))
    gaps = (PlanLine(line.capability, line.count - covered[line.capability]) for line in facts.plan)
    return [line for line in gaps if line.count > 0]


def calls_all_nearby(facts: Facts) -> bool:
    """Return whether every free unit within NEARBY is offered the incident: an officer is in danger.

    A dispatcher who has help enough there ends it with a priority below P1.
    """
    incident = facts.incident
    return incident.endangered_at is not None and incident.priority == 1


def units_in_danger() -> dict[int, str]:
    """The units whose officers are in danger, by id, each with the number of the newest open incident that says so.

    METEOR offers them nothing by itself. The crew that was on duty at the press counts, not the one that relieved it.
    """
    return {row.endangered_unit_id: row.number for row in execute(_IN_DANGER)}


def surplus(facts: Facts) -> list[Assigned]:
    """The offers for lines of the plan that units have accepted already; all offers of an incident that is held.

    What a person added is never surplus, nor is any unit where an officer is in danger.
    """
    if calls_all_nearby(facts):
        return []
    wanted = set() if facts.incident.held else {line.capability for line in missing(facts, accepted_only=True)}
    return [
        each
        for each in facts.current
        if each.status == "offered" and each.added_by_id is None and each.capability not in wanted
    ]


def most_needed(facts: Facts, able: Iterable[str]) -> str:
    """The capability that a unit `able` to do these covers: a missing one first, then one of the plan, then any."""
    able = list(able)
    wanted = [line.capability for line in (*missing(facts), *facts.plan)]
    return next((capability for capability in [*wanted, *able] if capability in able), "")


def _has_done_its_line(each: Assigned) -> bool:
    return each.status == "cleared" and each.on_scene_at is not None


_STATE = select(*(getattr(Incident, column) for column in State._fields)).where(Incident.id == bindparam("incident"))
_ASSIGNED = (
    select(*(Unit.call_sign if column == "call_sign" else getattr(Assignment, column) for column in Assigned._fields))
    .join(Unit, Unit.id == Assignment.unit_id)
    .where(Assignment.incident_id == bindparam("incident"))
    .order_by(Assignment.id)
)
_IN_DANGER = (
    select(Incident.endangered_unit_id, Incident.number)
    .where(*crew_in_danger(Incident))
    .order_by(Incident.endangered_unit_id, Incident.id)
)
_PLAN = (
    select(PlanItem.capability, PlanItem.count.label("wanted"))
    .where(PlanItem.type_id == bindparam("type"))
    .order_by(PlanItem.position)
)
