"""Volunteers: called to incidents near their home, and called off.

The administrator marks the types that call them. Types that never do are in safety.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from meteor import geo
from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.incidents.places import has_rt
from meteor.neighbourhood import callouts, view
from meteor.neighbourhood.models import Callout
from meteor.neighbourhood.safety import BURGLARY
from meteor.neighbourhood.view import Aid
from meteor.notices.models import Notice
from meteor.protocols.models import IncidentType
from meteor.residents.helping import home_of_volunteer, volunteers_around
from meteor.store.database import db, execute
from meteor.territory.rules import span

NEAR = 300.0
"""Highest distance in metres from an incident to the homes of called volunteers."""

PAGE = "/helping"


@dataclass(frozen=True)
class Nearby:
    """An open incident near a volunteer's home: distance in metres, and the response."""

    incident: Incident
    metres: float
    aid: Aid


def ring(incident_id: int, around: Mapping[int, bool], at: datetime, *, late: bool) -> None:
    """Call volunteers near an incident once each, and call off those without a reason to go.

    `around` are the incident and open ones beside it, with whether it is dangerous to go there: a hold-up silences a
    fire alarm of the same bank, which calls again if it was none. A `late` change calls nobody.
    """
    safe = [each for each, danger in around.items() if not danger]
    ringing = {it.id: it for each in safe for it in execute(_ringing(), incident=each)}
    for other, danger in around.items():
        told = [db.session.get_one(Notice, called) for called in execute(_CALLED, incident=other).scalars()]
        if other in ringing and other != incident_id and told:
            continue
        near = _tell(ringing[other], at, late=late) if other in ringing else set()
        for notice in told:
            if notice.user_id not in near:
                _call_off(notice, danger, at)


def open_near(user: User) -> list[Nearby]:
    """Incidents that call `user` as a volunteer, newest first."""
    own = select(Alert.incident_id).where(Alert.reporter_id == user.id, ~Alert.repeat)
    return [Nearby(it, metres, view.aid(it.id)) for it, metres in _near(user, Incident.id.not_in(own))]


def find(user: User, number: str) -> Incident | None:
    """The incident with this number, if `user` may go there as a volunteer."""
    numbered = (near.incident for near in open_near(user) if near.incident.number == number)
    return next((incident for incident in numbered if incident.type.code != BURGLARY), None)


def _tell(incident: Any, at: datetime, *, late: bool) -> set[int]:
    """Call volunteers near the incident, except its reporters. Returns ids of all near ones."""
    if incident.latitude is None or not has_rt(incident.accuracy, incident.place_source):
        return set()
    near = volunteers_around(incident.latitude, incident.longitude, NEAR)
    reporters = set(execute(_REPORTERS, incident=incident.id).scalars()) if near else set()
    watch, to = incident.code == BURGLARY, {"incident_id": incident.id}
    call = callouts.Call("neighbour_watch" if watch else "neighbour", PAGE, to, incident.reopened_at)
    for volunteer in near:
        if not late and volunteer.user_id not in reporters:
            key, metres = f"{_key(incident.id)}{volunteer.user_id}", _told(volunteer.metres, incident.accuracy)
            callouts.call_out(key, call, volunteer.user_id, at, metres=metres)
    return {volunteer.user_id for volunteer in near}


def _told(metres: float, radius: float | None) -> int | str:
    """The metres as the notice tells them: 60, or "0–210" from a place that is known to `radius` metres."""
    least, most = (int(round(each, -1)) for each in span(metres, radius))
    return least if least == most else f"{least}–{most}"


def _call_off(told: Notice, danger: bool, at: datetime) -> None:
    """Call a volunteer off. With another incident near the home only a danger is told."""
    user = db.session.get_one(User, told.user_id)
    callouts.call_off(told, at, "neighbour_off" if danger or not _near(user) else None)


def _near(user: User, *conditions: ColumnElement[bool]) -> list[tuple[Incident, float]]:
    """Incidents that call near the home of `user`, each with its distance in metres."""
    home = home_of_volunteer(user)
    if home is None or home.latitude is None or home.longitude is None:
        return []
    door = (home.latitude, home.longitude)
    # First what is cheap to see: on a bad day hundreds are open.
    box = geo.box(door, NEAR)
    around = Incident.latitude.between(box.south, box.north), Incident.longitude.between(box.west, box.east)
    query = select(Incident).where(*around, *_rings(), *conditions)
    found = db.session.scalars(query.order_by(Incident.id.desc()))
    placed = [it for it in found if has_rt(it.accuracy, it.place_source)]
    away = [(it, geo.metres(door, (it.latitude, it.longitude))) for it in placed if it.latitude and it.longitude]
    return [(it, metres) for it, metres in away if metres <= NEAR]


def _rings() -> list[ColumnElement[bool]]:
    return [*view.open_to_neighbours(), view.ringing()]


def _key(incident_id: int) -> str:
    return f"volunteers:{incident_id}:"


@cache
def _ringing() -> Any:
    """Selects an incident if it calls volunteers and is safe."""
    place = Incident.latitude, Incident.longitude, Incident.accuracy, Incident.place_source
    return (
        select(Incident.id, *place, Incident.reopened_at, IncidentType.code)
        .join(IncidentType, IncidentType.id == Incident.type_id)
        .where(*view.unless_endangered(), view.ringing())
        .where(Incident.id == bindparam("incident"))
    )


_REPORTERS = select(Alert.reporter_id).where(Alert.incident_id == bindparam("incident"), ~Alert.repeat)
_CALLED = select(Callout.notice_id).where(Callout.incident_id == bindparam("incident"))
