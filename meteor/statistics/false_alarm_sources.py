"""What raised false alarms, as far as it helps the owner of premises to find the cause."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from meteor.incidents.models import Incident
from meteor.sas.alarms import words_of
from meteor.sas.models import PanelEvent
from meteor.store.database import db


def detectors(incidents: Collection[Incident]) -> Mapping[int, str]:
    """The panel and zone of the first event of each incident, by its id. Incidents without an event are left out."""
    query = select(PanelEvent).where(PanelEvent.incident_id.in_([incident.id for incident in incidents]))
    found: dict[int, str] = {}
    for event in db.session.scalars(query.order_by(PanelEvent.received_at)):
        if event.incident_id is not None:
            found.setdefault(event.incident_id, words_of(event, event.panel))
    return found
