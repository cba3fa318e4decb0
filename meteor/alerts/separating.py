"""Taking back that an alert joined an incident: it was about something else after all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from sqlalchemy import select, update

from meteor.accounts.models import User
from meteor.alerts import cancelling, confidentiality
from meteor.alerts.models import Alert
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Event, Incident
from meteor.incidents.places import Place, move
from meteor.protocols.models import IncidentType
from meteor.store.database import db, serialise


class OnlyAlert(Exception):
    """The alert is the incident's only one and cannot be separated."""


def separate(
    alert: Alert, type_row: incidents.TypeRow, place: Place, heard: Iterable[int], at: datetime, actor: User
) -> Incident:
    """Give an alert that had joined an incident one of its own, which is dispatched. Raises OnlyAlert.

    The other incident is again what it was, as far as nobody has changed it since; but no less urgent than the
    priorities that others were `heard` to give it. Its units stay with it.
    """
    serialise()
    db.session.refresh(alert)
    left = alert.incident
    if db.session.query(Alert).where(Alert.incident_id == left.id).count() < 2:
        raise OnlyAlert(left.number)
    opening = incidents.Opening(type_row, alert.source, place, alert.reporter_id, silent=alert.silent)
    incident_id, number = incidents.open_incident(opening, at)
    db.session.execute(update(Alert).where(Alert.id == alert.id).values(incident_id=incident_id, repeat=False))
    db.session.refresh(alert)
    for each in (left.id, incident_id):
        cancelling.reconsider(each)
    _begin_anew(alert, left)
    timeline.record(left.id, "separated", at, actor, number=number)
    if left.status != "closed":
        _put_back(alert, left, heard, at, actor)
    timeline.record(
        incident_id, "received", at, actor, source=alert.source, kind=alert.kind, note=alert.note, flags=alert.flags,
        place_source=place.source, accuracy=place.accuracy, silent=alert.silent, drill=False,
    )  # fmt: skip
    timeline.visibility_changed(incident_id, at)
    reconcile(incident_id, at)
    return alert.incident


def _begin_anew(alert: Alert, left: Incident) -> None:
    """The first of the reporter's alerts that stay is no repetition any more."""
    stays = select(Alert.id).where(Alert.incident_id == left.id, Alert.reporter_id == alert.reporter_id)
    first = db.session.scalar(stays.order_by(Alert.received_at).limit(1))
    db.session.execute(update(Alert).where(Alert.id == first).values(repeat=False))
    for incident_id in (left.id, alert.incident_id):
        confidentiality.update_from_alerts(incident_id)


def _put_back(alert: Alert, left: Incident, heard: Iterable[int], at: datetime, actor: User) -> None:
    """Make of the incident what it was before the alert changed it."""
    changes = timeline.of_incident(left.id)
    if said := _newest_by(alert.id, "retyped reprioritised", changes):
        first = said[0].detail
        urgent = min([first.get("priority", first["before"]), *heard])
        codes = [event.detail["before"] for event in said if event.event_type == "retyped"]
        if codes:
            known = db.session.scalars(select(IncidentType).where(IncidentType.code == codes[0])).one()
            row = incidents.TypeRow(known.id, known.code, urgent, known.agency_id)
            incidents.retype(left, row, at, actor)
        elif urgent != left.priority:
            incidents.reprioritise(left, urgent, at, actor, reason="")
    if moves := _newest_by(alert.id, "moved", changes):
        move(left, Place(**moves[0].detail["was"]), at, actor)
    others_silent = select(Alert.id).where(Alert.incident_id == left.id, Alert.silent).limit(1)
    if alert.silent and db.session.scalar(others_silent) is None:
        left.silent = False
    reconcile(left.id, at)


def _newest_by(alert_id: UUID, event_types: str, events: Sequence[Event]) -> list[Event]:
    """The last changes of these types, oldest first, if the alert made them and no other came later."""
    found = [event for event in events if event.event_type in event_types.split()]
    return [*takewhile(lambda event: event.detail.get("alert") == str(alert_id), reversed(found))][::-1]
