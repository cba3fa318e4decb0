"""What the leader of an RT is shown of the alerts there, and what is kept from them for the reporter's safety.

Neighbours are the first to arrive, except where they are in danger or are the danger (see dangers). That, drills, and
what still waits for a call-taker are never shown to an RT leader, nor alarms of premises that do not ring the
neighbours. People of another RT are shown by nothing but the place of the incident.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from meteor.accounts.models import User
from meteor.alerts import dangers
from meteor.alerts.dangers import BURGLARY
from meteor.alerts.models import Alert
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.incidents import timeline
from meteor.incidents.models import Event, Incident
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db, serialise
from meteor.territory.models import Rt


@dataclass(frozen=True)
class Presence:
    """Somebody who said that a neighbour is there, and when."""

    actor_id: int | None
    name: str
    at: datetime


@dataclass(frozen=True)
class Aid:
    """The call signs of the units that have accepted an incident, are on the way, are there; the neighbours there."""

    accepted: Sequence[str]
    coming: Sequence[str]
    arrived: Sequence[str]
    present: Sequence[Presence]


@dataclass(frozen=True)
class Plight:
    """An open incident as the RT leader sees it. `here` is false when it happens outside of their RT.

    `reporters` and `in_need` are residents of this RT: those who raised it, and those in their households who need help
    and agreed to it being known.
    """

    incident: Incident
    here: bool
    reporters: Sequence[Resident]
    in_need: Sequence[Resident]
    aid: Aid


def rt_of(user: User) -> Rt | None:
    """The RT that `user` leads."""
    return db.session.scalar(
        select(Rt).join(Leadership, Leadership.rt_id == Rt.id).where(Leadership.user_id == user.id)
    )


def open_in(rt: Rt) -> list[Plight]:
    """What is open in `rt`, or was raised by somebody who lives there; the newest first."""
    incidents = db.session.scalars(select(Incident).where(*_shown(rt.id)).order_by(Incident.opened_at.desc())).all()
    return [_plight(incident, rt) for incident in incidents]


def find(user: User, number: str) -> Incident | None:
    """The open incident with this number, if it is shown to `user` as an RT leader, and neighbours may go there."""
    rt = rt_of(user)
    if rt is None:
        return None
    safe = select(IncidentType.id).where(IncidentType.code != BURGLARY)
    shown = Incident.number == number, Incident.type_id.in_(safe), *_shown(rt.id)
    return db.session.scalar(select(Incident).where(*shown))


def confirm_presence(incident: Incident, at: datetime, actor: User) -> None:
    """A neighbour is there: said once by each leader or helper, it stands on the timeline."""
    serialise()
    if all(presence.actor_id != actor.id for presence in present(incident.id)):
        timeline.record(incident.id, "neighbour_there", at, actor)


def present(incident_id: int) -> list[Presence]:
    """Who said that a neighbour is there, in order."""
    query = select(Event.actor_id, Event.actor_name, Event.at).where(
        Event.incident_id == incident_id, Event.event_type == "neighbour_there"
    )
    return [Presence(*row) for row in db.session.execute(query.order_by(Event.id))]


@cache  # to build it anew takes longer than to ask it
def open_to_neighbours() -> tuple[ColumnElement[bool], ...]:
    """Conditions on the incidents that neighbours may know of."""
    return *unless_endangered(), ~dangers.endangered()


@cache
def unless_endangered() -> tuple[ColumnElement[bool], ...]:
    """The same, for those of which it is known already that nobody would be in danger there."""
    return Incident.status != "closed", ~Incident.drill, ~Incident.held, or_(Incident.source != "sas", ringing())


@cache
def ringing() -> ColumnElement[bool]:
    """The incidents whose types ring the neighbours. A burglary rings only where it is somebody's house."""
    types = select(IncidentType.id).where(IncidentType.neighbours)
    indoors = select(IncidentType.id).where(IncidentType.code == BURGLARY)
    houses = select(Premises.id).where(Premises.kind == "house")
    return and_(Incident.type_id.in_(types), or_(Incident.type_id.not_in(indoors), Incident.premises_id.in_(houses)))


def aid(incident_id: int) -> Aid:
    """Which units have accepted an incident, are on the way and are there; and the neighbours there."""
    units = db.session.scalars(
        select(Assignment).where(Assignment.incident_id == incident_id, Assignment.status.in_(UNDER_WAY))
    ).all()
    accepted, coming, arrived = ([row.unit.call_sign for row in units if row.status == status] for status in UNDER_WAY)
    return Aid(accepted, coming, arrived, present(incident_id))


def _shown(rt_id: int) -> list[ColumnElement[bool]]:
    """Conditions on the incidents that the leader of this RT is shown."""
    raised_from = _at_home(Household.rt_id == rt_id).with_only_columns(Alert.incident_id)
    return [*open_to_neighbours(), or_(Incident.rt_id == rt_id, Incident.id.in_(raised_from))]


def _at_home(*conditions: ColumnElement[bool]) -> Any:
    """Residents who raised an alert, with the alert and the household that they live in."""
    return (
        select(Resident)
        .join(Household, Household.id == Resident.household_id)
        .join(Alert, Alert.reporter_id == Resident.user_id)
        .where(~Alert.repeat, Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None), *conditions)
    )


def _plight(incident: Incident, rt: Rt) -> Plight:
    raised_here = _at_home(Alert.incident_id == incident.id, Household.rt_id == rt.id)
    reporters = db.session.scalars(raised_here).unique().all()
    homes = [resident.household_id for resident in reporters]
    return Plight(
        incident,
        incident.rt_id == rt.id,
        reporters,
        db.session.scalars(select(Resident).where(Resident.household_id.in_(homes), *_in_need())).all(),
        aid(incident.id),
    )


def _in_need() -> tuple[ColumnElement[bool], ...]:
    return Resident.needs != "", Resident.needs_consent_at.is_not(None), Resident.moved_out_on.is_(None)
