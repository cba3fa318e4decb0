"""Duty: who crews what."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from meteor.accounts.models import User
from meteor.agencies.models import Member, Shift, Unit
from meteor.store.contributions import contributed
from meteor.store.database import db, guarded_update
from meteor.store.moments import LATENCY

BY_HAND = ("available", "off_duty")
"""The unit statuses that a crew sets itself."""


class OnDuty(Exception):
    """The officer is already on duty on another unit, whose call sign this says."""


class OutOfService(Exception):
    """The unit, whose call sign this says, was taken out of service."""


class NewerStatus(Exception):
    """The unit's status changed `at` this moment, after the one that is reported later."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class InDanger(Exception):
    """An officer, by name, is in danger: they stay on duty and on the board."""


class UnitAtWork(Exception):
    """The unit, whose call sign this says, has an offer or an assignment: it takes no break, and a crew stays on it."""


def shift_of(user: User) -> Shift | None:
    """The shift that `user` is on now."""
    return db.session.scalar(select(Shift).where(Shift.user_id == user.id, Shift.ended_at.is_(None)))


def crew_of(unit: Unit) -> Sequence[User]:
    """The officers on duty on `unit` now."""
    return db.session.scalars(
        select(User).join(Shift, Shift.user_id == User.id).where(Shift.unit_id == unit.id, Shift.ended_at.is_(None))
    ).all()


def crews_of(units: Sequence[Unit]) -> dict[int, list[str]]:
    """The names of who is on duty on these units now, by unit id; those who came first stand first."""
    on_duty = db.session.execute(
        select(Shift.unit_id, User.name)
        .join(User, Shift.user_id == User.id)
        .where(Shift.unit_id.in_([unit.id for unit in units]), Shift.ended_at.is_(None))
        .order_by(Shift.started_at)
    )
    crews: dict[int, list[str]] = {}
    for unit_id, name in on_duty:
        crews.setdefault(unit_id, []).append(name)
    return crews


def last_unit_of(user: User) -> int | None:
    """The id of the unit that `user` was on last."""
    newest = select(Shift.unit_id).where(Shift.user_id == user.id).order_by(Shift.started_at.desc()).limit(1)
    return db.session.scalar(newest)


def units_for(user: User) -> Sequence[Unit]:
    """The units in service that `user` may crew: those of their agency, by call sign."""
    return db.session.scalars(
        select(Unit)
        .join(Member, Member.agency_id == Unit.agency_id)
        .where(Member.user_id == user.id, Unit.in_service)
        .order_by(Unit.call_sign)
    ).all()


def start_duty(user: User, unit: Unit, at: datetime) -> None:
    """`user` joins the crew of `unit`, which becomes available with its first member. Raises OnDuty, OutOfService."""
    db.session.refresh(unit)
    if not unit.in_service:
        raise OutOfService(unit.call_sign)
    current = shift_of(user)
    if current and current.unit_id == unit.id:
        return
    if current:
        raise OnDuty(current.unit.call_sign)
    first = not crew_of(unit)  # who joins a unit on a break does not end the break
    db.session.add(Shift(unit_id=unit.id, user_id=user.id, started_at=at))
    db.session.flush()
    if first:
        db.session.execute(
            update(Unit)
            .where(Unit.id == unit.id, Unit.status == "off_duty")
            .values(status="available", idle_since=at, at_base=True)
        )


def sign_off(user: User, at: datetime) -> None:
    """`user` ends their own duty. Raises InDanger, UnitAtWork."""
    _check_safe([user])
    end_duty(user, at)


def end_duty(user: User, at: datetime) -> None:
    """`user` leaves their unit; with the last of the crew it goes off duty. Raises UnitAtWork while it is needed."""
    shift = shift_of(user)
    if shift is None:
        return
    if len(crew_of(shift.unit)) == 1:
        left = guarded_update(
            Unit, Unit.id == shift.unit_id, Unit.status.in_(("available", "off_duty")), status="off_duty"
        )
        if not left:
            raise UnitAtWork(shift.unit.call_sign)
    shift.ended_at = at
    db.session.flush()


def set_status(unit: Unit, status: str, at: datetime, *, since: datetime | None = None) -> None:
    """The crew takes a break ("off_duty") or ends it ("available"); all else follows the unit's assignments.

    `since` is when a tablet that had no network recorded it. Raises UnitAtWork while the unit has an offer or an
    assignment; InDanger for a break while one of the crew is; NewerStatus where it changed after `since`; ValueError
    for another status.
    """
    if status not in BY_HAND:
        raise ValueError(status)
    if status == "off_duty":
        _check_safe(crew_of(unit))
    db.session.refresh(unit)
    newer = since is not None and since < unit.idle_since - LATENCY
    if newer and unit.status in BY_HAND and unit.status != status:
        raise NewerStatus(unit.idle_since)
    at = at if since is None else min(max(since, unit.idle_since), at)
    changed = guarded_update(
        Unit, Unit.id == unit.id, Unit.status.in_(BY_HAND), Unit.status != status, status=status, idle_since=at
    )
    db.session.refresh(unit)
    if not changed and unit.status != status:
        raise UnitAtWork(unit.call_sign)


def _check_safe(crew: Sequence[User]) -> None:
    """Raise InDanger if a higher package keeps one of them on duty."""
    for user in crew:
        if any(in_danger(user.id) for in_danger in contributed["in_danger"].values()):
            raise InDanger(user.name)
