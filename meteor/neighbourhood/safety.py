"""Incidents hidden from neighbours, because going there is dangerous or a neighbour may be the offender.

These are silent incidents, types with a silent approach (volunteers would walk into it), and domestic violence. An
incident that was once reported as domestic violence stays hidden, whatever its later type. A burglary is not hidden,
but neighbours are called to no other incident beside an open one.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, union_all
from sqlalchemy.orm import aliased

from meteor.alerts.models import Alert
from meteor.incidents.models import Decision, Incident
from meteor.neighbourhood.models import Callout
from meteor.protocols.kinds import DOMESTIC_VIOLENCE
from meteor.protocols.models import IncidentType
from meteor.store.database import execute

BURGLARY = "burglary"
"""An incident type of which neighbours are told at a home, to watch from a safe place, and not at a business."""

BECOMES_ANOTHER = ("type", "kind_said", "merge", "split")
"""Decisions that can end the danger of an incident, also where they count no more."""

RIGHT_THERE = 0.001
"""Degrees, of latitude and of longitude: some 110 m in this city."""


@cache  # to build it anew takes longer than to ask it
def endangered() -> ColumnElement[bool]:
    """Condition: dangerous incidents, and incidents beside an open dangerous one."""
    danger = aliased(Incident)
    burglaries = select(IncidentType.id).where(IncidentType.code == BURGLARY)
    burglars = and_(danger.type_id.in_(burglaries), danger.priority == 1, Incident.type_id.not_in(burglaries))
    beside = select(danger.id).where(
        danger.id.in_(_open_dangers(burglaries)), _beside(danger, Incident), or_(dangerous(danger), burglars)
    )
    return or_(dangerous(Incident), beside.exists())


def around(incident_id: int) -> dict[int, bool]:
    """The incident and open ones beside it, by id, each with whether it is endangered.

    On a bad day thousands lie side by side. Beside what is an open danger all are endangered, and those stand here to
    which somebody is called; beside what is none, and never was, nothing changes by it, and it stands here alone.
    """
    state = execute(_state(), incident=incident_id).one()
    if state.open and state.danger:
        return dict.fromkeys([incident_id, *execute(_called_beside(), incident=incident_id).scalars()], True)
    concerned = _with_beside() if state.danger or state.changed else _alone()
    return {row.id: bool(row.endangered) for row in execute(concerned, incident=incident_id)}


@cache
def _state() -> Any:
    """Selects whether an incident is open, is dangerous, and had another type or other alerts before."""
    kinds = or_(*(Decision.kind == kind for kind in BECOMES_ANOTHER))
    changed = select(Decision.id).where(Decision.incident_id == Incident.id, kinds).exists()
    asked = select(Incident.is_open.label("open"), dangerous(Incident).label("danger"), changed.label("changed"))
    return asked.where(Incident.id == bindparam("incident"))


@cache
def _right_beside() -> Any:
    """Selects the open incidents beside an incident."""
    it = aliased(Incident)
    beside = select(Incident.id).join(it, and_(Incident.is_open, _beside(Incident, it)))
    return beside.where(it.id == bindparam("incident"))


@cache
def _called_beside() -> Any:
    return _right_beside().where(Incident.id.in_(_called()))


@cache
def _alone() -> Any:
    return select(Incident.id, endangered().label("endangered")).where(Incident.id == bindparam("incident"))


@cache
def _with_beside() -> Any:
    itself = select(Incident.id).where(Incident.id == bindparam("incident"))
    concerned = union_all(itself.correlate(None), _right_beside().correlate(None))
    return select(Incident.id, endangered().label("endangered")).where(Incident.id.in_(concerned))


def _open_dangers(burglaries: Any) -> Any:
    """Selects the open incidents that may be dangerous, which are few."""
    types = union_all(_quiet_types(), burglaries)
    ways = (Incident.silent, Incident.confidential, Incident.type_id.in_(types))
    return union_all(*(select(Incident.id).where(Incident.is_open, way).correlate(None) for way in ways))


def _called() -> Any:
    """Selects the incidents with callouts."""
    helped = select(Callout.incident_id).where(Callout.incident_id.is_not(None))
    return union_all(helped, select(Alert.incident_id).join(Callout, Callout.alert_id == Alert.id))


def _quiet_types() -> Any:
    return select(IncidentType.id).where(or_(IncidentType.silent_approach, IncidentType.kind == DOMESTIC_VIOLENCE))


def _beside(one: Any, other: Any) -> ColumnElement[bool]:
    """Build the condition: at the same premises, or within RIGHT_THERE."""
    return or_(
        one.premises_id == other.premises_id,
        and_(
            one.latitude.between(other.latitude - RIGHT_THERE, other.latitude + RIGHT_THERE),
            one.longitude.between(other.longitude - RIGHT_THERE, other.longitude + RIGHT_THERE),
        ),
    )


def dangerous(incident: Any) -> ColumnElement[bool]:
    """Condition: incidents (Incident or an alias) that are dangerous themselves."""
    return or_(incident.silent, incident.confidential, incident.type_id.in_(_quiet_types()))
