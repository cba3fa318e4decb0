"""Rules of sign-in, users and invitations."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update

from meteor.accounts import passwords, sessions
from meteor.accounts.models import Invitation, User, UserRole
from meteor.accounts.phones import NotAPhoneNumber, e164
from meteor.accounts.roles import ROLES
from meteor.store.database import db, guarded_update, only_reading
from meteor.store.moments import now

INVITED_FOR = timedelta(days=7)


class UsernameTaken(Exception):
    """Another user has this user name or phone number."""


def user_who_signs_in(name: str, password: str) -> User | None:
    """The active user with this user name or phone number, in any spelling, and this password; locks the user.

    The password is checked outside of any transaction: the lock for writing would be held as long as a hash takes. The
    user is locked until the transaction ends, so that the session of an old password ends with it or never begins.
    """
    with only_reading():
        found = user_named(name)
        user_id, password_hash = (found.id, found.password_hash) if found else (None, None)
    if not passwords.matches(password_hash, password):
        return None
    unchanged = (User.id == user_id, User.password_hash == password_hash, User.active)
    return db.session.scalar(select(User).where(*unchanged).with_for_update(key_share=True))


def user_named(name: str) -> User | None:
    """The user with this phone number or user name, in any spelling; whose number it is comes first."""
    named, phone = User.username == name.strip().lower(), _phone(name)
    found = select(User).where(or_(named, User.phone == phone) if phone else named)
    return db.session.scalar(found.order_by(User.phone.is_distinct_from(phone)).limit(1))


def spelled_alike(name: str) -> str:
    """A user name or phone number, the same for all spellings by which user_named finds it: for limits on guessing."""
    return _phone(name) or name.strip().lower()


def new_user(username: str, name: str, roles: Collection[str], *, phone: str | None = None, password: str = "") -> User:
    """Add a user. `phone` is E.164. Without a password an invitation must be used first.

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
    """Give `user` a new password; every session and open invitation of theirs ends.

    What was not committed before is lost: no lock is held while the password is hashed.
    """
    _set_hash(user, passwords.hashed_apart(password))


def change_password(user: User, password: str) -> bool:
    """Set the password from the present session; False if that has ended by now."""
    password_hash = passwords.hashed_apart(password)
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    if sessions.current(user) is None:
        return False
    _set_hash(user, password_hash)
    return True


def set_pin(user: User, pin: str) -> None:
    """Give `user` the PIN that proves a cancellation is theirs; an empty one takes it away.

    What was not committed before is lost, as in set_password.
    """
    user.pin_hash = passwords.hashed_apart(pin) if pin else None


def invite(user: User) -> str:
    """A token with which `user` chooses a password, once, within INVITED_FOR. Earlier ones end."""
    return invite_each([user])[0]


def invite_each(users: Sequence[User]) -> list[str]:
    """The tokens of invitations of several users, in their order, as `invite` makes one."""
    end_invitations(*users)
    tokens = [secrets.token_urlsafe(24) for _user in users]
    expires_at = now() + INVITED_FOR
    db.session.add_all(
        Invitation(user_id=user.id, token_hash=token_hash(token), expires_at=expires_at)
        for user, token in zip(users, tokens, strict=True)
    )
    return tokens


def end_invitations(*users: User) -> None:
    """Use up the open invitations of these users: each of them would set another password."""
    theirs = Invitation.user_id.in_([user.id for user in users])
    db.session.execute(update(Invitation).where(theirs, Invitation.used_at.is_(None)).values(used_at=now()))


def invitation(token: str) -> Invitation | None:
    """The invitation that `token` opens, unless it was used or has run out, or its user is disabled."""
    good = (Invitation.used_at.is_(None), Invitation.expires_at > now(), User.active)
    return db.session.scalar(
        select(Invitation).join(Invitation.user).where(Invitation.token_hash == token_hash(token), *good)
    )


def accept_invitation(invited: Invitation, password: str) -> bool:
    """Use up the invitation and set the password. False if it was used before.

    What was not committed before is lost, as in set_password.
    """
    password_hash = passwords.hashed_apart(password)
    used = guarded_update(Invitation, Invitation.id == invited.id, Invitation.used_at.is_(None), used_at=now())
    if not used:
        return False
    _set_hash(invited.user, password_hash)
    return True


def token_hash(token: str) -> str:
    """The stored form of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def _set_hash(user: User, password_hash: str) -> None:
    user.password_hash = password_hash
    sessions.end_all(user, "password_changed")
    end_invitations(user)


def _phone(text: str) -> str | None:
    try:
        return e164(text)
    except NotAPhoneNumber:
        return None
