"""Devices with push, their users, and permission to send."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, select, union_all, update

from meteor.accounts import sessions
from meteor.accounts.models import User, UserRole, UserSession
from meteor.notices.models import Notice, PushSubscription
from meteor.store.database import db, execute, execute_all, guarded_update
from meteor.store.outgoing import host_of

MOST = 10
"""Highest number of devices of one user; the oldest is removed."""

KEPT = timedelta(days=30)

PAGE = "/notices/devices"


class Keys(NamedTuple):
    """A browser's push subscription: endpoint and keys (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


class Addressed(NamedTuple):
    """A device that may be told, its push service, and its user, who reads `language` and has `roles`."""

    service: str
    keys: Keys
    user_id: int
    language: str
    roles: frozenset[str]


def turn_on(user: User, keys: Keys, device: str) -> PushSubscription:
    """Turn push on for `user` on this device, in place of its user before."""
    db.session.execute(delete(PushSubscription).where(PushSubscription.endpoint == keys.endpoint))
    service, _ = host_of(keys.endpoint)
    session = sessions.current(user)
    new = PushSubscription(
        user_id=user.id, session_id=session.id if session else None, service=service, device=device, **keys._asdict()
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    newest = select(PushSubscription.id).where(PushSubscription.user_id == user.id)
    newest = newest.order_by(PushSubscription.id.desc()).limit(MOST)
    too_many = and_(PushSubscription.user_id == user.id, PushSubscription.id.not_in(newest))
    db.session.execute(delete(PushSubscription).where(too_many))
    return new


def of_user(user: User) -> Sequence[PushSubscription]:
    """The devices on which `user` is told, newest first."""
    mine = select(PushSubscription).join(User).where(User.id == user.id, _live())
    return db.session.scalars(mine.order_by(PushSubscription.id.desc())).all()


def find(user: User, device_id: int) -> PushSubscription | None:
    """The device, if it is the user's and is told."""
    mine = select(PushSubscription).join(User).where(PushSubscription.id == device_id, User.id == user.id, _live())
    return db.session.scalar(mine)


def renew(device_id: int, user: User) -> bool:
    """Bind the user's device to the present session. False without such a device."""
    mine = and_(PushSubscription.id == device_id, PushSubscription.user_id == user.id)
    session = sessions.current(user)
    present = session.id if session else None
    return guarded_update(PushSubscription, mine, session_id=present)


def turn_off(device_id: int) -> None:
    """Turn push off on this device."""
    db.session.execute(delete(PushSubscription).where(PushSubscription.id == device_id))


def audience(role: str | None, user_id: int | None, ended: Sequence[int]) -> list[Row[int, str]]:
    """Id and service of every device on which a role or a user may be told now, or in sessions that just `ended`."""
    to = {"role": role, "user": user_id}
    over = [row for session_id in ended for row in execute(_audience(over=True), **to, session=session_id)]
    return [*execute(_audience(over=False), **to), *over]


def of_notices(ids: Sequence[int]) -> Sequence[Any]:
    """Id of the notice, id and service of the device, for all devices of the users whom these notices are for."""
    return execute(_of_notices(), ids=ids).all()


def addressed(device_id: int, ended: Sequence[int]) -> Addressed | None:
    """The device, if its user may be told on it now, or if its session is one of those that just `ended`."""
    found = execute(_addressed(over=False), device=device_id).first()
    if found is None and ended:
        found = execute(_addressed(over=True), device=device_id, ended=list(ended)).first()
    if found is None:
        return None
    keys = Keys(found.endpoint, found.p256dh, found.auth)
    roles = frozenset(execute(_ROLES, user=found.user_id).scalars())
    return Addressed(found.service, keys, found.user_id, found.language, roles)


def reached(taken: Sequence[tuple[int, datetime]]) -> None:
    """The push service has taken something for each of these devices, at this moment."""
    execute_all(_REACHED, [{"reached": device_id, "taken_at": at} for device_id, at in taken])


def missed(device_id: int) -> None:
    """The device's push service has not taken something in time."""
    device = update(PushSubscription).where(PushSubscription.id == device_id)
    db.session.execute(device.values(failed=PushSubscription.failed + 1))


def forget(at: datetime) -> None:
    """Delete the devices whose session ended more than KEPT ago, and those that never had one."""
    over = select(UserSession.id).where(UserSession.ended_at < at - KEPT)
    for gone in (PushSubscription.session_id.in_(over), PushSubscription.session_id.is_(None)):
        db.session.execute(delete(PushSubscription).where(gone))


@cache
def _audience(*, over: bool) -> Any:
    itself = select(User.id).where(User.id == bindparam("user"))
    told = User.id.in_(union_all(itself, select(UserRole.user_id).where(UserRole.role == bindparam("role"))))
    just_ended = and_(User.active, ~_live(), PushSubscription.session_id == bindparam("session"))
    devices = select(PushSubscription.id, PushSubscription.service).join(User)
    return devices.where(told, just_ended if over else _live())


@cache
def _addressed(*, over: bool) -> Any:
    device = PushSubscription
    fields = device.service, device.endpoint, device.p256dh, device.auth, User.id.label("user_id"), User.language
    just_ended = and_(User.active, device.session_id.in_(bindparam("ended", expanding=True)))
    found = select(*fields).join(User, User.id == device.user_id).where(device.id == bindparam("device"))
    return found.where(just_ended if over else _live())


@cache
def _of_notices() -> Any:
    mine = select(Notice.id.label("notice_id"), PushSubscription.id, PushSubscription.service)
    mine = mine.join(PushSubscription, PushSubscription.user_id == Notice.user_id).join(User)
    return mine.where(Notice.id.in_(bindparam("ids", expanding=True)), _live())


def _live() -> ColumnElement[bool]:
    """Build the condition that the device's session lasts, over PushSubscription and User."""
    lasts = select(UserSession.id).where(UserSession.id == PushSubscription.session_id, UserSession.ended_at.is_(None))
    return and_(User.active, lasts.exists())


_REACHED = (
    update(PushSubscription)
    .where(PushSubscription.id == bindparam("reached"))
    .values(last_used_at=bindparam("taken_at"), failed=0)
)
_ROLES = select(UserRole.role).where(UserRole.user_id == bindparam("user"))
