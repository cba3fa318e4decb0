"""Sources of false alarms, as far as they help the owner of premises to find the cause."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from meteor.alerts.models import Alert
from meteor.incidents.labels import SILENT_ALARM, SOURCES
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.sas.alarms import words_of
from meteor.sas.models import Panel, PanelEvent
from meteor.store.database import db


def has_panel(premises: Premises) -> bool:
    """Return whether an alarm panel is registered at the premises."""
    return db.session.scalar(select(Panel.id).where(Panel.premises_id == premises.id).limit(1)) is not None


def first_sources(incidents: Collection[Incident]) -> Mapping[int, str]:
    """The source of the first alert of each incident, by its id, with panel and zone where an event became that alert.

    What a panel said besides, such as a closing, is a line of an incident and raised nothing.
    """
    found: dict[int, str] = {incident.id: str(SOURCES[incident.source]) for incident in incidents}
    query: Any = (
        select(Alert.incident_id, Alert.source, Alert.silent, PanelEvent)
        .outerjoin(PanelEvent, PanelEvent.id == Alert.id)
        .where(Alert.incident_id.in_(found))
        .order_by(Alert.received_at.desc())
    )
    for incident_id, source, silent, event in db.session.execute(query):  # the first alert is the last of them
        words = SILENT_ALARM if source == "sas" and silent else SOURCES[source]
        found[incident_id] = " · ".join([str(words), *([words_of(event, event.panel)] if event else [])])
    return found
