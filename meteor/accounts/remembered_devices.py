"""Remembered devices: staff who chose so are not asked for the second factor there for a while."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update

from meteor.accounts.credentials import RememberedDevice
from meteor.accounts.models import User, UserSession
from meteor.accounts.roles import STAFF
from meteor.accounts.rules import token_hash
from meteor.store.database import db

LASTS = timedelta(days=30)


def may_remember(user: User) -> bool:
    """Return whether the user may choose it: staff, and never an administrator."""
    return not user.has("admin") and user.has(*STAFF)


def remember(user: User, device: str, session: UserSession, at: datetime) -> None:
    """Do not ask `user` for the second factor on this device (its name) until LASTS has passed."""
    db.session.execute(delete(RememberedDevice).where(*_here(user, device)))
    db.session.add(
        RememberedDevice(user_id=user.id, device_hash=token_hash(device), session_id=session.id, until=at + LASTS)
    )


def follow(user: User, device: str, session: UserSession) -> None:
    """Let the device be forgotten with this session of `user`, the newest one there."""
    db.session.execute(update(RememberedDevice).where(*_here(user, device)).values(session_id=session.id))


def is_remembered(user: User, device: str, at: datetime) -> bool:
    """Return whether the user is not asked for the second factor on this device."""
    until = RememberedDevice.until
    found = select(RememberedDevice.id).where(*_here(user, device), until > at, until <= at + LASTS)
    return bool(device) and may_remember(user) and db.session.scalar(found) is not None


def forget(user: User) -> None:
    """Ask `user` for the second factor on every device again."""
    db.session.execute(delete(RememberedDevice).where(RememberedDevice.user_id == user.id))


def prune(at: datetime) -> None:
    """Delete the devices whose time is over."""
    db.session.execute(delete(RememberedDevice).where(RememberedDevice.until <= at))


def _here(user: User, device: str) -> tuple[ColumnElement[bool], ...]:
    return RememberedDevice.user_id == user.id, RememberedDevice.device_hash == token_hash(device)
