"""Incidents that lack units which are there now."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import aliased

from meteor.agencies.models import Agency, Unit, UnitCapability
from meteor.dispatch.facts import facts_of
from meteor.dispatch.models import Assignment
from meteor.dispatch.nearest import may_go
from meteor.dispatch.offers import uncalled_nearby
from meteor.dispatch.statements import busy_with, in_danger, moments, usable
from meteor.incidents.models import Incident, Shortfall
from meteor.store.database import execute


def servable(at: datetime, limit: int) -> Sequence[int]:
    """The incidents that lack what a unit within reach can do, but nobody who refused or rests; most urgent first.

    Within reach is a unit that is free and has a usable place, and for priority 1 one that is on its way to P3 or P4;
    for P3 and P4 none that its agency keeps for P1.
    So are those of officers in danger near whom a unit is free that is to be asked. Most incidents that lack something
    on a bad day lack what nobody has: they are not even looked at.
    """
    found = list(execute(_servable(), most=limit, at=at, **moments(at)).scalars())
    called = [each for each in execute(ENDANGERED).scalars() if uncalled_nearby(facts_of(each), at)]
    return list(dict.fromkeys([*called, *found]))[:limit]


@cache  # to build it anew takes longer than to ask it
def _servable() -> Any:
    abilities = (
        select(UnitCapability.capability)
        .join(Unit)
        .where(Unit.in_service, may_go(Unit.status, busy_with(Unit), true()))
        .distinct()
    )
    takes = and_(Incident.priority == 1, Incident.latitude.is_not(None))
    tried = (
        select(Assignment.id)
        .where(
            Assignment.incident_id == Incident.id,
            Assignment.unit_id == Unit.id,
            or_(
                (Assignment.status == "expired") & (Assignment.retry_at > bindparam("at")),
                Assignment.ended_by_id.is_not(None),
            ),
            or_(Incident.reopened_at.is_(None), Assignment.offered_at >= Incident.reopened_at),
        )
        .correlate(Incident, Unit)
    )
    within_reach = (
        select(Unit.id)
        .join(UnitCapability)
        .where(
            Unit.in_service,
            UnitCapability.capability == Shortfall.capability,
            may_go(Unit.status, busy_with(Unit), takes),
            or_(usable(Unit), Incident.latitude.is_(None)),
            ~in_danger(Unit),
            or_(Incident.endangered_at.is_not(None), Incident.endangered_unit_id.is_distinct_from(Unit.id)),
            or_(Incident.priority < 3, _spare()),
            ~tried.exists(),
        )
    )
    return (
        select(Incident.id)
        .where(
            Incident.is_open,
            ~Incident.held,
            select(Shortfall.capability)
            .where(
                Shortfall.incident_id == Incident.id,
                Shortfall.capability.in_(abilities),
                within_reach.correlate(Incident, Shortfall).exists(),
            )
            .exists(),
        )
        .order_by(Incident.priority, Incident.opened_at)
        .limit(bindparam("most"))
    )


def _spare() -> ColumnElement[bool]:
    """Return whether the unit's agency has more free units with the capability than it keeps for P1."""
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
            ~in_danger(peer),
            able.capability == UnitCapability.capability,
        )
        .correlate(Unit, UnitCapability)
    )
    reserve = select(Agency.reserve).where(Agency.id == Unit.agency_id).correlate(Unit)
    return free.scalar_subquery() > reserve.scalar_subquery()


ENDANGERED = select(Incident.id).where(
    Incident.is_open, ~Incident.held, Incident.endangered_unit_id.is_not(None),
    Incident.endangered_at.is_not(None), Incident.priority == 1,
)  # fmt: skip
"""The incidents for which all free units near an officer in danger are asked; see facts.calls_all_nearby."""
