"""Neighbours who agreed to help: whom a fire or an illness near their home is told to, and when they are called off.

The administrator marks the types that ring them. Whoever hears of a crime under way would walk into it: see dangers for
what never rings.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from geopy.distance import geodesic
from sqlalchemy import ColumnElement, bindparam, select

from meteor.accounts.models import User
from meteor.alerts import plights, summons
from meteor.alerts.dangers import BURGLARY
from meteor.alerts.models import Alert, Callout
from meteor.alerts.plights import Aid
from meteor.incidents.models import Incident
from meteor.notices.models import Notice
from meteor.protocols.models import IncidentType
from meteor.residents.helping import home_of_helper, volunteers_around
from meteor.store.database import db, execute

NEAR = 300.0
"""Metres from an incident to the homes of the neighbours who are told."""

PAGE = "/helping"


@dataclass(frozen=True)
class Nearby:
    """An open incident near a helper's home, how many metres away, and who is there or on the way."""

    incident: Incident
    metres: float
    aid: Aid


def ring(incident_id: int, around: Mapping[int, bool], at: datetime, *, late: bool) -> None:
    """Tell the helpers near an incident, each once, and call off those whom nothing rings any more.

    `around` are it and what is right beside it, and of each whether who goes there is in danger: a hold-up silences a
    fire alarm of the same bank, which rings again if it was none. Nobody is sent by what is `late`.
    """
    safe = [each for each, danger in around.items() if not danger]
    ringing = {it.id: it for it in execute(_ringing(), incidents=safe)} if safe else {}
    called: dict[int, list[Notice]] = defaultdict(list)
    for row in execute(_CALLED, incidents=list(around)).all():
        called[row.incident_id].append(db.session.get_one(Notice, row.notice_id))
    for other, danger in around.items():
        told = called[other]
        if other in ringing and other != incident_id and told:
            continue
        near = _tell(ringing[other], at, late=late) if other in ringing else set()
        for notice in told:
            if notice.user_id not in near:
                _call_off(notice, danger, at)


def open_near(user: User) -> list[Nearby]:
    """What rings, near the home of `user`, who agreed to help; the newest first."""
    own = select(Alert.incident_id).where(Alert.reporter_id == user.id, ~Alert.repeat)
    return [Nearby(it, metres, plights.aid(it.id)) for it, metres in _near(user, Incident.id.not_in(own))]


def find(user: User, number: str) -> Incident | None:
    """The incident with this number, if it is near the home of `user`, who agreed to help, and they may go there."""
    numbered = (near.incident for near in open_near(user) if near.incident.number == number)
    return next((incident for incident in numbered if incident.type.code != BURGLARY), None)


def _tell(incident: Any, at: datetime, *, late: bool) -> set[int]:
    """Tell the helpers near the incident, unless they raised it; who they all are."""
    if incident.latitude is None:
        return set()
    near = volunteers_around(incident.latitude, incident.longitude, NEAR)
    raised = select(Alert.reporter_id).where(Alert.incident_id == incident.id, ~Alert.repeat)
    reporters = set(db.session.scalars(raised))
    watch = incident.code == BURGLARY
    for helper in near:
        if not late and helper.user_id not in reporters:
            key, metres = f"{_key(incident.id)}{helper.user_id}", int(round(helper.metres, -1))
            to = {"incident_id": incident.id}
            summons.send(key, "neighbour_watch" if watch else "neighbour", PAGE, helper.user_id, at, to, metres=metres)
    return {helper.user_id for helper in near}


def _call_off(told: Notice, danger: bool, at: datetime) -> None:
    """Who is needed near their home all the same is told only of a danger: two reports of one fire may become one."""
    user = db.session.get_one(User, told.user_id)
    summons.take_back(told, at, "neighbour_off" if danger or not _near(user) else None)


def _near(user: User, *conditions: ColumnElement[bool]) -> list[tuple[Incident, float]]:
    """What rings near the home of `user`, and how many metres away."""
    home = home_of_helper(user)
    if home is None or home.latitude is None or home.longitude is None:
        return []
    door = (home.latitude, home.longitude)
    # First what is cheap to see: on a bad day hundreds are open.
    box = Incident.latitude.between(*_about(door[0])), Incident.longitude.between(*_about(door[1]))
    query = select(Incident).where(*box, *_rings(), *conditions)
    away = [
        (it, geodesic(door, (it.latitude, it.longitude)).meters)
        for it in db.session.scalars(query.order_by(Incident.id.desc()))
    ]
    return [(it, metres) for it, metres in away if metres <= NEAR]


def _about(degrees: float) -> tuple[float, float]:
    """What encloses NEAR in this city, to both sides of a latitude or longitude."""
    return degrees - 0.003, degrees + 0.003


def _rings() -> list[ColumnElement[bool]]:
    return [*plights.open_to_neighbours(), plights.ringing()]


def _key(incident_id: int) -> str:
    return f"helpers:{incident_id}:"


@cache
def _ringing() -> Any:
    """Asks which of these incidents ring helpers, where nobody would be in danger."""
    return (
        select(Incident.id, Incident.latitude, Incident.longitude, IncidentType.code)
        .join(IncidentType, IncidentType.id == Incident.type_id)
        .where(*plights.unless_endangered(), plights.ringing())
        .where(Incident.id.in_(bindparam("incidents", expanding=True)))
    )


_CALLED = select(Callout.notice_id, Callout.incident_id).where(
    Callout.incident_id.in_(bindparam("incidents", expanding=True))
)
