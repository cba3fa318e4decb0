"""Sessions: who is signed in on which device, for how long, and what ends a session."""

import secrets
from collections.abc import Collection, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Select, bindparam, case, delete, or_, select, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from meteor.accounts.credentials import RememberedDevice
from meteor.accounts.models import SessionClock, User, UserRole, UserSession
from meteor.accounts.session_lifetimes import OTHERS, OVERTIME, SHIFT_PAUSE, lifetime
from meteor.store import prepared
from meteor.store.database import READER, db, execute
from meteor.store.moments import now

MOST = 50
"""Maximum number of live sessions of one user. A further one ends the least recently used."""

KEPT_ENDED = 100
"""Ended sessions that are kept of one user."""

FRESH_MINUTES = 10
"""Minutes for which a typed password is good for dangerous actions."""


class LiveSession(NamedTuple):
    """The user of a live session, and the attributes that decide what this user sees."""

    user_id: int
    language: str
    roles: frozenset[str]


_LIVE = UserSession.ended_at.is_(None)

_COLUMNS = tuple(column.key for column in User.__table__.c)
_READER = (
    select(User.id, User.language, UserRole.role)
    .join(UserSession, UserSession.user_id == User.id)
    .outerjoin(UserRole, UserRole.user_id == User.id)
    .where(UserSession.key == bindparam("key"), _LIVE, User.active)
)
_USER = _READER.with_only_columns(*User.__table__.c, UserRole.role)


def user_of_session(key: str) -> User | None:
    """Return the active user of the live session with this key.

    The look-up has a transaction of its own: a request does not wait for the right to write only to know its user.
    """
    if not key:
        return None
    with db.engines[READER].connect() as connection, connection.begin():
        rows = prepared.execute(connection, _USER, {"key": key}).all()
    if not rows:
        return None
    loaded = db.session.identity_map.get(identity_key(User, rows[0].id))  # a sign-in loads its user before this one
    user = loaded or _of_rows(rows)
    if loaded is None:
        db.session.add(user)
    user.session_key = key
    return user


def _of_rows(rows: Sequence[Any]) -> User:
    """The user as the ORM would load it, in half of the time; a row for each role."""
    user = User(**dict(zip(_COLUMNS, rows[0], strict=False)))
    roles = [UserRole(user_id=user.id, role=row.role) for row in rows if row.role]
    for each in (user, *roles):
        make_transient_to_detached(each)
    set_committed_value(user, "roles", roles)
    return user


def live_session(key: str) -> LiveSession | None:
    """The live session with this key, of an active user."""
    rows = execute(_READER, key=key).all()
    return LiveSession(rows[0].id, rows[0].language, frozenset(row.role for row in rows if row.role)) if rows else None


def live_sessions(roles: Collection[str]) -> dict[str, LiveSession]:
    """The live sessions of all active users who have one of `roles`, by key."""
    by_session = groupby(execute(_with_roles(frozenset(roles))), key=lambda row: row[:3])
    return {
        key: LiveSession(user_id, language, frozenset(row.role for row in rows))
        for (key, user_id, language), rows in by_session
    }


