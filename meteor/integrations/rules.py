"""Partners' reports, and the incidents that a partner may see: its own, or all with the wider scope."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, or_, select, union

from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.rules import Receipt, receive
from meteor.calls.models import Call
from meteor.clients.rules import Caller
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.incidents.rules import NUMBER
from meteor.integrations.models import PartnerAlert
from meteor.integrations.shapes import LARGEST_ANSWER, NewIncident, Window
from meteor.neighbourhood import safety
from meteor.protocols.kinds import DOMESTIC_VIOLENCE
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.territory import gazetteer

SEES_ALL = "incidents:read-all"

REPEATED = timedelta(days=1)
"""Time in which a report with a known reference repeats the first, even if that is closed."""


class UnknownType(Exception):
    """No active incident type has this code."""


def report(client: Caller, told: NewIncident, phone: str, at: datetime) -> Receipt:
    """Store a partner's report once for each of its references. The phone is in E.164.

    Raises UnknownType.
    """
    kind = db.session.scalar(select(IncidentType).where(IncidentType.code == told.type, IncidentType.active))
    if kind is None:
        raise UnknownType(told.type)
    spot = told.location
    incoming = IncomingAlert(
        id=_alert_id(client.id, told.reference, at), source="api", kind=kind.kind or "other", reporter_id=None,
        latitude=spot.latitude if spot else None, longitude=spot.longitude if spot else None,
        accuracy=spot.radius if spot else None, note=told.note, type_id=kind.id, priority=told.priority,
        place=_place(told), caller_phone=phone, caller_name=told.name,
    )  # fmt: skip
    receipt = receive(incoming, at)
    if receipt.first:
        db.session.add(PartnerAlert(alert_id=receipt.id, client_id=client.id, reference=told.reference))
        db.session.flush()
    return receipt


def type_codes() -> Sequence[str]:
    """Codes of the incident types that may be reported."""
    return db.session.scalars(select(IncidentType.code).where(IncidentType.active).order_by(IncidentType.code)).all()


def visible_to(client_id: int, scopes: frozenset[str]) -> Select[Incident]:
    """Incidents of the client's own calls and reports, with those merged into others.

    With SEES_ALL all incidents except drills.
    """
    return select(Incident).where(~Incident.drill if SEES_ALL in scopes else _own(client_id))


def hides_place(client: Caller, incidents: Sequence[Incident]) -> set[int]:
    """Ids of incidents for which the client sees only the kelurahan (see _sheltered)."""
    ids = [incident.id for incident in incidents]
    return set(db.session.scalars(select(Incident.id).where(Incident.id.in_(ids), _sheltered(client.id))))


def all_own(client: Caller, incident: Incident) -> bool:
    """Return whether all alerts are the client's own, so that its words may be shown."""
    others = select(Alert.id).where(Alert.incident_id == incident.id, Alert.id.not_in(_own_alerts(client.id)))
    return db.session.scalar(others.limit(1)) is None


def find(client: Caller, number: str) -> Incident | None:
    """The incident with this number, if the client may see it."""
    if not NUMBER.fullmatch(number):
        return None
    return db.session.scalar(visible_to(client.id, client.scopes).where(Incident.number == number))


def within(client: Caller, window: Window) -> Sequence[Incident]:
    """The client's incidents in a box and a time, newest first; LARGEST_ANSWER + 1 if there are more.

    A box whose west lies east of its east crosses the antimeridian. An incident with a hidden place is in no box: a
    small one would reveal it.
    """
    query = visible_to(client.id, client.scopes)
    if window.bbox:
        west, south, east, north = map(float, window.bbox.split(","))
        beside = (Incident.longitude >= west, Incident.longitude <= east)
        query = query.where(Incident.latitude.between(south, north), ~_sheltered(client.id))
        query = query.where(*beside) if west <= east else query.where(or_(*beside))
    if window.since:
        query = query.where(Incident.opened_at >= window.since)
    if window.until:
        query = query.where(Incident.opened_at <= window.until)
    if window.status:
        query = query.where(Incident.status == window.status)
    return db.session.scalars(query.order_by(Incident.id.desc()).limit(LARGEST_ANSWER + 1)).unique().all()


def references(client_id: int, incident: Incident) -> list[str]:
    """The client's own references of the incident's reports and calls."""
    of_incident = Alert.incident_id == incident.id
    reports = select(PartnerAlert.reference).join(Alert, Alert.id == PartnerAlert.alert_id)
    calls = select(Call.reference).join(Alert, Alert.id == Call.alert_id)
    own = [
        *db.session.scalars(reports.where(of_incident, PartnerAlert.client_id == client_id)),
        *db.session.scalars(calls.where(of_incident, Call.client_id == client_id)),
    ]
    return [reference for reference in own if reference]


def calls(client: Caller, incident: Incident) -> Sequence[Call]:
    """The client's own calls about this incident, oldest first."""
    own = select(Call).join(Alert, Alert.id == Call.alert_id).where(Call.client_id == client.id)
    return db.session.scalars(own.where(Alert.incident_id == incident.id).order_by(Call.received_at)).all()


def _alert_id(client_id: int, reference: str, at: datetime) -> UUID:
    """The alert's UUID for a reference. A repeated report is the same alert (rule 1).

    References may be used again: after REPEATED, if the incident is closed, it is another report.
    """
    if not reference:
        return uuid4()
    known = (
        select(PartnerAlert.alert_id)
        .join(Alert, Alert.id == PartnerAlert.alert_id)
        .join(Incident, Incident.id == Alert.incident_id)
        .where(PartnerAlert.client_id == client_id, PartnerAlert.reference == reference)
        .where(or_(Incident.is_open, Alert.received_at > at - REPEATED))
    )
    return db.session.scalar(known.order_by(Alert.received_at.desc()).limit(1)) or uuid4()


def _own_alerts(client_id: int) -> Select[Any]:
    mine = union(
        select(Call.alert_id).where(Call.client_id == client_id, Call.alert_id.is_not(None)),
        select(PartnerAlert.alert_id).where(PartnerAlert.client_id == client_id),
    ).subquery()
    return select(mine)


def _own(client_id: int) -> ColumnElement[bool]:
    """Incidents of the client's own calls and reports, also from before merges."""
    came = select(Alert.incident_id).where(Alert.id.in_(_own_alerts(client_id)))
    before = select(Alert.first_incident_id).where(
        Alert.id.in_(_own_alerts(client_id)), Alert.first_incident_id.is_not(None)
    )
    return or_(Incident.id.in_(came), Incident.id.in_(before))


def _sheltered(client_id: int) -> ColumnElement[bool]:
    """Incidents of others where somebody may be in hiding, or that are handled silently (rule 10)."""
    came = select(Alert.id).where(
        Alert.first_incident_id == Incident.id, or_(Alert.silent, Alert.kind == DOMESTIC_VIOLENCE)
    )
    hidden = safety.dangerous(Incident), Incident.held, Incident.premises_id.is_not(None), came.exists()
    return and_(or_(*hidden), ~_own(client_id))


def _place(told: NewIncident) -> Place:
    """The reported place: its point, else the gazetteer's only match of its words. The words are kept."""
    if told.location:
        spot = told.location
        return Place(spot.latitude, spot.longitude, spot.radius, "call", told.place)
    hit = gazetteer.sure(told.place)
    if hit is None:
        return Place(source="call", words=told.place)
    return Place(hit.latitude, hit.longitude, hit.radius, "call", told.place)
