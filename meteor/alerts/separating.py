"""Taking back that an alert joined an incident: it was about something else after all."""

from datetime import datetime

from sqlalchemy import update

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.dispatch import offers, plans
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.store.database import db, serialise


class OnlyAlert(Exception):
    """The incident has no other alert: taking this one away would leave nobody's incident behind."""


def separate(alert: Alert, type_row: incidents.TypeRow, place: Place, at: datetime, actor: User) -> Incident:
    """Give an alert that had joined an incident one of its own, which is dispatched. Raises OnlyAlert."""
    serialise()
    db.session.refresh(alert)
    left = alert.incident
    if db.session.query(Alert).where(Alert.incident_id == left.id).count() < 2:
        raise OnlyAlert(left.number)
    opening = incidents.Opening(type_row, alert.source, place, alert.reporter_id, silent=alert.silent)
    incident_id, number = incidents.open_incident(opening, at)
    db.session.execute(update(Alert).where(Alert.id == alert.id).values(incident_id=incident_id))
    db.session.refresh(alert)
    timeline.record(left.id, "separated", at, actor, number=number)
    timeline.record(
        incident_id, "received", at, actor, source=alert.source, kind=alert.kind, note=alert.note, flags=alert.flags,
        place_source=place.source, accuracy=place.accuracy, silent=alert.silent, drill=False,
    )  # fmt: skip
    offers.offer_first(plans.waiting(alert.incident), at)
    return alert.incident
