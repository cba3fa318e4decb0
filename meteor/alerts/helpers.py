"""Neighbours who agreed to help: whom a fire or an illness near their home is told to, and when they are called off.

The administrator marks the types that ring them. Whoever hears of a crime under way would walk into it: see
plights.ringing for what never rings.
"""

from dataclasses import dataclass
from datetime import datetime

from geopy.distance import geodesic
from sqlalchemy import ColumnElement, Select, or_, select

from meteor.accounts.models import User
from meteor.alerts import plights
from meteor.alerts.models import Alert
from meteor.alerts.plights import Aid
from meteor.dispatch import offers
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.residents.helping import helpers_around, home_of_helper
from meteor.store.database import db

NEAR = 300.0
"""Metres from an incident to the homes of the neighbours who are told."""

PAGE = "/helping"


@dataclass(frozen=True)
class Nearby:
    """An open incident near a helper's home, how many metres away, and who is there or on the way."""

    incident: Incident
    metres: float
    aid: Aid


def ring(incident_id: int, since: datetime, at: datetime) -> None:
    """Tell the helpers around an incident, each once; call off those who were told of what rings nobody any more.

    The dispatchers are told of what happened so long ago that nobody may be sent there by it.
    """
    ringing = set(db.session.scalars(select(Incident.id).where(*_rings(), Incident.id.in_(_there(incident_id)))))
    for silenced in set(db.session.scalars(_there(incident_id))) - ringing:
        _call_off(silenced, at)
    if incident_id not in ringing:
        return
    if at - since > offers.TOO_OLD:
        offers.alarm("deadline_missed", incident_id, _key(incident_id, "late"), role="dispatcher")
    else:
        _tell(db.session.get_one(Incident, incident_id, populate_existing=True))


def open_near(user: User) -> list[Nearby]:
    """What rings, near the home of `user`, who agreed to help; the newest first."""
    home = home_of_helper(user)
    if home is None:
        return []
    own = select(Alert.incident_id).where(Alert.reporter_id == user.id)
    query = select(Incident).where(*_rings(), Incident.id.not_in(own), Incident.latitude.is_not(None))
    door = (home.latitude, home.longitude)
    away = [
        (it, geodesic(door, (it.latitude, it.longitude)).meters)
        for it in db.session.scalars(query.order_by(Incident.id.desc()))
    ]
    return [Nearby(it, metres, plights.aid(it.id)) for it, metres in away if metres <= NEAR]


def find(user: User, number: str) -> Incident | None:
    """The incident with this number, if it is near the home of `user`, who agreed to help."""
    return next((near.incident for near in open_near(user) if near.incident.number == number), None)


def _tell(incident: Incident) -> None:
    if incident.latitude is None or incident.longitude is None:
        return
    reporters = set(db.session.scalars(select(Alert.reporter_id).where(Alert.incident_id == incident.id)))
    for helper in helpers_around(incident.latitude, incident.longitude, NEAR):
        if helper.user_id not in reporters:
            key, metres = _key(incident.id, "told", helper.user_id), int(round(helper.metres, -1))
            notices.tell(key, "neighbour", PAGE, user_id=helper.user_id, metres=metres)


def _rings() -> list[ColumnElement[bool]]:
    return [*plights.open_to_neighbours(), plights.ringing()]


def _there(incident_id: int) -> Select[int]:
    """The incident, and what else is open at its premises: a hold-up silences a fire alarm of the same bank."""
    premises = select(Incident.premises_id).where(Incident.id == incident_id).scalar_subquery()
    also = (Incident.premises_id == premises) & (Incident.status != "closed")
    return select(Incident.id).where(or_(Incident.id == incident_id, also))


def _call_off(incident_id: int, at: datetime) -> None:
    told = Notice.key.startswith(_key(incident_id, "told"), autoescape=True)
    for user_id in db.session.scalars(select(Notice.user_id).where(told)).all():
        notices.tell(_key(incident_id, "off", user_id), "neighbour_off", PAGE, user_id=user_id)
    notices.settle(_key(incident_id, "told"), None, at)


def _key(incident_id: int, what: str, user_id: int | str | None = "") -> str:
    return f"helpers:{incident_id}:{what}:{user_id}"
