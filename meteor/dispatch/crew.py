"""The present task of a unit's crew: one offer or one assignment, and the end of the one before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from meteor.accounts.models import User
from meteor.agencies.models import Shift
from meteor.agencies.positions import freshness
from meteor.dispatch.models import Assignment
from meteor.dispatch.responders import KINDS, WELFARE
from meteor.dispatch.too_late import CurrentState, current_state
from meteor.geo import metres
from meteor.incidents.models import Event, Incident
from meteor.incidents.shortfall import gaps
from meteor.notices.models import Notice
from meteor.store.database import db, execute

ROUNDING = 0.001
"""Metres by which two measurements of one way may differ."""


@dataclass(frozen=True)
class CrewTask:
    """`now` is the unit's open assignment, `before` its last ended one.

    `alone` says that no other unit is on the incident; `taken_from` is the number of the incident that the unit was
    taken from for this one. `from_base` says that the offer's distance is that of the base, for want of a recent
    position. `current` is the state of what `before` was for, where that offer ran out.
    """

    now: Assignment | None = None
    alone: bool = True
    from_base: bool = False
    taken_from: str | None = None
    before: Assignment | None = None
    current: CurrentState | None = None


def task_of(unit_id: int, since: datetime) -> CrewTask:
    """The unit's open assignment, and its last ended one since `since`."""
    of_unit = select(Assignment).where(Assignment.unit_id == unit_id)
    now = db.session.scalar(of_unit.where(Assignment.ended_at.is_(None)))
    ended = of_unit.where(Assignment.ended_at >= since).order_by(Assignment.ended_at.desc(), Assignment.id.desc())
    before = db.session.scalar(ended.limit(1))
    if now is None:
        return CrewTask(before=before, current=_after_expiry(before) if before and before.status == "expired" else None)
    others = select(func.count()).where(
        Assignment.incident_id == now.incident_id, Assignment.ended_at.is_(None), Assignment.id != now.id
    )
    taken = before is not None and before.status == "withdrawn" and before.reason == now.incident.number
    return CrewTask(
        now,
        alone=not db.session.scalar(others),
        from_base=_is_from_base(now),
        taken_from=before.incident.number if before and taken else None,
        before=before,
    )


def task_version(user_id: int) -> str:
    """The version of the task of the crew that a user belongs to, which changes whenever the task or its notices do.

    One statement: each tablet asks it every two seconds. "0" off duty.
    """
    found = execute(_VERSION, user=user_id).first()
    return f"{found.shift}.{found.event or 0}.{found.notices or 0}" if found else "0"


def is_job_of(user: User, incident: Incident) -> bool:
    """Return whether the incident is the open offer or job of the unit that `user` crews."""
    crewed = select(Shift.unit_id).where(Shift.user_id == user.id, Shift.ended_at.is_(None))
    on_it = select(Assignment.id).where(
        Assignment.incident_id == incident.id, Assignment.ended_at.is_(None), Assignment.unit_id.in_(crewed)
    )
    return db.session.scalar(on_it.limit(1)) is not None


def next_step(assignment: Assignment, alone: bool) -> str:
    """The crew's next step: the last part of its address.

    Who is on scene alone closes the incident, and with it the job; who is not, clears the job and leaves the rest to
    the others.
    """
    usual = {"offered": "acceptance", "accepted": "departure", "en_route": "arrival"}
    return usual.get(assignment.status, "closure" if alone else "clearance")


def _is_from_base(offer: Assignment) -> bool:
    """Return whether the offer's distance was measured from the unit's base."""
    unit, sent_at = offer.unit, offer.unit.position_at
    if offer.distance is None or offer.latitude is None or offer.longitude is None:
        return False
    if sent_at is not None and sent_at <= offer.offered_at and freshness(unit, offer.offered_at) == "fresh":
        return False
    base = (unit.base_latitude, unit.base_longitude)
    return abs(offer.distance - metres(base, (offer.latitude, offer.longitude))) < ROUNDING


def _after_expiry(offer: Assignment) -> CurrentState | None:
    """Who has what the unit did not answer; None where no unit does and none is missing."""
    current = current_state(offer.incident, offer.capability)
    lacking = {gap.capability for gap in gaps(offer.incident_id)}
    return current if current.state != "waiting" or offer.capability in lacking else None


_NEWEST = select(func.max(Event.id)).where(Event.incident_id == Assignment.incident_id)
_OF_UNIT = select(func.max(_NEWEST.correlate(Assignment).scalar_subquery())).where(
    Assignment.unit_id == Shift.unit_id,
    or_(Assignment.ended_at.is_(None), Assignment.ended_at >= Shift.started_at),
)
_UNACKNOWLEDGED = Notice.acknowledged_at.is_(None)
_VERSION = select(
    Shift.id.label("shift"),
    _OF_UNIT.correlate(Shift).scalar_subquery().label("event"),
    select(func.sum(Notice.id))
    .where(Notice.user_id == Shift.user_id, or_(*(Notice.kind == kind for kind in (*KINDS, WELFARE))), _UNACKNOWLEDGED)
    .correlate(Shift)
    .scalar_subquery()
    .label("notices"),
).where(Shift.user_id == bindparam("user"), Shift.ended_at.is_(None))
"""The newest event of what the unit was asked in this shift, and the crew member's notices beside the job."""
