"""The second factor besides the password: a code of an authenticator app (TOTP, RFC 6238), or a passkey (passkeys)."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import CompoundSelect, delete, func, or_, select

from meteor.accounts import recovery_codes, remembered_devices, sessions, telling
from meteor.accounts.credentials import Passkey, TotpSecret
from meteor.accounts.models import User, UserRole
from meteor.store import audit
from meteor.store.database import db, execute, guarded_update

MANDATORY = frozenset({"admin"})
"""Roles that need a second factor in production."""

PAGE = "/account/second-factor"
ISSUER = "METEOR"
_STEP = 30  # seconds; authenticator apps know no other
_BYTES = 20  # 160 bits, as RFC 4226 recommends


class Own(Exception):
    """Administrators do not reset their own second factor."""


def is_set_up(user: User) -> bool:
    """Return whether `user` is asked for a second factor at sign-in."""
    return how_many(user) > 0


def how_many(user: User) -> int:
    """The number of second factors of `user`: the app and each passkey."""
    every = _users_with_factor().subquery()
    return db.session.scalar(select(func.count()).select_from(every).where(every.c.user_id == user.id)) or 0


def has_app(user: User) -> bool:
    """Return whether an authenticator app is set up."""
    found = of_user(user)
    return found is not None and found.secret_sealed is not None


def is_missing(user: User) -> bool:
    """Return whether a role of `user` needs a second factor in production and none is set up."""
    return user.has(*MANDATORY) and not is_set_up(user)


def users_without() -> Collection[int]:
    """The ids of all users with is_missing."""
    return {row.user_id for row in execute(_WITHOUT)}


def of_user(user: User) -> TotpSecret | None:
    """The secret of `user`, also while it is only pending."""
    return db.session.scalar(select(TotpSecret).where(TotpSecret.user_id == user.id))


def begin_setup(user: User) -> None:
    """Make a pending secret for `user`; a confirmed one stays good until the new one is confirmed."""
    found = of_user(user)
    if found is None:
        found = TotpSecret(user_id=user.id)
        db.session.add(found)
        db.session.flush()  # the secret is sealed to the row's id
    found.pending = pyotp.random_base32(_BYTES * 8 // 5)


def address_of(user: User, secret: str) -> str:
    """The otpauth address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def confirm(user: User, code: str, at: datetime) -> bool:
    """Confirm the pending secret if `code` is valid for it; return whether it is."""
    found = of_user(user)
    step = found and found.pending and _step_of(found.pending, code, at)
    if not found or not step:
        return False
    found.secret, found.pending, found.last_step, found.confirmed_at = found.pending, None, step, at
    audit.record(user, "second_factor_set_up", f"users:{user.id}")
    return True


def use_code(user: User, code: str, at: datetime) -> bool:
    """Return whether `code` is of now or a step beside, and use it up."""
    found = of_user(user)
    step = found and found.secret and _step_of(found.secret, code, at)
    if not found or not step:
        return False
    by_clock_ahead = TotpSecret.last_step > _present(at) + 1
    unused = (TotpSecret.id == found.id, or_(TotpSecret.last_step < step, by_clock_ahead))
    return guarded_update(TotpSecret, *unused, last_step=step)


def remove_app(user: User) -> None:
    """Remove the authenticator app of `user`, at their own wish."""
    if has_app(user):
        db.session.execute(delete(TotpSecret).where(TotpSecret.user_id == user.id))
        audit.record(user, "second_factor_removed", f"users:{user.id}")
        after_removal(user)


def after_removal(user: User) -> None:
    """End what replaces a second factor, if `user` has none any more."""
    if not is_set_up(user):
        recovery_codes.forget(user)
        remembered_devices.forget(user)


def reset(user: User, actor: User | None, reason: str) -> bool:
    """Take the second factor from a user who has lost it; every session of theirs ends. `actor` None: a command.

    Returns false if there is none. Raises Own.
    """
    if actor is not None and actor.id == user.id:
        raise Own
    if not _delete(user):
        return False
    signed_in = [session.id for session in sessions.of_user(user)]
    sessions.end_all(user, "second_factor_reset")
    audit.record(actor, "second_factor_reset", f"users:{user.id}", reason=reason)
    telling.tell(f"second-factor-reset:{uuid4()}", "second_factor_reset", PAGE, user_id=user.id, sessions=signed_in)
    return True


def _users_with_factor() -> CompoundSelect[int]:
    """The ids of users, once for each second factor."""
    with_app = select(TotpSecret.user_id).where(TotpSecret.secret_sealed.is_not(None))
    return with_app.union_all(select(Passkey.user_id))


_WITHOUT = select(UserRole.user_id).where(
    or_(*(UserRole.role == role for role in sorted(MANDATORY))),
    UserRole.user_id.not_in(select(_users_with_factor().subquery())),
)


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step of which this is the code; phones' clocks may be a step off."""
    digits, app, present = "".join(code.split()), pyotp.TOTP(secret), _present(at)
    near = (present, present - 1, present + 1)
    return next((step for step in near if strings_equal(app.generate_otp(step), digits)), None)


def _present(at: datetime) -> int:
    return int(at.timestamp()) // _STEP


def _delete(user: User) -> bool:
    was = is_set_up(user)
    for model in (TotpSecret, Passkey):
        db.session.execute(delete(model).where(model.user_id == user.id))
    after_removal(user)
    return was
