"""Membership of officers in agencies, and open shifts of former officers."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Select, select

from meteor.accounts.models import User
from meteor.agencies.models import Agency, Member, Shift, Unit
from meteor.agencies.rules import OnDuty, UnitAtWork, end_duty, shift_of
from meteor.store import audit
from meteor.store.database import db


class NotAnOfficer(Exception):
    """Only users with the role officer crew units."""


def agency_of(user: User) -> Agency | None:
    """The agency that `user` works for."""
    member = db.session.get(Member, user.id, populate_existing=True)
    return member.agency if member else None


def set_agency(user: User, agency: Agency | None, actor: User) -> None:
    """Let `user` work for `agency`, or for none. Raises NotAnOfficer; OnDuty while they are on a unit of another."""
    before = agency_of(user)
    if before == agency:
        return
    if agency and not user.has("officer"):
        raise NotAnOfficer(user.username)
    if shift := shift_of(user):
        raise OnDuty(shift.unit.call_sign)
    member = db.session.get(Member, user.id)
    if agency is None:
        db.session.delete(member)
    elif member:
        member.agency = agency
    else:
        db.session.add(Member(user=user, agency=agency))
    db.session.flush()
    sides = ({"agency": side.code if side else None} for side in (before, agency))
    audit.record_change(actor, "member_changed", f"users:{user.id}", next(sides), next(sides))


def on_duty(user_ids: Collection[int]) -> dict[int, Shift]:
    """The shifts that these users are on now, by user id."""
    shifts = db.session.scalars(select(Shift).where(Shift.user_id.in_(user_ids), Shift.ended_at.is_(None)))
    return {shift.user_id: shift for shift in shifts}


def end_shifts_of_disabled(at: datetime) -> None:
    """End shifts of users who may not sign in as officers: nobody would read the unit's offers.

    Whoever is the last of the crew stays until the unit's job is cleared.
    """
    for user in db.session.scalars(_disabled()).all():
        with suppress(UnitAtWork):
            end_duty(user, at)


def due(at: datetime) -> datetime | None:
    """`at` if a disabled user is on duty, else None."""
    return at if db.session.scalar(_disabled().with_only_columns(User.id).limit(1)) is not None else None


def end_shift(shift: Shift, at: datetime, actor: User) -> None:
    """End the shift of an officer who forgot to. Raises UnitAtWork for the last of the crew while it is needed."""
    unit: Unit = shift.unit
    end_duty(shift.user, at)
    audit.record(
        actor, "shift_ended", f"units:{unit.id}", user=shift.user.name, started_at=shift.started_at.isoformat()
    )


def _disabled() -> Select[User]:
    is_officer = User.active & User.roles.any(role="officer")
    return select(User).join(Shift, Shift.user_id == User.id).where(Shift.ended_at.is_(None), ~is_officer)
