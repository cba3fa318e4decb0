"""A user's phone number: it is also how they sign in, and no two users have the same."""

from uuid import uuid4

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from meteor.accounts import telling
from meteor.accounts.models import User
from meteor.store import audit
from meteor.store.database import db


class PhoneTaken(Exception):
    """Another user has this phone number, or is called by it."""


def is_taken(phone: str, user: User) -> bool:
    """Whether a user other than `user` has this number (E.164) or is called by it."""
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
            user.phone = phone
    except IntegrityError as error:
        raise PhoneTaken from error
    audit.record_change(actor, "phone_changed", f"users:{user.id}", {"phone": before or ""}, {"phone": phone or ""})
    telling.phone_changed(user.id)


def change_own(user: User, phone: str) -> None:
    """The user changes their own number, having proved the password. Raises PhoneTaken."""
    if phone != user.phone:
        give(user, phone, user)
        telling.tell(f"phone-changed:{uuid4()}", "phone_changed", "/account", user_id=user.id)
