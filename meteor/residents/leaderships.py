"""Leaders of RT, appointed by administrators."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from meteor.accounts import sessions
from meteor.accounts.models import User, UserRole
from meteor.residents.models import Leadership
from meteor.store import audit
from meteor.store.database import db
from meteor.territory.models import Rt

ROLE = "rt_leader"


class Leads(Exception):
    """The user leads an RT already, whose name this says."""


def leadership_of(user: User) -> Leadership | None:
    """The RT that `user` leads."""
    return db.session.get(Leadership, user.id, populate_existing=True)


def is_led(rt_id: int) -> bool:
    """Return whether an RT has a leader."""
    return db.session.scalar(select(Leadership.user_id).where(Leadership.rt_id == rt_id).limit(1)) is not None


def appoint(user: User, rt: Rt, actor: User) -> None:
    """Let `user` lead an RT; the role comes with it. Raises Leads."""
    if before := leadership_of(user):
        raise Leads(before.rt.label)
    db.session.add(Leadership(user=user, rt=rt))
    if not user.has(ROLE):
        user.roles.append(UserRole(role=ROLE))
        sessions.end_all(user, "roles_changed")
    _record(actor, "leader_appointed", user, {"leads": None}, {"leads": rt.label})


def move(leadership: Leadership, rt: Rt, actor: User) -> None:
    """Let a leader lead another RT instead; the register of the one before is closed to them."""
    before, leadership.rt = leadership.rt.label, rt
    _record(actor, "leader_moved", leadership.user, {"leads": before}, {"leads": rt.label})


def dismiss(leadership: Leadership, actor: User) -> None:
    """Dismiss a leader, with the role."""
    user, before = leadership.user, leadership.rt.label
    db.session.delete(leadership)
    for role in [role for role in user.roles if role.role == ROLE]:
        user.roles.remove(role)
        sessions.end_all(user, "roles_changed")
    _record(actor, "leader_dismissed", user, {"leads": before}, {"leads": None})


def coverage() -> tuple[int, int]:
    """Number of RT with a leader, and of all."""
    led = db.session.scalar(select(func.count(Leadership.rt_id.distinct())))
    return led or 0, db.session.scalar(select(func.count()).select_from(Rt)) or 0


def _record(actor: User, action: str, user: User, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    db.session.flush()
    audit.record_change(actor, action, f"users:{user.id}", before, after)
