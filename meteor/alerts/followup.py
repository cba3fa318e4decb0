"""The reporter's messages after a press: kind, position, notes and rating."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from meteor.accounts.models import User
from meteor.agencies import rules as agencies
from meteor.agencies.positions import keep_fix
from meteor.alerts import cancelling
from meteor.alerts.models import Alert, AlertFix, Rating
from meteor.alerts.rules import LONGEST_NOTE
from meteor.dispatch import responders
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.places import COARSE, Place, refines
from meteor.store.database import db

FIRST_FIX = timedelta(minutes=2)
"""Time after a press in which a fix counts as its position: a press does not wait for one."""


class AtPremises(Exception):
    """An alarm of premises is there, wherever the phone is that raised it."""


def choose_kind(alert: Alert, kind: str, at: datetime, actor: User) -> None:
    """The reporter says afterwards what it is: the incident becomes that, and what it then needs is offered too.

    Where somebody else raised it before, or who commands has said what it is, their word stands, and this one is on the
    timeline.
    """
    incident = alert.incident
    if incident.status == "closed":
        raise incidents.AlreadyClosed(incident.number)
    wanted, before = incidents.type_for(kind), incident.type_id
    incidents.say_kind(incident, wanted, at, actor, alert_id=alert.id)
    says_more = wanted.id != before or not is_own(alert)
    if says_more:
        incidents.message_came(incident.id, at)
    if incident.type_id != before:
        reconcile(incident.id, at)
    elif says_more:
        timeline.record(incident.id, "kind_said", at, actor, kind=kind)


def add_fix(alert: Alert, latitude: float, longitude: float, accuracy: float | None, at: datetime) -> None:
    """Keep a later position of the phone (degrees WGS-84, metres) as the reporter's; the incident stays where it is.

    A fix within FIRST_FIX of the press says where that was: the reporter's own incident takes it if it `refines` it.
    An incident whose place nobody knows takes any fix at any time, a closed one none. That of an officer in danger
    follows their unit from then on. Raises AtPremises.
    """
    if alert.premises_id is not None:
        raise AtPremises
    incident = alert.incident
    if not incident.is_open:
        return
    place = Place(latitude, longitude, accuracy, "device" if alert.unit_id is None else "unit")
    _keep(alert, place, at)
    unplaced = incident.latitude is None
    first = is_own(alert) and at - alert.received_at <= FIRST_FIX
    if (unplaced or first) and refines(incident, place):
        incidents.move(incident, place, at, alert_id=alert.id)
        reconcile(incident.id, at)


def follow_unit(alert: Alert, latitude: float, longitude: float, accuracy: float | None, at: datetime) -> None:
    """The tablet of an officer in danger is on the alert's page: its fix is the unit's, which the incident follows."""
    shift = agencies.shift_of(alert.reporter) if alert.unit_id and alert.reporter and alert.incident.is_open else None
    if shift is not None and shift.unit_id == alert.unit_id and (accuracy or 0.0) <= COARSE:
        keep_fix(shift.user_id, latitude, longitude, accuracy, at, at)


def need_help_here(alert: Alert, place: Place, at: datetime, actor: User, *, keep: bool = True) -> bool:
    """The reporter needs help where they are now: their own incident moves there, and crews and dispatchers are rung.

    Where others need help in the incident too, where it is at premises, or where only words say where the reporter is,
    it stays; the device's position and the words are kept all the same. Without `keep` it only rings. Whether the
    incident moved. Raises AtPremises, incidents.AlreadyClosed.
    """
    if alert.premises_id is not None:
        raise AtPremises
    db.session.refresh(alert)
    incident = alert.incident
    db.session.refresh(incident)
    if incident.status == "closed":
        raise incidents.AlreadyClosed(incident.number)
    if keep:
        incidents.message_came(incident.id, at)
        timeline.record(incident.id, "needs_help_here", at, actor, note=place.words, from_reporter=True)
    if keep and place.source == "device":
        _keep(alert, place, at)
    moves = keep and place.latitude is not None and incident.premises_id is None and _is_only_theirs(alert)
    if moves:
        incidents.move(incident, place, at, actor, alert_id=alert.id)
        reconcile(incident.id, at)
    responders.tell("needs_help_here", incident.id, incident.number, at)
    return moves


def add_note(alert: Alert, note: str, at: datetime, actor: User) -> None:
    """The reporter says more; it stands on the timeline, also of a closed incident."""
    incidents.message_came(alert.incident_id, at)
    timeline.record(alert.incident_id, "note", at, actor, note=note[:LONGEST_NOTE], from_reporter=True)


def is_own(alert: Alert) -> bool:
    """Return whether the reporter's own alert opened the incident that handles it."""
    return alert.incident.reporter_id == alert.reporter_id


def _is_only_theirs(alert: Alert) -> bool:
    """Return whether the reporter raised the incident and no other reporter needs help in it."""
    return is_own(alert) and not cancelling.others_need_help(alert)


def _keep(alert: Alert, place: Place, at: datetime) -> None:
    where = {"latitude": place.latitude, "longitude": place.longitude, "accuracy": place.accuracy}
    db.session.execute(insert(AlertFix).values(alert_id=alert.id, **where, received_at=at))


def rate(alert: Alert, stars: int, comment: str, at: datetime) -> None:
    """Store the reporter's rating, 1 to 5, of a closed incident. A second one replaces the first."""
    if alert.incident.is_open or not 1 <= stars <= 5:
        raise ValueError(stars)
    db.session.merge(Rating(alert_id=alert.id, stars=stars, comment=comment[:LONGEST_NOTE], given_at=at))
