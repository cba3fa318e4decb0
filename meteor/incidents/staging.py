"""Staging points: units of a silent approach wait there, out of sight."""

from datetime import datetime

from sqlalchemy import update

from meteor import geo
from meteor.accounts.models import User
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.store.database import db

AWAY = 200.0
"""Metres from the premises to the point that is suggested."""


def suggest(premises: Premises) -> tuple[float, float] | None:
    """The point AWAY from the premises, on the side that is away from the entrance (degrees WGS-84).

    None if nobody knows the entrance, or it is the middle: then a person chooses.
    """
    if premises.entrance_latitude is None or premises.entrance_longitude is None:
        return None
    entrance = (premises.entrance_latitude, premises.entrance_longitude)
    middle = (premises.latitude, premises.longitude)
    if entrance == middle:
        return None
    latitude, longitude = geo.destination(middle, AWAY, geo.bearing(*entrance, *middle))
    return round(latitude, 6), round(longitude, 6)


def propose(incident_id: int) -> None:
    """Give an incident whose type is gone to silently the suggested point, unless it has one."""
    incident = db.session.get_one(Incident, incident_id, populate_existing=True)
    if incident.premises is None or not incident.type.silent_approach or incident.staging_latitude is not None:
        return
    point = suggest(incident.premises)
    if point:
        _put(incident, *point)


def choose(incident: Incident, latitude: float, longitude: float, at: datetime, actor: User) -> None:
    """A person chooses where the units wait."""
    _put(incident, latitude, longitude)
    timeline.record(incident.id, "staged", at, actor, latitude=latitude, longitude=longitude)


def metres_away(incident: Incident) -> float | None:
    """Geodesic metres from the staging point to the incident; None where either is unknown."""
    if incident.staging_latitude is None or incident.staging_longitude is None:
        return None
    if incident.latitude is None or incident.longitude is None:
        return None
    staging = (incident.staging_latitude, incident.staging_longitude)
    return geo.metres(staging, (incident.latitude, incident.longitude))


def _put(incident: Incident, latitude: float, longitude: float) -> None:
    values = {"staging_latitude": latitude, "staging_longitude": longitude}
    db.session.execute(update(Incident).where(Incident.id == incident.id).values(values))
    db.session.refresh(incident)
