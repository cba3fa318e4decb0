"""Taking back that an alert joined an incident: it was about something else after all."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from meteor.accounts.models import User
from meteor.alerts import merging, summary
from meteor.alerts.models import Alert
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import decisions, timeline
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.store.database import db


class OnlyAlert(Exception):
    """The alert is the incident's only one and cannot be separated."""


def separate(alert: Alert, type_row: incidents.TypeRow, place: Place, at: datetime, actor: User) -> Incident:
    """Give an alert that had joined an incident one of its own, which is dispatched. Raises OnlyAlert.

    What was decided because of the alert goes with it: the other incident is what the rest makes of it. Its units stay.
    """
    db.session.refresh(alert)
    left = alert.incident
    if db.session.query(Alert).where(Alert.incident_id == left.id).count() < 2:
        raise OnlyAlert(left.number)
    opening = incidents.Opening(type_row, alert.source, place, alert.reporter_id, silent=alert.silent)
    incident_id, number = incidents.open_incident(opening, at)
    parts = merging.with_parts(left)
    _move(alert, left, parts, incident_id)
    decisions.record(left.id, "split", at, actor)
    timeline.record(left.id, "separated", at, actor, number=number)
    for each in (*sorted(parts), incident_id):
        summary.recount(each)
        decisions.bring_in_line(each, at, actor)
    timeline.record(
        incident_id, "received", at, actor, source=alert.source, kind=alert.kind, note=alert.note, flags=alert.flags,
        place_source=place.source, accuracy=place.accuracy, silent=alert.silent, drill=False,
    )  # fmt: skip
    timeline.visibility_changed(incident_id, at)
    for each in (left.id, incident_id):
        reconcile(each, at)
    return alert.incident


def _move(alert: Alert, left: Incident, parts: Collection[int], incident_id: int) -> None:
    """Move the alert; the first of its reporter's alerts that stay is no repetition any more."""
    decisions.move([alert.id], parts, incident_id)
    db.session.execute(
        update(Alert).where(Alert.id == alert.id).values(incident_id=incident_id, first_incident_id=None, repeat=False)
    )
    db.session.refresh(alert)
    stays = select(Alert.id).where(Alert.incident_id == left.id, Alert.reporter_id == alert.reporter_id)
    first = db.session.scalar(stays.order_by(Alert.received_at).limit(1))
    db.session.execute(update(Alert).where(Alert.id == first).values(repeat=False))
