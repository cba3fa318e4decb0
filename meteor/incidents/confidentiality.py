"""Incidents kept from neighbours: an alert was silent or about domestic violence.

It stays so whatever the later type. Alerts and timeline are read only when alerts move to another
incident (see alerts.confidentiality); otherwise the incident's column says it.
"""

from sqlalchemy import update

from meteor.incidents.models import Incident
from meteor.store.database import db

KIND = "domestic_violence"


def keep(incident_id: int) -> None:
    """Keep the incident from neighbours from now on."""
    db.session.execute(update(Incident).where(Incident.id == incident_id).values(confidential=True))
