"""A user's phone number: it is also how they sign in, and no two users have the same."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from meteor.accounts import gateway, phone_codes, telling
from meteor.accounts.credentials import PhoneCode
from meteor.accounts.models import User
from meteor.accounts.phone_codes import NoCode
from meteor.store import audit
from meteor.store.database import db

OWN = ("own", "change", "taken")
"""Purposes of the codes that a signed-in user enters."""


class PhoneTaken(Exception):
    """Another user has this phone number, or is called by it."""


def is_taken(phone: str, user: User) -> bool:
    """Return whether a user other than `user` has this number (E.164) or is called by it."""
    has = select(User.id).where(or_(User.phone == phone, User.username == phone), User.id != user.id)
    return db.session.scalar(has.limit(1)) is not None


def give(user: User, phone: str | None, actor: User | None) -> None:
    """Give `user` another number (E.164), which is also their user name if the old one was. Raises PhoneTaken."""
    before = user.phone
    if phone and is_taken(phone, user):
        raise PhoneTaken
    try:
        with db.session.begin_nested():
            if phone and user.username == before:
                user.username = phone
            set_unproved(user, phone)
    except IntegrityError as error:
        raise PhoneTaken from error
    audit.record_change(actor, "phone_changed", f"users:{user.id}", {"phone": before or ""}, {"phone": phone or ""})
    telling.phone_changed(user.id)


def set_unproved(user: User, phone: str | None) -> None:
    """Set a number that its owner has not proved, unless it is the same as before."""
    if phone != user.phone:
        user.phone, user.phone_verified_at = phone, None


def change_own(user: User, phone: str, network: str, at: datetime) -> None:
    """The user, having proved the password, wants another number.

    With a gateway a message goes to it from `network`, and it counts once its code is entered (see prove); of a number
    that another account has the message says so, and nothing else does. Without one it counts at once.
    Raises PhoneTaken without a gateway; TooSoon, LimitReached.
    """
    if gateway.connected() and (phone != user.phone or not user.phone_verified_at):
        same = "own" if phone == user.phone else "change"
        _send(user, phone, "taken" if is_taken(phone, user) else same, network, at)
    elif phone != user.phone:
        give(user, phone, user)
        _tell_changed(user)


def send_code(user: User, network: str, at: datetime) -> None:
    """Send the user another code: to the new number, otherwise to the own. Raises TooSoon, LimitReached."""
    code = waiting(user, at)
    phone, purpose = (code.phone, code.purpose) if code else (user.phone, "own")
    if phone:
        _send(user, phone, purpose, network, at)


def waiting(user: User, at: datetime) -> PhoneCode | None:
    """Return the code that the user is to enter."""
    return phone_codes.newest(user, OWN, at)


def prove(user: User, typed: str, at: datetime) -> None:
    """Take the code that was sent to the user: the number that it went to is theirs. The caller commits in any case.

    Raises WrongCode, NoCode; PhoneTaken if another account got the number meanwhile.
    """
    code = waiting(user, at)
    if code is None or (code.purpose == "own" and code.phone != user.phone):
        raise NoCode
    phone_codes.use_code(code, typed, at)
    if code.purpose == "change" and code.phone != user.phone:
        give(user, code.phone, user)
        _tell_changed(user)
    user.phone_verified_at = at
    audit.record(user, "phone_verified", f"users:{user.id}")


def _send(user: User, phone: str, purpose: str, network: str, at: datetime) -> None:
    limit = phone_codes.NUMBER if purpose == "own" else phone_codes.NUMBER_BY_STRANGERS
    phone_codes.send(user, phone, purpose, network, at, limit=limit)


def _tell_changed(user: User) -> None:
    telling.tell(f"phone-changed:{uuid4()}", "phone_changed", "/account", user_id=user.id)