@cache
def _with_roles(roles: frozenset[str]) -> Executable:
    with_role = select(UserRole.user_id).where(or_(*(UserRole.role == role for role in sorted(roles))))
    return (
        select(UserSession.key, User.id, User.language, UserRole.role)
        .join(User, User.id == UserSession.user_id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(_LIVE, User.active, User.id.in_(with_role))
        .order_by(UserSession.id)
    )


def begin_session(user: User, device: str) -> UserSession:
    """Begin a session of `user` on a device with this label. The user has just typed a password."""
    minute, life = _minute(), lifetime(user.role_names)
    last = minute + life.lasts
    new = UserSession(
        key=secrets.token_urlsafe(24), user_id=user.id, device=device, idle_minutes=life.idle, last_minute=last,
        due_minute=last if life.idle is None else min(last, minute + life.idle), proved_minute=minute,
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    user.session_key = new.key
    _bound(user)
    return new


def of_user(user: User) -> Sequence[UserSession]:
    """The live sessions of `user`, the most recently used first."""
    return db.session.scalars(_of(user).order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())).all()


def find(user: User, session_id: int) -> UserSession | None:
    """The live session with this id, if it is the user's."""
    return db.session.scalar(_of(user).where(UserSession.id == session_id))


def current(user: User) -> UserSession | None:
    """The session through which `user` was loaded."""
    return db.session.scalar(_of(user).where(UserSession.key == user.session_key))


def end_session(session: UserSession, because: str) -> bool:
    """End one session; false if it has ended already. See UserSession for the values of `because`.

    The second factor is asked for on its device again, unless the user has only signed out.
    """
    if because != "signed_out":
        _forget_devices(RememberedDevice.session_id == session.id)
    return _end(because, UserSession.id == session.id) == 1


def end_key(key: str, because: str) -> None:
    """End the session with this key, if it is live."""
    _end(because, UserSession.key == key)


def end_all(user: User, because: str) -> int:
    """End every session of `user`, on every device; returns their number. No device stays remembered."""
    _forget_devices(RememberedDevice.user_id == user.id)
    return _end(because, UserSession.user_id == user.id)


def end_others(user: User, because: str) -> int:
    """End every session of `user` except the present one; returns their number. No other device stays remembered."""
    here = select(UserSession.id).where(UserSession.key == user.session_key)
    _forget_devices(RememberedDevice.user_id == user.id, RememberedDevice.session_id.not_in(here))
    return _end(because, UserSession.user_id == user.id, UserSession.key != user.session_key)


def why_ended(key: str) -> str | None:
    """Return why the session with this key has ended (see UserSession); None if it has not."""
    return db.session.scalar(select(UserSession.ended_because).where(UserSession.key == key)) if key else None


def prove(user: User) -> None:
    """Record that the user typed the password in the present session at this moment."""
    mine = update(UserSession).where(UserSession.key == user.session_key)
    db.session.execute(mine.values(proved_minute=_minute()))


def is_proved(user: User) -> bool:
    """Return whether the password was typed in the present session within FRESH_MINUTES."""
    proved = db.session.scalar(select(UserSession.proved_minute).where(UserSession.key == user.session_key))
    return proved is not None and _minute() - proved <= FRESH_MINUTES


def write_seen(keys: Collection[str]) -> None:
    """Record that these sessions were in use, in a transaction of its own: a GET cannot write."""
    with db.engine.begin() as connection:
        used = update(UserSession).where(UserSession.key.in_(keys), _LIVE).values(last_seen_at=now())
        slides, last, minute = UserSession.idle_minutes.is_(None), UserSession.last_minute, _minute_now()
        until = minute + OTHERS.lasts
        connection.execute(used.where(slides).values(last_minute=until, due_minute=until))
        over = _least(-_least(-last, -(minute + SHIFT_PAUSE)), last + OVERTIME)
        connection.execute(used.where(~slides).values(due_minute=_least(minute + UserSession.idle_minutes, over)))


def _of(user: User) -> Select[UserSession]:
    return select(UserSession).where(UserSession.user_id == user.id, _LIVE)


def _end(because: str, *which: ColumnElement[bool]) -> int:
    ended = db.session.execute(update(UserSession).where(_LIVE, *which).values(ended_at=now(), ended_because=because))
    return ended.rowcount  # type: ignore[attr-defined]


def _forget_devices(*which: ColumnElement[bool]) -> None:
    db.session.execute(delete(RememberedDevice).where(*which))


def _bound(user: User) -> None:
    """End the sessions of `user` beyond MOST, and forget ended sessions beyond KEPT_ENDED."""
    newest = _of(user).with_only_columns(UserSession.id).order_by(UserSession.due_minute.desc(), UserSession.id.desc())
    _end("too_many", UserSession.user_id == user.id, UserSession.id.not_in(newest.limit(MOST)))
    ended = select(UserSession.id).where(UserSession.user_id == user.id, ~_LIVE)
    kept = ended.order_by(UserSession.id.desc()).limit(KEPT_ENDED)
    too_many = delete(UserSession).where(UserSession.user_id == user.id, ~_LIVE, UserSession.id.not_in(kept))
    db.session.execute(too_many)


def _least(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one < other, one), else_=other)


def _minute() -> int:
    return db.session.scalar(select(SessionClock.minutes)) or 0


def _minute_now() -> ColumnElement[int]:
    return select(SessionClock.minutes).scalar_subquery()
