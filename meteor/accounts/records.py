"""Accounts as the administrator keeps them: every change is in the audit log, and one administrator always remains."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from meteor.accounts import phone_numbers, recoveries, rules, sessions, telling
from meteor.accounts.models import User, UserRole
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now


class LastAdmin(Exception):
    """The change would leave METEOR without an active administrator."""


class ReasonNeeded(Exception):
    """The phone number of an account in use cannot change without a reason for its owner."""


class NotUnique(Exception):
    """Another user has this value; `field` is username or phone."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def values_of(user: User) -> dict[str, Any]:
    """The editable values of a user: username, name, phone (E.164), roles."""
    return {
        "username": user.username,
        "name": user.name,
        "phone": user.phone or "",
        "roles": sorted(user.role_names),
    }


def add(values: Mapping[str, Any], actor: User) -> tuple[User, str]:
    """Add a user with these values (see values_of); the user, and the token of their invitation. Raises NotUnique."""
    _refuse_taken(values, None)
    phone = values["phone"] or None
    user = rules.new_user(values["username"], values["name"], sorted(values["roles"]), phone=phone)
    audit.record_change(actor, "user_added", _subject(user), {}, values_of(user))
    return user, rules.invite(user)


def add_each(users: Sequence[User], actor: User) -> None:
    """Store new users, whom nobody has invited yet: few statements, whatever their number."""
    db.session.add_all(users)
    db.session.flush()
    audit.record_changes(actor, "user_added", [audit.Change(_subject(user), {}, values_of(user)) for user in users])


def changed_each(changes: Sequence[audit.Change], actor: User) -> None:
    """Record that users were given other values: `changes` have those of values_of before and after."""
    audit.record_changes(actor, "user_changed", changes)


def change(user: User, values: Mapping[str, Any], actor: User, reason: str = "") -> bool:
    """Give a user other values (see values_of); other roles end every session of theirs.

    Another phone number of an account that has a password waits for its owner (see recoveries): then returns true.
    Raises NotUnique, LastAdmin, ReasonNeeded, recoveries.Waiting.
    """
    _refuse_taken(values, user.id)
    if "admin" not in values["roles"]:
        _refuse_last(user)
    before = values_of(user)
    user.username, user.name = values["username"], values["name"]
    waits = _change_phone(user, values["phone"] or None, reason, actor)
    for role in [role for role in user.roles if role.role not in values["roles"]]:
        user.roles.remove(role)
    user.roles.extend(UserRole(role=role) for role in sorted(set(values["roles"]) - user.role_names))
    db.session.flush()
    if before["roles"] != values_of(user)["roles"]:
        sessions.end_all(user, "roles_changed")
    audit.record_change(actor, "user_changed", _subject(user), before, values_of(user))
    return waits


def disable(user: User, actor: User) -> None:
    """Disable a user and end all sessions. Raises LastAdmin."""
    _refuse_last(user)
    if user.active:
        user.active = False
        sessions.end_all(user, "disabled")
        audit.record(actor, "user_disabled", _subject(user))


def enable(user: User, actor: User) -> None:
    """Let a disabled user in again."""
    if not user.active:
        user.active = True
        audit.record(actor, "user_enabled", _subject(user))


def end_sessions(user: User, actor: User) -> None:
    """Sign a user out on every device."""
    sessions.end_all(user, "by_admin")
    audit.record(actor, "sessions_ended", _subject(user))


def invite(user: User, actor: User) -> str:
    """The token of a new invitation; the one before, and the password once it is used, are no good any more."""
    audit.record(actor, "user_invited", _subject(user))
    if user.password_hash:
        telling.tell(f"invited:{uuid4()}", "invited_again", "/account", user_id=user.id)
    return rules.invite(user)


def invite_each(users: Sequence[User], actor: User) -> list[str]:
    """The tokens of new invitations of users without a password, in their order: few statements."""
    audit.record_each(actor, "user_invited", [_subject(user) for user in users])
    return rules.invite_each(users)


def suspend(user: User, until: datetime, reason: str, actor: User) -> None:
    """Let a prankster's alerts go to a call-taker first until a moment that is still to come."""
    before, user.suspended_until = user.suspended_until, until
    _record_suspension(user, before, reason, actor)


def lift_suspension(user: User, reason: str, actor: User) -> None:
    """Let a user's alerts go to a unit at once again."""
    before, user.suspended_until = user.suspended_until, None
    _record_suspension(user, before, reason, actor)


def is_suspended(user: User) -> bool:
    """Return whether the user's alerts go to a call-taker first now."""
    return user.suspended_until is not None and user.suspended_until > now()


def _change_phone(user: User, phone: str | None, reason: str, actor: User) -> bool:
    if phone == user.phone:
        return False
    if user.password_hash is None:
        phone_numbers.set_unproved(user, phone)
        telling.phone_changed(user.id)
        return False
    if not reason:
        raise ReasonNeeded
    recoveries.by_admin(user, phone, reason, actor, now())
    return True


def _record_suspension(user: User, before: datetime | None, reason: str, actor: User) -> None:
    action = "user_suspended" if user.suspended_until else "suspension_lifted"
    moments = ({"until": at.isoformat() if at else None} for at in (before, user.suspended_until))
    audit.record(actor, action, _subject(user), reason=reason, before=next(moments), after=next(moments))


def _refuse_taken(values: Mapping[str, Any], own_id: int | None) -> None:
    for field, column in (("username", User.username), ("phone", User.phone)):
        query = select(User.id).where(column == values[field], User.id != own_id)
        if values[field] and db.session.scalar(query) is not None:
            raise NotUnique(field)


def _refuse_last(user: User) -> None:
    """Raise LastAdmin if no other administrator could still sign in."""
    others = (
        select(func.count())
        .select_from(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == "admin", User.active, User.password_hash.is_not(None), User.id != user.id)
    )
    if user.has("admin") and user.active and not db.session.scalar(others):
        raise LastAdmin


def _subject(user: User) -> str:
    return f"users:{user.id}"
