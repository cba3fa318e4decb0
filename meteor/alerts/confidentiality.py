"""Confidentiality of an incident, by its alerts and its timeline."""

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import aliased

from meteor.alerts.models import Alert
from meteor.incidents.confidentiality import KIND
from meteor.incidents.models import Event, Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import db


def update_from_alerts(incident_id: int) -> None:
    """Set whether the incident is confidential, after alerts have joined or left it."""
    alert = aliased(Alert)
    alerts = select(alert.id).where(alert.incident_id == incident_id)
    kept = alerts.where(or_(alert.silent, alert.kind == KIND)).exists()
    # The alerts of an incident that was merged come along, its timeline does not.
    merged = alert.incident_id == incident_id, alert.first_incident_id.is_not(None)
    before = select(alert.first_incident_id).where(*merged)
    said = (
        select(Event.id).where(or_(Event.incident_id == incident_id, Event.incident_id.in_(before)), _said()).exists()
    )
    db.session.execute(
        update(Incident).where(Incident.id == incident_id).values(confidential=or_(kept, said)),
        execution_options={"synchronize_session": False},
    )


def _said() -> ColumnElement[bool]:
    """Events about domestic violence."""
    codes = select(IncidentType.code).where(IncidentType.kind == KIND)
    before, after, kind = (Event.detail[word].as_string() for word in ("before", "after", "kind"))
    return or_(
        and_(Event.event_type == "retyped", or_(before.in_(codes), after.in_(codes))),
        and_(Event.event_type == "kind_said", kind == KIND),
    )
