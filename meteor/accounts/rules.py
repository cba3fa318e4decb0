"""Who may sign in, what ends a session, and how an invited user gets a password."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import joinedload

from meteor.accounts import passwords
from meteor.accounts.models import ROLES, Invitation, User, UserRole
from meteor.accounts.phones import NotAPhoneNumber, e164
from meteor.store.database import db, only_reading, reading_apart
from meteor.store.moments import now

INVITED_FOR = timedelta(days=7)


class UsernameTaken(Exception):
    """Another user has this user name or phone number."""


_WHO = (
    select(User)
    .options(joinedload(User.roles))
    .where(User.id == bindparam("user"), User.active, User.session_version == bindparam("version"))
)


class LiveSession(NamedTuple):
    """Whose session it is, and what of them decides what they see."""

    user_id: int
    language: str
    roles: frozenset[str]


def user_of_session(session_id: str) -> User | None:
    """The active user whose session cookie says `session_id` ("<id>:<session_version>"), unless it was ended.

    They are looked up apart: nobody has to wait for the right to write only to be known.
    """
    user_id, _, version = session_id.partition(":")
    if not (user_id.isdecimal() and version.isdecimal()):
        return None
    with reading_apart() as session:
        found = session.execute(_WHO, {"user": int(user_id), "version": int(version)})
        user = found.unique().scalar_one_or_none()
        session.expunge_all()
    if user is not None:
        db.session.add(user)
    return user


def live_sessions(roles: Collection[str]) -> dict[str, LiveSession]:
    """The sessions of all active users who have one of `roles`, by what their cookies say (User.get_id)."""
    with_role = select(UserRole.user_id).where(UserRole.role.in_(roles))
    rows = db.session.execute(
        select(User.id, User.session_version, User.language, UserRole.role)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.active, User.id.in_(with_role))
        .order_by(User.id)
    )
    found = {}
    for (user_id, version, language), of_user in groupby(rows, key=lambda row: row[:3]):
        found[f"{user_id}:{version}"] = LiveSession(user_id, language, frozenset(row.role for row in of_user))
    return found


def user_who_signs_in(name: str, password: str) -> User | None:
    """The active user with this user name or phone number, in any spelling, and this password.

    The password is checked outside of any transaction: the lock for writing would be held as long as a hash takes.
    """
    with only_reading():
        found = user_named(name)
        user_id, password_hash = (found.id, found.password_hash) if found else (None, None)
    if not passwords.matches(password_hash, password):
        return None
    unchanged = (User.id == user_id, User.password_hash == password_hash, User.active)
    return db.session.scalar(select(User).where(*unchanged))


def user_named(name: str) -> User | None:
    """The user with this phone number or user name, in any spelling; whose number it is comes first."""
    named, phone = User.username == name.strip().lower(), _phone(name)
    found = select(User).where(or_(named, User.phone == phone) if phone else named)
    return db.session.scalar(found.order_by(User.phone.is_distinct_from(phone)).limit(1))


def spelled_alike(name: str) -> str:
    """A user name or phone number, the same for all spellings by which user_named finds it: for limits on guessing."""
    return _phone(name) or name.strip().lower()


def new_user(username: str, name: str, roles: Collection[str], *, phone: str | None = None, password: str = "") -> User:
    """Add a user. `phone` is E.164. Without a password nobody can sign in until an invitation is used.

    Raises UsernameTaken; ValueError for a role that is not one of ROLES.
    """
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    username = username.strip().lower()
    taken = or_(User.username == username, User.phone == phone if phone else User.username == username)
    if db.session.scalar(select(User.id).where(taken)):
        raise UsernameTaken(username)
    user = User(username=username, name=name.strip(), phone=phone, roles=[UserRole(role=role) for role in roles])
    user.password_hash = passwords.hashed(password) if password else None
    db.session.add(user)
    db.session.flush()
    return user


def set_password(user: User, password: str) -> None:
    """Give `user` a new password; every session of theirs ends."""
    user.password_hash = passwords.hashed(password)
    end_sessions(user)


def set_pin(user: User, pin: str) -> None:
    """Give `user` the PIN that proves a cancellation is theirs; an empty one takes it away."""
    user.pin_hash = passwords.hashed(pin) if pin else None


def end_sessions(user: User) -> None:
    """End every session of `user`, on every device."""
    user.session_version = User.session_version + 1


def invite(user: User) -> str:
    """A token with which `user` chooses a password, once, within INVITED_FOR. Earlier ones end."""
    db.session.execute(
        update(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None)).values(used_at=now())
    )
    token = secrets.token_urlsafe(24)
    db.session.add(Invitation(user_id=user.id, token_hash=token_hash(token), expires_at=now() + INVITED_FOR))
    return token


def invitation(token: str) -> Invitation | None:
    """The invitation that `token` opens, unless it was used or has run out, or its user is disabled."""
    good = (Invitation.used_at.is_(None), Invitation.expires_at > now(), User.active)
    return db.session.scalar(
        select(Invitation).join(Invitation.user).where(Invitation.token_hash == token_hash(token), *good)
    )


def accept_invitation(invited: Invitation, password: str) -> bool:
    """Use the invitation up and set the password; false when somebody else just did."""
    used = db.session.execute(
        update(Invitation).where(Invitation.id == invited.id, Invitation.used_at.is_(None)).values(used_at=now())
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        return False
    set_password(invited.user, password)
    return True


def token_hash(token: str) -> str:
    """What is kept of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def _phone(text: str) -> str | None:
    try:
        return e164(text)
    except NotAPhoneNumber:
        return None
