"""The progress of an alert as its reporter sees it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.alerts import cancelling, followup, matching, positions, progress
from meteor.alerts.models import Alert, AlertFix, Rating
from meteor.alerts.positions import Position
from meteor.alerts.progress import Responder
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.dispatch.response import response_to
from meteor.incidents.models import Event, Incident, Shortfall
from meteor.neighbourhood import answers, view
from meteor.neighbourhood.models import Presence
from meteor.residents.models import Household, Resident
from meteor.store.database import db, execute

PROMISED = timedelta(seconds=30)
"""Within which a unit accepts (rule 7)."""

STAGES = ("received", "coming", "arrived", "closed")
"""The steps that are ticked. Between the first two an alert can be "accepted": a unit has, and has not set out yet."""


@dataclass(frozen=True)
class AlertProgress:
    """Progress of an alert: its stage, "accepted" or one of STAGES, all `done` STAGES, units and messages.

    `trouble` is what is wrong: "slow", "nobody", or nothing.
    `number` is the one that the reporter was told. `known` has the place that they are told of: their incident's, or
    their own alert's where somebody else raised the incident before. `position` is where their phone is now, `away` how
    many metres that is from the incident, if it is another place. `version` changes whenever any of this does but the
    names of a crew.
    """

    number: str
    known: Incident | Alert
    stage: str
    done: Collection[str]
    responders: Sequence[Responder]
    trouble: str
    cancelled: str | None
    neighbours: Sequence[Presence]
    neighbours_coming: Sequence[Any]
    position: Position | None
    away: float | None
    version: str


def alert_progress(alert: Alert, at: datetime) -> AlertProgress:
    """The progress of `alert` at a moment. A held alert looks like one without an accepted offer."""
    incident = alert.incident
    responders = progress.responders(alert, at)
    stage = _stage(incident)
    trouble = _trouble(incident, stage, at)
    position = positions.of_alert(alert)
    away = position.away if position and position.is_elsewhere else None
    return AlertProgress(
        (alert.first_incident or incident).number,
        incident if followup.is_own(alert) else alert,
        stage,
        _done(incident, stage),
        responders,
        trouble,
        cancelling.cancellation(alert),
        view.present(incident.id),
        answers.going(incident.id) if stage != "closed" else (),
        position,
        away,
        status_version(cast(int, alert.reporter_id), alert.id, at) or "",
    )


def status_version(user_id: int, alert_id: UUID, at: datetime) -> str | None:
    """Return the version of a user's own alert, as `alert_progress` shows it. None for any other alert or an alarm.

    One statement: nearly all polls ask for nothing else.
    """
    row = execute(_STATUS, alert=alert_id, reporter=user_id).first()
    if row is None:
        return None
    moved = int(row.moved.timestamp()) if row.moved else 0
    late = row.waiting_since is not None and at - row.waiting_since > PROMISED
    old = row.moved is not None and at - row.moved > progress.RECENT
    return f"{row.event or 0}.{moved}.{row.fix or 0}.{row.gaps}.{row.unserved}.{late:d}{old:d}"


def open_alert_of(user: User) -> Alert | None:
    """The newest alert of `user` whose incident is open. An alarm of premises is kept silent here (rule 9)."""
    incident = matching.open_of(user.id)
    if incident is None:
        return None
    own = select(Alert).where(Alert.reporter_id == user.id, Alert.incident_id == incident.id, Alert.source != "sas")
    return db.session.scalar(own.order_by(Alert.received_at.desc()).limit(1))


def home_of(user: User) -> Household | None:
    """The household where the register says that `user` lives."""
    home = select(Household).join(Resident, Resident.household_id == Household.id)
    return db.session.scalar(home.where(Resident.user_id == user.id, Resident.moved_out_on.is_(None)))


def is_new(user: User) -> bool:
    """Return whether `user` has neither pressed nor tried the button, and has no PIN."""
    pressed = select(Alert.id).where(Alert.reporter_id == user.id).limit(1)
    return user.pin_hash is None and db.session.scalar(pressed) is None


def rating_of(alert: Alert) -> Rating | None:
    """The reporter's rating, if there is one."""
    return db.session.get(Rating, alert.id)


def may_rate(alert: Alert) -> bool:
    """Return whether there was help to rate: the incident is closed, and a unit set out."""
    return not alert.drill and alert.incident.status == "closed" and bool(progress.happened(alert.incident_id))


def _stage(incident: Incident) -> str:
    if incident.status == "closed":
        return "closed"
    if incident.status == "on_scene":
        return "arrived"
    return {"accepted": "accepted", "en_route": "coming"}.get(response_to(incident).state, "received")


def _done(incident: Incident, stage: str) -> Collection[str]:
    """A closed alert has gone only through what has happened."""
    if stage == "accepted":
        return {"received"}
    if stage != "closed":
        return STAGES[: STAGES.index(stage) + 1]
    return {"received", "closed"} | progress.happened(incident.id)


def _trouble(incident: Incident, stage: str, at: datetime) -> str:
    if stage == "closed":
        return ""
    reasons = {gap.reason for gap in incident.shortfall}
    if reasons - {"unanswered"}:
        return "nobody"
    waiting = incident.waiting_since
    late = bool(reasons) or (waiting is not None and at - waiting > PROMISED)
    return "slow" if stage == "received" and late else ""


_under_way = Assignment.status.in_([literal_column(f"'{status}'") for status in UNDER_WAY])  # as in the index
_unseen: list[ColumnElement[str]] = [
    literal_column(f"'{each}'") for each in ("offered", "offer_expired", "nobody_left", "escalated")
]
"""Events that change nothing for the reporter; a shortfall counts by itself."""

_events = select(func.max(Event.id)).where(Event.incident_id == Alert.incident_id, Event.event_type.not_in(_unseen))
_moves = select(func.max(Unit.moved_at)).join(Assignment, Assignment.unit_id == Unit.id)
_fixes = select(func.max(AlertFix.id)).where(AlertFix.alert_id == Alert.id)
_gaps = select(func.count()).where(Shortfall.incident_id == Alert.incident_id)
_STATUS = (
    select(
        Incident.waiting_since,
        _events.scalar_subquery().label("event"),
        _moves.where(Assignment.incident_id == Alert.incident_id, _under_way).scalar_subquery().label("moved"),
        _fixes.scalar_subquery().label("fix"),
        _gaps.scalar_subquery().label("gaps"),
        _gaps.where(Shortfall.reason != "unanswered").scalar_subquery().label("unserved"),
    )
    .select_from(Alert)
    .join(Incident, Incident.id == Alert.incident_id)
    .where(Alert.id == bindparam("alert"), Alert.reporter_id == bindparam("reporter"), Alert.source != "sas")
)
