"""The statements that candidates are read by, for SQLite and PostgreSQL alike.

They take the parameters `capabilities`, `statuses`, `size`, `fresh` and `usable` (the moments after which a fix is so),
the sides of a box, and the incident's place.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, null, or_, select

from meteor.agencies.models import Agency, Unit, UnitCapability
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident

# Tables, not models: rows of models would take most of the time.
_unit, _ability, _agency = Unit.__table__.c, UnitCapability.__table__.c, Agency.__table__.c
_assignment, _incident = Assignment.__table__.c, Incident.__table__.c

_listed = _ability.capability.in_(bindparam("capabilities", expanding=True))
_holds = exists().where(_ability.unit_id == _unit.id, _listed)
_in_status = _unit.status.in_(bindparam("statuses", expanding=True))
_at_base = and_(_unit.at_base, or_(_unit.position_at.is_(None), _unit.position_at < bindparam("fresh")))
_at_fix = or_(~_unit.at_base, _unit.position_at >= bindparam("fresh"))
_usable = or_(_at_base, _unit.position_at >= bindparam("usable"))
_latitude = case((_at_base, _unit.base_latitude), else_=_unit.latitude)
_longitude = case((_at_base, _unit.base_longitude), else_=_unit.longitude)


def _within(latitude: Any, longitude: Any) -> ColumnElement[bool]:
    return and_(
        latitude.between(bindparam("south"), bindparam("north")),
        longitude.between(bindparam("west"), bindparam("east")),
    )


# One index for each side: ix_units_position, ix_units_base.
_in_box = or_(
    and_(_in_status, _at_fix, _within(_unit.latitude, _unit.longitude)),
    and_(_in_status, _at_base, _within(_unit.base_latitude, _unit.base_longitude)),
)
# Flat, as nothing but the order of those who are only named hangs on it.
_north, _east = _latitude - bindparam("latitude"), _longitude - bindparam("longitude")
_flat_distance = _north * _north + _east * _east * bindparam("squeeze")
_capabilities = select(func.aggregate_strings(_ability.capability, ",")).where(_ability.unit_id == _unit.id)
_busy_with = select(_incident.priority).where(
    _incident.id == _assignment.incident_id, _assignment.unit_id == _unit.id, _assignment.ended_at.is_(None)
)
# In the order in which _candidate takes them.
_units = select(
    _unit.id, _unit.call_sign, _unit.agency_id, _capabilities.scalar_subquery(), _unit.status,
    _latitude, _longitude, case((_at_base, null()), else_=_unit.position_at), _unit.idle_since,
    _busy_with.scalar_subquery(),
).where(_unit.in_service)  # fmt: skip

HOLDERS = select(func.count()).select_from(select(_ability.unit_id).where(_listed).limit(bindparam("size")).subquery())
ALL = _units.where(_unit.id.in_(select(_ability.unit_id).where(_listed)))
ABLE = _units.where(_holds, _usable, _in_box)
ANYBODY = _units.where(_holds).order_by(_flat_distance.nulls_last()).limit(bindparam("size"))
NEARBY = ANYBODY.where(_in_box)
IDLE = _units.where(_holds, _in_status).order_by(_unit.idle_since, _unit.id).limit(bindparam("size"))
FREE = select(func.count()).select_from(
    select(_unit.id)
    .where(_unit.agency_id == bindparam("agency"), _unit.status == "available", _unit.in_service, _usable, _holds)
    .limit(bindparam("size"))
    .subquery()
)
RESERVE = select(_agency.reserve).where(_agency.id == bindparam("agency"))
