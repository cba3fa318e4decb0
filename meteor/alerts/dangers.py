"""Where neighbours would be in danger, or are the danger: what they never hear of, nor of anything else right there.

That is what is silent (nobody nearby may notice), what is gone to silently (whoever goes there to help walks into a
hold-up), and violence at home, which is heard through the same walls. Once somebody has said that it is this last one,
it is, whatever it is called later. A burglary is no secret, but where burglars are known to be inside nobody is called
to anything else.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, or_, select, union_all, update
from sqlalchemy.orm import aliased

from meteor.alerts.models import Alert, Callout
from meteor.incidents import confidentiality
from meteor.incidents.models import Event, Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import db, execute

KEPT_FROM_NEIGHBOURS = confidentiality.KIND

BURGLARY = "burglary"
"""An incident type: those around may watch a house, from a safe place; at a shop the burglar is none of theirs."""

BECOMES_ANOTHER = ("retyped", "separated", "merged_here", "unmerged", "unmerged_here")
"""Event types by which an incident can have stopped being a danger."""

RIGHT_THERE = 0.001
"""Degrees, of latitude and of longitude: some 110 m in this city."""


@cache  # to build it anew takes longer than to ask it
def endangered() -> ColumnElement[bool]:
    """The incidents that are such a danger, and those right beside one that is open."""
    danger = aliased(Incident)
    burglaries = select(IncidentType.id).where(IncidentType.code == BURGLARY)
    burglars = and_(danger.type_id.in_(burglaries), danger.priority == 1, Incident.type_id.not_in(burglaries))
    beside = select(danger.id).where(
        danger.id.in_(_open_dangers(burglaries)), _beside(danger, Incident), or_(dangerous(danger), burglars)
    )
    return or_(dangerous(Incident), beside.exists())


def around(incident_id: int) -> dict[int, bool]:
    """An incident and what is open right beside it, by their ids, and whether each is endangered.

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
    """Asks whether an incident is open, is a danger, and has been something else."""
    changed = select(Event.id).where(Event.incident_id == Incident.id, Event.event_type.in_(BECOMES_ANOTHER)).exists()
    asked = select(_is_open(Incident).label("open"), dangerous(Incident).label("danger"), changed.label("changed"))
    return asked.where(Incident.id == bindparam("incident"))


@cache
def _right_beside() -> Any:
    """Asks for the open incidents right beside an incident."""
    it = aliased(Incident)
    beside = select(Incident.id).join(it, and_(_is_open(Incident), _beside(Incident, it)))
    return beside.where(it.id == bindparam("incident"))


@cache
def _called_beside() -> Any:
    return _right_beside().where(Incident.id.in_(_called()))


@cache
def _alone() -> Any:
    return select(Incident.id, endangered().label("endangered")).where(Incident.id == bindparam("incident"))


@cache
def _with_beside() -> Any:
    concerned = or_(Incident.id == bindparam("incident"), Incident.id.in_(_right_beside().correlate(None)))
    return select(Incident.id, endangered().label("endangered")).where(concerned)


def learn(incident_id: int) -> None:
    """Look up again whether an incident is confidential, after alerts have come to it or left it."""
    cry = aliased(Alert)
    cries = select(cry.id).where(cry.incident_id == incident_id)
    cried = cries.where(or_(cry.silent, cry.kind == KEPT_FROM_NEIGHBOURS)).exists()
    # The alerts of an incident that was merged come along, its timeline does not.
    before = select(cry.first_incident_id).where(cry.incident_id == incident_id, cry.first_incident_id.is_not(None))
    said = (
        select(Event.id).where(or_(Event.incident_id == incident_id, Event.incident_id.in_(before)), _said()).exists()
    )
    db.session.execute(
        update(Incident).where(Incident.id == incident_id).values(confidential=or_(cried, said)),
        execution_options={"synchronize_session": False},
    )


def _open_dangers(burglaries: Any) -> Any:
    """Asks for the open incidents that may be a danger: few, whatever else is open."""
    types = union_all(_quiet_types(), burglaries)
    ways = (Incident.silent, Incident.confidential, Incident.type_id.in_(types))
    return union_all(*(select(Incident.id).where(_is_open(Incident), way).correlate(None) for way in ways))


def _called() -> Any:
    """Asks for the incidents to which neighbours are called."""
    helped = select(Callout.incident_id).where(Callout.incident_id.is_not(None))
    return union_all(helped, select(Alert.incident_id).join(Callout, Callout.alert_id == Alert.id))


def _quiet_types() -> Any:
    return select(IncidentType.id).where(or_(IncidentType.silent_approach, IncidentType.kind == KEPT_FROM_NEIGHBOURS))


def _is_open(incident: Any) -> ColumnElement[bool]:
    return incident.status != literal_column("'closed'")  # as in the index of what is open


def _beside(one: Any, other: Any) -> ColumnElement[bool]:
    """At the same premises, or not further than RIGHT_THERE: a customer in a shop knows nothing of its alarm."""
    return or_(
        one.premises_id == other.premises_id,
        and_(
            one.latitude.between(other.latitude - RIGHT_THERE, other.latitude + RIGHT_THERE),
            one.longitude.between(other.longitude - RIGHT_THERE, other.longitude + RIGHT_THERE),
        ),
    )


def dangerous(incident: Any) -> ColumnElement[bool]:
    """The incidents (Incident, or an alias of it) that are such a danger themselves."""
    return or_(incident.silent, incident.confidential, incident.type_id.in_(_quiet_types()))


def _said() -> ColumnElement[bool]:
    """The lines of a timeline that tell of violence at home."""
    codes = select(IncidentType.code).where(IncidentType.kind == KEPT_FROM_NEIGHBOURS)
    before, after, kind = (Event.detail[word].as_string() for word in ("before", "after", "kind"))
    return or_(
        and_(Event.event_type == "retyped", or_(before.in_(codes), after.in_(codes))),
        and_(Event.event_type == "kind_said", kind == KEPT_FROM_NEIGHBOURS),
    )
