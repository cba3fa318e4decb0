"""The open incident that an incoming alert is about."""

from datetime import datetime

from sqlalchemy import bindparam, select

from meteor.accounts.models import User
from meteor.alerts.duplicate_score import UNSAID
from meteor.alerts.duplicates import NewReport, candidates
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import Place, apart
from meteor.store.database import db, execute

WHERE_IT_IS = ("call", "hazard")
"""Channels that say where something is, which need not be where the reporter is, nor where they were before."""

NEAR_PREMISES = 300.0
"""Metres around premises within which a press is taken to come from there, or more where its fix is less exact."""


def open_of(reporter_id: int) -> Incident | None:
    """The newest open incident that handles what this person raised for themselves, and not as an officer in danger."""
    incident_id = execute(_OPEN_OF, reporter=reporter_id).scalar()
    return db.session.get(Incident, incident_id) if incident_id is not None else None


def is_in_silent_alert(reporter_id: int) -> bool:
    """Return whether any open incident that this person raised is silent."""
    return execute(_SILENT_OF, reporter=reporter_id).first() is not None


def incident_meant(incoming: IncomingAlert, type_row: incidents.TypeRow, place: Place, at: datetime) -> Incident | None:
    """The incident that is meant, or the one that handles it, if it is open; else that of the same reporter (rule 6).

    Who pressed for premises may have called for help elsewhere too: that is another incident. So may who calls, or
    reports a hazard, or is an officer in danger.
    """
    if incoming.incident_id is not None:
        meant = db.session.get_one(Incident, incoming.incident_id, populate_existing=True)
        meant = meant.handler
        if meant.is_open:
            return meant
    if incoming.reporter_id is None or incoming.drill or incoming.premises_id is not None:
        return None
    if incoming.unit_id is not None:
        return None
    if incoming.source in WHERE_IT_IS:
        return _told_about(incoming, incoming.reporter_id, type_row, place, at)
    return _pressed_about(incoming.reporter_id, place)


def _pressed_about(reporter_id: int, place: Place) -> Incident | None:
    """The newest open incident of the reporter, but none at premises that the press does not come from."""
    for row in execute(_OPEN_OF, reporter=reporter_id).all():
        incident = db.session.get_one(Incident, row.id)
        if incident.premises_id is None or not _away_from_premises(incident, place):
            return incident
    return None


def _away_from_premises(incident: Incident, place: Place) -> bool:
    """Return whether a press comes from outside the premises of the incident.

    An incident at premises stays there, and help would miss its reporter. Only a device says where a press is made:
    a registered home does not.
    """
    if place.source != "device" or incident.latitude is None:
        return False
    return apart(incident, place.latitude, place.longitude) > max(NEAR_PREMISES, place.accuracy or 0.0)


def _told_about(
    incoming: IncomingAlert, reporter_id: int, type_row: incidents.TypeRow, place: Place, at: datetime
) -> Incident | None:
    """The reporter's open incident that the call or hazard is likely about.

    Not one that a unit goes to for something else. Nor, of a hazard, one elsewhere: its place is no slip of the tongue.
    """
    own = {row.id for row in execute(_OPEN_OF, reporter=reporter_id)}
    new = NewReport(
        at, type_row.id, latitude=place.latitude, longitude=place.longitude, radius=place.accuracy,
        phone=db.session.get_one(User, reporter_id).phone,
    )  # fmt: skip
    for found in candidates(new) if own else ():
        codes = {type_row.code, found.incident.type.code}
        another = found.incident.accepted_at is not None and len(codes - UNSAID) > 1
        another = another or (incoming.source == "hazard" and _far_from(found.incident, place))
        if found.likely and found.incident.id in own and not another:
            return found.incident
    return None


def _far_from(incident: Incident, place: Place) -> bool:
    """Return whether a place is too far for one incident; a home may be anywhere."""
    if "home" in (place.source, incident.place_source) or None in (place.latitude, incident.latitude):
        return False
    doubt = (incident.accuracy or 0.0) + (place.accuracy or 0.0)
    return apart(incident, place.latitude, place.longitude) > incident.type.duplicate_radius + doubt


_OPEN_OF = (
    select(Incident.id)
    .join(Alert, Alert.incident_id == Incident.id)
    .where(Alert.reporter_id == bindparam("reporter"), Alert.unit_id.is_(None), ~Alert.repeat, Incident.is_open)
    .order_by(Incident.id.desc())
)
_SILENT_OF = _OPEN_OF.where(Incident.silent)
