"""Nearby incidents as an RT leader sees them, without those hidden for safety.

Neighbours are the first to arrive, except where safety hides an incident. Those, drills, held incidents, and alarms of
premises that do not call neighbours are never shown to an RT leader. Residents of another RT are not named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, delete, or_, select

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import has_rt
from meteor.neighbourhood import safety
from meteor.neighbourhood.models import Presence, counts_still
from meteor.neighbourhood.safety import BURGLARY
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db, execute, insert_once
from meteor.store.quotas import Limit
from meteor.territory.models import Rt

PRESENCES = Limit("presences", 200, _l("reports that you are there"))


@dataclass(frozen=True)
class Aid:
    """Call signs of units that have accepted, are on the way, have arrived; and present neighbours."""

    accepted: Sequence[str]
    coming: Sequence[str]
    arrived: Sequence[str]
    present: Sequence[Presence]


@dataclass(frozen=True)
class NearbyIncident:
    """An open incident as the RT leader sees it. `here` is false outside of the RT, None if its RT is not known.

    `reporters` and `in_need` are residents of this RT: reporters, and members of their households who need help and
    agreed that this is known.
    """

    incident: Incident
    here: bool | None
    reporters: Sequence[Resident]
    in_need: Sequence[Resident]
    aid: Aid


def rt_of(user: User) -> Rt | None:
    """The RT led by `user`."""
    return db.session.scalar(
        select(Rt).join(Leadership, Leadership.rt_id == Rt.id).where(Leadership.user_id == user.id)
    )


def open_in(rt: Rt) -> list[NearbyIncident]:
    """Open incidents in `rt` or raised by its residents, newest first."""
    incidents = db.session.scalars(select(Incident).where(*_shown(rt.id)).order_by(Incident.opened_at.desc())).all()
    return [_nearby(incident, rt) for incident in incidents]


def find(user: User, number: str) -> Incident | None:
    """The open incident with this number, if it is shown to `user` as an RT leader, and neighbours may go there."""
    rt = rt_of(user)
    if rt is None:
        return None
    safe = select(IncidentType.id).where(IncidentType.code != BURGLARY)
    shown = Incident.number == number, Incident.type_id.in_(safe), *_shown(rt.id)
    return db.session.scalar(select(Incident).where(*shown))


def confirm_presence(incident: Incident, at: datetime, actor: User) -> None:
    """Record that a neighbour is there, once for each leader or volunteer, and again after a reopening."""
    mine = Presence.incident_id == incident.id, Presence.user_id == actor.id
    if incident.reopened_at:
        db.session.execute(delete(Presence).where(*mine, Presence.at < incident.reopened_at))
    if execute(insert_once(Presence, Presence.user_id), incident_id=incident.id, user_id=actor.id, at=at).first():
        timeline.record(incident.id, "neighbour_there", at, actor)


def present(incident_id: int) -> Sequence[Presence]:
    """Reports of present neighbours since the incident was opened, or reopened, in order."""
    said = select(Presence).join(Incident, Incident.id == Presence.incident_id)
    said = said.where(Presence.incident_id == incident_id, counts_still(Presence.at))
    return db.session.scalars(said.order_by(Presence.at, Presence.user_id)).all()


@cache  # to build it anew takes longer than to ask it
def open_to_neighbours() -> tuple[ColumnElement[bool], ...]:
    """Conditions: incidents that neighbours may know of."""
    return *unless_endangered(), ~safety.endangered()


@cache
def unless_endangered() -> tuple[ColumnElement[bool], ...]:
    """Conditions: the same, for incidents that are known to be safe."""
    return and_(Incident.is_open, ~Incident.drill), ~Incident.held, or_(Incident.source != "sas", ringing())


@cache
def ringing() -> ColumnElement[bool]:
    """Condition: incidents of types that call neighbours. A burglary does only at a home."""
    types = select(IncidentType.id).where(IncidentType.neighbours)
    indoors = select(IncidentType.id).where(IncidentType.code == BURGLARY)
    houses = select(Premises.id).where(Premises.kind == "house")
    return and_(Incident.type_id.in_(types), or_(Incident.type_id.not_in(indoors), Incident.premises_id.in_(houses)))


def aid(incident_id: int) -> Aid:
    """The response to an incident: its units by status, and present neighbours."""
    units = db.session.scalars(
        select(Assignment).where(Assignment.incident_id == incident_id, Assignment.status.in_(UNDER_WAY))
    ).all()
    accepted, coming, arrived = ([row.unit.call_sign for row in units if row.status == status] for status in UNDER_WAY)
    return Aid(accepted, coming, arrived, present(incident_id))


def _shown(rt_id: int) -> list[ColumnElement[bool]]:
    """Conditions: incidents shown to the leader of this RT."""
    raised_from = _at_home(Household.rt_id == rt_id).with_only_columns(Alert.incident_id)
    return [*open_to_neighbours(), or_(Incident.rt_id == rt_id, Incident.id.in_(raised_from))]


def _at_home(*conditions: ColumnElement[bool]) -> Any:
    """Selects residents who raised an alert, with alert and household."""
    return (
        select(Resident)
        .join(Household, Household.id == Resident.household_id)
        .join(Alert, Alert.reporter_id == Resident.user_id)
        .where(~Alert.repeat, Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None), *conditions)
    )


def _nearby(incident: Incident, rt: Rt) -> NearbyIncident:
    raised_here = _at_home(Alert.incident_id == incident.id, Household.rt_id == rt.id)
    reporters = db.session.scalars(raised_here).unique().all()
    homes = [resident.household_id for resident in reporters]
    return NearbyIncident(
        incident,
        _is_here(incident, rt),
        reporters,
        db.session.scalars(select(Resident).where(Resident.household_id.in_(homes), *_in_need())).all(),
        aid(incident.id),
    )


def _is_here(incident: Incident, rt: Rt) -> bool | None:
    if incident.latitude is None or not has_rt(incident.accuracy, incident.place_source):
        return None
    return incident.rt_id == rt.id


def _in_need() -> tuple[ColumnElement[bool], ...]:
    return Resident.needs != "", Resident.needs_consent_at.is_not(None), Resident.moved_out_on.is_(None)
