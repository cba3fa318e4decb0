"""Incidents kept from neighbours: an alert was silent or about domestic violence.

It stays so whatever the incident is called later. That somebody said so is looked up only where alerts move to another
incident (see alerts.dangers); otherwise it is kept on the incident, so that it is found without reading its alerts.
"""

from sqlalchemy import update

from meteor.incidents.models import Incident
from meteor.store.database import db

KIND = "domestic_violence"


def keep(incident_id: int) -> None:
    """Keep the incident from neighbours from now on."""
    db.session.execute(update(Incident).where(Incident.id == incident_id).values(confidential=True))
