"""The statements that read candidates, for SQLite and PostgreSQL alike.

Each is built once, because building one takes longer than executing it. Statuses are literals, so that indexes serve.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Float,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from meteor.agencies.models import UNIT_STATUSES, Agency, Shift, Unit, UnitCapability
from meteor.agencies.positions import STALE, UNUSABLE
from meteor.dispatch.models import Assignment
from meteor.dispatch.nearest import may_go
from meteor.geo import Box
from meteor.incidents.models import Incident

Statuses = tuple[str, ...]

# Tables, not models: rows of models would take most of the time.
_unit, _ability, _assignment = Unit.__table__.c, UnitCapability.__table__.c, Assignment.__table__.c
_incident = Incident.__table__.alias("busy_with").c  # an alias, as the statement around may be about incidents too


def moments(at: datetime) -> dict[str, datetime]:
    """The parameters `fresh` and `usable`: the moments after which a fix is so."""
    return {"fresh": at - STALE, "usable": at - UNUSABLE}


def usable(unit: Any) -> ColumnElement[bool]:
    """Return whether the position of a unit (a model or a table's columns) is usable. Needs the parameter `usable`."""
    return or_(unit.at_base, unit.position_at >= bindparam("usable"))


def busy_with(unit: Any) -> ScalarSelect[int]:
    """The priority of the incident that a unit (a model or a table's columns) is on; null where that one is held.

    From a held incident no unit is taken away: a person has sent it there.
    """
    return (
        select(_incident.priority)
        .where(_incident.id == _assignment.incident_id, _assignment.unit_id == unit.id, _assignment.ended_at.is_(None))
        .where(_incident.held.is_(False))
        .scalar_subquery()
    )


def in_danger(unit: Any) -> Exists:
    """Return whether an officer of a unit (a model or a table's columns) is in danger (see facts.units_in_danger)."""
    danger = aliased(Incident)
    return exists().where(*crew_in_danger(danger), danger.endangered_unit_id == unit.id)


def crew_in_danger(incident: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an incident is open about an officer in danger whose crew is still on duty on the unit."""
    duty = aliased(Shift)
    since = duty.unit_id == incident.endangered_unit_id, duty.started_at <= incident.endangered_at
    same_crew = exists().where(*since, duty.ended_at.is_(None))
    return incident.is_open, incident.endangered_unit_id.is_not(None), same_crew


_fresh = _unit.position_at >= bindparam("fresh")
_at_base = and_(_unit.at_base, or_(_unit.position_at.is_(None), ~_fresh))
_latitude = case((_at_base, _unit.base_latitude), else_=_unit.latitude)
_longitude = case((_at_base, _unit.base_longitude), else_=_unit.longitude)
_able = and_(
    _unit.in_service,
    exists().where(_ability.unit_id == _unit.id, _ability.capability == bindparam("capability")),
)
# Flat: it decides only which of many units that were passed over are named.
_north, _east = _latitude - bindparam("latitude"), _longitude - bindparam("longitude")
_flat_distance = _north * _north + _east * _east * bindparam("squeeze")


class _Commas(FunctionElement[str]):
    """The values of a group, with commas between them. SQLAlchemy's own function cannot be prepared."""

    type = String()
    inherit_cache = True


@compiles(_Commas)
def _string_agg(element: _Commas, compiler: SQLCompiler, **options: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **options)}, ',')"


@compiles(_Commas, "sqlite")
def _group_concat(element: _Commas, compiler: SQLCompiler, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)}, ',')"


_capabilities = select(_Commas(_ability.capability))
_any_candidates = select(  # in the order in which candidates.py takes them
    _unit.id, _unit.call_sign, _unit.agency_id,
    _capabilities.where(_ability.unit_id == _unit.id).scalar_subquery(),
    _unit.status, _latitude, _longitude, case((_at_base, null()), else_=_unit.position_at),
    case((or_(_unit.at_base, _fresh), "fresh"), (usable(_unit), "stale"), else_="unusable"), _unit.idle_since,
    busy_with(_unit),
)  # fmt: skip
_candidates = _any_candidates.where(_able)


@cache
def smallest_box(statuses: Statuses, boxes: tuple[float, ...], may_take: bool) -> Select[Any]:
    """Build the statement that finds the smallest box with more than `offset` units.

    The units are in one of the statuses, the `boxes` ascend. It returns the metres of the box, 0 if none has so many,
    None if no unit may go. Box number 0 lies between the parameters `south0`, `north0`, `west0` and `east0`.
    """
    holds = (
        (select(_unit.id).where(_able, _in_box(statuses, number)).limit(1).offset(bindparam("offset")).exists(), metres)
        for number, metres in enumerate(boxes)
    )
    return select(case((~_any_may_go(statuses, may_take), null()), *holds, else_=0.0))


@cache
def any_may_go(statuses: Statuses, may_take: bool) -> Select[Any]:
    """Select whether a unit with the capability may go by its status, at any place. `statuses` are those to look at."""
    return select(_any_may_go(statuses, may_take))


@cache
def any_able() -> Select[Any]:
    """Select one unit with the capability."""
    return _candidates.limit(1)


@cache
def in_box() -> Select[Any]:
    """The units between `south`, `north`, `west` and `east` (degrees WGS-84)."""
    return _candidates.where(_in_box(UNIT_STATUSES))


@cache
def free_in_box() -> Select[Any]:
    """The free units with a usable position in the same box, whatever they can do."""
    return _any_candidates.where(_unit.in_service, usable(_unit), _in_box(("available",)))


@cache
def first(statuses: Statuses, *, nearest: bool) -> Select[Any]:
    """The first `size` units: those in one of the statuses before all others.

    Among these the `nearest` to `latitude` and `longitude` (degrees WGS-84) come first, or else the longest idle.
    """
    order = _flat_distance.nulls_last() if nearest else _unit.idle_since
    return _candidates.order_by(case((_has(statuses), 0), else_=1), order, _unit.id).limit(bindparam("size"))


def _any_may_go(statuses: Statuses, may_take: bool) -> Exists:
    goes = may_go(_unit.status, busy_with(_unit), true() if may_take else false())
    return select(_unit.id).where(_able, _has(statuses), goes).exists()


def _has(statuses: Statuses) -> ColumnElement[bool]:
    return _unit.status.in_([literal_column(f"'{status}'") for status in statuses])


def _in_box(statuses: Statuses, number: int | str = "") -> ColumnElement[bool]:
    """Units that may be in the box, by either of their places. Each has its index: ix_units_position, ix_units_base."""
    south, north, west, east = (bindparam(f"{side}{number}", type_=Float()) for side in Box._fields)
    at_fix = and_(_unit.latitude.between(south, north), _unit.longitude.between(west, east))
    at_base = and_(_unit.base_latitude.between(south, north), _unit.base_longitude.between(west, east))
    return or_(and_(_has(statuses), at_fix), and_(_has(statuses), at_base, _unit.at_base))


SPARE = select(func.count()).select_from(
    select(_unit.id)
    .where(
        _unit.agency_id == bindparam("agency"),
        _has(("available",)),
        _able,
        usable(_unit),
        ~in_danger(_unit),
    )
    .limit(bindparam("asked"))
    .offset(select(Agency.reserve).where(Agency.id == bindparam("agency")).scalar_subquery())
    .subquery()
)
"""The free units with `capability` that an agency has beyond its reserve, without those whose officers are in danger.

Counted up to `asked`.
"""
