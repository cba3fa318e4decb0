"""The incident of an incoming alert: an open one that it joins, or a new one."""

from datetime import datetime
from typing import NamedTuple

from meteor.accounts.models import User
from meteor.alerts import repeats
from meteor.alerts.duplicate_score import UNSAID
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.matching import WHERE_IT_IS, incident_meant
from meteor.alerts.repeats import Earlier
from meteor.incidents import decisions
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import COARSE, Place, apart, is_better, refines
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.territory import rules as territory


class Joined(NamedTuple):
    """The incident of an alert, what its reporter has raised of it before, and whether it was opened just now.

    `moved`: the alert has changed its place.
    """

    id: int
    number: str
    status: str
    earlier: Earlier = Earlier()
    new: bool = False
    news: bool = True
    moved: bool = False


def open_or_join(
    incoming: IncomingAlert, place: Place, flags: list[str], held: bool, at: datetime, actor: User | None
) -> Joined:
    """Rule 6: an open incident of the same reporter is joined, or the one that is meant; otherwise one is opened."""
    type_row = _type(incoming)
    incident = incident_meant(incoming, type_row, place, at)
    if incident is None:
        opening = incidents.Opening(
            type_row, incoming.source, place, incoming.reporter_id, silent=incoming.silent, drill=incoming.drill,
            held=held, flags=flags,
            premises_id=incoming.premises_id,
        )  # fmt: skip
        incident_id, number = incidents.open_incident(opening, at)
        return Joined(incident_id, number, "closed" if incoming.drill else "open", new=True)
    alarm = incoming.reporter_id is None and incoming.premises_id is not None
    earlier = (
        repeats.earlier_at_premises(incoming, incident.id)
        if alarm
        else repeats.earlier(incoming.reporter_id, incident.id)
    )
    news = _is_news(incoming, type_row, incident) or (incident.held and not held)
    hears = earlier.hears(at) or incoming.source != "panic"
    moved = hears and _add(incoming, type_row, place, incident, at, actor)
    return Joined(incident.id, incident.number, incident.status, earlier, news=news, moved=moved)


def _add(
    incoming: IncomingAlert,
    type_row: incidents.TypeRow,
    place: Place,
    incident: Incident,
    at: datetime,
    actor: User | None,
) -> bool:
    """Update the incident from another alert; whether its place changed.

    An alert by a different reporter changes neither type nor place.

    So they do for a call or a hazard once a unit is on its way, unless nobody had said them. A press only makes the
    place more exact, unless all was taken back before it: its reporter may have fled. A place in no RT becomes that of
    any alert which says more exactly where within its radius.
    """
    own = incoming.incident_id is None and incoming.reporter_id == incident.reporter_id
    under_way = incoming.source in WHERE_IT_IS and incident.accepted_at is not None
    if own and _says_what(incoming, type_row, incident) and not (under_way and incident.type.code not in UNSAID):
        incidents.retype(incident, type_row, at, actor, alert_id=incoming.id)
    said_urgent = actor is not None or incoming.source == "hazard"
    if said_urgent and incoming.priority is not None:
        incidents.hear(incident, incoming.priority, at, actor, alert_id=incoming.id)
    moves = _says_where(incident, place, own=own, under_way=under_way) or (own and _says_where_anew(incident, place))
    if moves:
        incidents.move(incident, place, at, alert_id=incoming.id)
    return moves


def _says_what(incoming: IncomingAlert, type_row: incidents.TypeRow, incident: Incident) -> bool:
    """Return whether the alert is of another type than what was said before."""
    stated = incoming.type_id is not None or incoming.kind != "emergency"
    return stated and type_row.id != decisions.view_of(incident.id, alone=True).what.type_id


def _is_news(incoming: IncomingAlert, type_row: incidents.TypeRow, incident: Incident) -> bool:
    """Return whether an alert has words, another kind or way, or silence: more than a press."""
    other_kind = incoming.kind != "emergency" and type_row.id != incident.type_id
    return bool(incoming.note) or other_kind or (incoming.silent and not incident.silent) or incoming.source != "panic"


def _says_where(incident: Incident, place: Place, *, own: bool, under_way: bool) -> bool:
    """Return whether the alert's place becomes the incident's."""
    better = {"device": refines, "call": is_better}.get(place.source)
    if better is None or not better(incident, place):
        return False
    if incident.latitude is None or _makes_exact(incident, place):
        return True
    return own and not (under_way and _elsewhere(incident, place))


def _makes_exact(incident: Incident, place: Place) -> bool:
    """Return whether a place within the incident's radius says in which RT it is, which nobody knew."""
    vague, exact = territory.is_coarse(incident.accuracy), not territory.is_coarse(place.accuracy)
    return vague and exact and not _elsewhere(incident, place)


def _says_where_anew(incident: Incident, place: Place) -> bool:
    """Return whether an exact press follows a cancellation: help is needed where it is made."""
    exact = place.source == "device" and (place.accuracy or 0.0) <= COARSE
    return exact and bool(incident.cancelled) and incident.premises_id is None


def _elsewhere(incident: Incident, place: Place) -> bool:
    """Return whether a place lies outside the incident's radius; a home is only assumed."""
    away = apart(incident, place.latitude, place.longitude)
    return incident.place_source != "home" and away > (incident.accuracy or 0.0)


def _type(incoming: IncomingAlert) -> incidents.TypeRow:
    """The stated type and priority, else the type of the kind."""
    if incoming.type_id is None:
        return incidents.type_for(incoming.kind)
    said = db.session.get_one(IncidentType, incoming.type_id)
    return incidents.TypeRow.of(said, incoming.priority)
