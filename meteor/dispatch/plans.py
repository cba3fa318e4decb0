"""Open lines of an incident's response plan, by its assignments."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal_column, or_, select, true, update
from sqlalchemy.orm import aliased

from meteor.agencies.models import Agency, Unit, UnitCapability
from meteor.dispatch.choice import PlanLine
from meteor.dispatch.models import Assignment
from meteor.dispatch.nearest import may_go
from meteor.dispatch.statements import busy_with, moments, usable
from meteor.incidents.models import Incident
from meteor.incidents.shortfall import includes
from meteor.protocols.models import PlanItem
from meteor.store.database import db, execute

TAKEABLE = ("accepted", "en_route")
"""The states from which P1 takes a unit away from P3 and P4."""


class Waiting(NamedTuple):
    """The columns of an incident that offers need."""

    id: int
    number: str
    type_id: int
    priority: int
    latitude: float | None
    longitude: float | None
    shortfall: str
    reopened_at: datetime | None


def waiting(incident: Incident) -> Waiting:
    """An incident, as offering sees it."""
    return Waiting(*(getattr(incident, column.key) for column in _COLUMNS))


_COLUMNS = (
    Incident.id, Incident.number, Incident.type_id, Incident.priority, Incident.latitude, Incident.longitude,
    Incident.shortfall, Incident.reopened_at,
)  # fmt: skip


def waiting_of(incident_id: int) -> Waiting | None:
    """The incident, unless it is closed, held or a drill: such a one waits for no unit."""
    row = execute(_WAITING, incident=incident_id).first()
    return Waiting._make(row) if row else None


def so_far(waiting: Waiting) -> Sequence[Any]:
    """The incident's assignments since it was opened (again)."""
    if waiting.reopened_at:
        return execute(_SINCE, incident=waiting.id, reopened=waiting.reopened_at).all()
    return execute(_SO_FAR, incident=waiting.id).all()


def servable(at: datetime, limit: int) -> Sequence[int]:
    """The incidents that lack what a unit within reach can do, unless it refused them already; most urgent first.

    Within reach is a unit that is free and has a usable place, and for priority 1 one that is on its way to P3 or P4;
    for P3 and P4 none that its agency keeps for P1.
    Most incidents that lack something on a bad day lack what nobody has: they are not even looked at.
    """
    abilities = db.session.scalars(
        select(UnitCapability.capability)
        .join(Unit)
        .where(Unit.in_service, may_go(Unit.status, busy_with(Unit), true()))
        .distinct()
    ).all()
    takes = and_(Incident.priority == 1, Incident.latitude.is_not(None))
    tried = (
        select(Assignment.id)
        .where(
            Assignment.incident_id == Incident.id,
            Assignment.unit_id == Unit.id,
            or_(Assignment.status == "expired", Assignment.ended_by_id.is_not(None)),
            or_(Incident.reopened_at.is_(None), Assignment.offered_at >= Incident.reopened_at),
        )
        .correlate(Incident, Unit)
    )
    within_reach = (
        select(Unit.id)
        .join(UnitCapability)
        .where(
            Unit.in_service,
            includes(UnitCapability.capability),
            may_go(Unit.status, busy_with(Unit), takes),
            or_(usable(Unit), Incident.latitude.is_(None)),
            or_(Incident.priority < 3, _spare()),
            ~tried.exists(),
        )
    )
    return db.session.scalars(
        select(Incident.id)
        .where(
            Incident.status != literal_column("'closed'"),  # as in the index whose order this follows
            ~Incident.held,
            or_(false(), *map(includes, abilities)),
            within_reach.exists(),
        )
        .order_by(Incident.priority, Incident.opened_at)
        .limit(limit),
        moments(at),
    ).all()


def _spare() -> ColumnElement[bool]:
    """Whether the unit's agency has more free units with the capability than it keeps for P1."""
    peer, able = aliased(Unit), aliased(UnitCapability)
    free = (
        select(func.count())
        .select_from(peer)
        .join(able, able.unit_id == peer.id)
        .where(
            peer.agency_id == Unit.agency_id,
            peer.in_service,
            peer.status == "available",
            usable(peer),
            able.capability == UnitCapability.capability,
        )
        .correlate(Unit, UnitCapability)
    )
    reserve = select(Agency.reserve).where(Agency.id == Unit.agency_id).correlate(Unit)
    return free.scalar_subquery() > reserve.scalar_subquery()


def missing(type_id: int, taken: Sequence[Any], *, accepted_only: bool) -> list[PlanLine]:
    """The lines of the plan that are not covered. A unit that arrived and was cleared has done its line."""
    covering = {"accepted", "en_route", "on_scene"} | (set() if accepted_only else {"offered"})
    covered = Counter(
        row.capability
        for row in taken
        if row.status in covering or (row.status == "cleared" and row.on_scene_at is not None)
    )
    plan = execute(_PLAN, type=type_id).all()
    gaps = [PlanLine(item.capability, item.wanted - covered[item.capability]) for item in plan]
    return [line for line in gaps if line.count > 0]


def most_needed(waiting: Waiting, able: Sequence[str]) -> str:
    """The capability that a unit `able` to do these covers: a missing one first, then one of the plan."""
    shortfall = [line.capability for line in missing(waiting.type_id, so_far(waiting), accepted_only=False)]
    planned = [line.capability for line in missing(waiting.type_id, [], accepted_only=False)]
    return next((wanted for wanted in [*shortfall, *planned, *able] if wanted in able), "")


def still_missing(incident_id: int, capability: str) -> bool:
    """Whether the plan asks for more units with this capability than have accepted."""
    waiting = waiting_of(incident_id)
    if waiting is None:
        return False
    lines = missing(waiting.type_id, so_far(waiting), accepted_only=True)
    return any(line.capability == capability for line in lines)


def update_status(incident_id: int, at: datetime) -> None:
    """Let the incident's status follow its units: on scene once one has arrived, dispatched if one has accepted.

    When none is left it waits anew, from the moment `at`.
    """
    waiting = waiting_of(incident_id)
    if waiting is None:
        return
    taken = so_far(waiting)
    stages = {row.status for row in taken if row.status != "cleared" or row.on_scene_at is not None}
    if "on_scene" in stages:
        status = "on_scene"
    elif stages & {"accepted", "en_route"}:
        status = "dispatched"
    elif "cleared" in stages:
        status = "on_scene"
    else:
        status = "reopened" if waiting.reopened_at else "open"
    waits = {} if status in ("on_scene", "dispatched") else {"waiting_since": func.coalesce(Incident.waiting_since, at)}
    db.session.execute(update(Incident).where(Incident.id == incident_id).values(status=status, **waits))


_WAITING = select(*_COLUMNS).where(
    Incident.id == bindparam("incident"), Incident.status != "closed", ~Incident.held, ~Incident.drill
)
_SO_FAR = select(
    Assignment.unit_id, Assignment.capability, Assignment.status, Assignment.on_scene_at, Assignment.ended_by_id
).where(Assignment.incident_id == bindparam("incident"))
_SINCE = _SO_FAR.where(Assignment.offered_at >= bindparam("reopened"))
_PLAN = (
    select(PlanItem.capability, PlanItem.count.label("wanted"))
    .where(PlanItem.type_id == bindparam("type"))
    .order_by(PlanItem.position)
)
