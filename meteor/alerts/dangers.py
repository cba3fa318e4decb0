"""Where neighbours would be in danger, or are the danger: what they never hear of, nor of anything else right there.

That is what is silent (nobody nearby may notice), what is gone to silently (whoever goes there to help walks into a
hold-up), and violence at home, which is heard through the same walls. Once somebody has said that it is this last one,
it is, whatever it is called later. A burglary is no secret, but where burglars are known to be inside nobody is called
to anything else.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column, or_, select
from sqlalchemy.orm import aliased

from meteor.alerts.models import Alert
from meteor.incidents.models import Event, Incident, IncidentType
from meteor.store.database import db

KEPT_FROM_NEIGHBOURS = "domestic_violence"

BURGLARY = "burglary"
"""An incident type: those around may watch a house, from a safe place; at a shop the burglar is none of theirs."""

BECOMES_ANOTHER = ("retyped", "separated", "merged_here", "unmerged", "unmerged_here")
"""Deeds by which an incident can have stopped being a danger."""

RIGHT_THERE = 0.001
"""Degrees, of latitude and of longitude: some 110 m in this city."""


def endangered() -> ColumnElement[bool]:
    """The incidents that are such a danger, and those right beside one that is open."""
    danger = aliased(Incident)
    burglaries = select(IncidentType.id).where(IncidentType.code == BURGLARY)
    burglars = and_(danger.type_id.in_(burglaries), danger.priority == 1, Incident.type_id.not_in(burglaries))
    beside = select(danger.id).where(_is_open(danger), _beside(danger, Incident), or_(dangerous(danger), burglars))
    return or_(dangerous(Incident), beside.exists())


def around(incident_id: int) -> dict[int, bool]:
    """An incident and what is open right beside it, by their ids, and whether each is endangered.

    On a bad day hundreds lie side by side. Beside what is an open danger all are endangered; beside what is none, and
    never was, nothing changes by it, and it stands here alone.
    """
    it = aliased(Incident)
    beside = select(Incident.id).join(it, and_(_is_open(Incident), _beside(Incident, it))).where(it.id == incident_id)
    changed = select(Event.id).where(Event.incident_id == Incident.id, Event.deed.in_(BECOMES_ANOTHER)).exists()
    asked = select(_is_open(Incident), dangerous(Incident), changed).where(Incident.id == incident_id)
    is_open, is_danger, has_changed = db.session.execute(asked).one()
    if is_open and is_danger:
        return dict.fromkeys([incident_id, *db.session.scalars(beside)], True)
    concerned = Incident.id == incident_id
    if is_danger or has_changed:
        concerned = or_(concerned, Incident.id.in_(beside))
    return {row[0]: row[1] for row in db.session.execute(select(Incident.id, endangered()).where(concerned))}


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
    types = select(IncidentType.id).where(or_(IncidentType.silent_approach, IncidentType.kind == KEPT_FROM_NEIGHBOURS))
    cry = aliased(Alert)
    cries = select(cry.id).where(cry.incident_id == incident.id)
    cried = cries.where(or_(cry.silent, cry.kind == KEPT_FROM_NEIGHBOURS)).exists()
    # The alerts of an incident that was merged come along, its timeline does not.
    said = cries.join(Event, Event.incident_id.in_((cry.incident_id, cry.first_incident_id))).where(_said()).exists()
    return or_(incident.silent, incident.type_id.in_(types), cried, said)


def _said() -> ColumnElement[bool]:
    """The lines of a timeline that tell of violence at home."""
    codes = select(IncidentType.code).where(IncidentType.kind == KEPT_FROM_NEIGHBOURS)
    before, after, kind = (Event.detail[word].as_string() for word in ("before", "after", "kind"))
    return or_(
        and_(Event.deed == "retyped", or_(before.in_(codes), after.in_(codes))),
        and_(Event.deed == "kind_said", kind == KEPT_FROM_NEIGHBOURS),
    )
