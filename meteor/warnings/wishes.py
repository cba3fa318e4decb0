"""The least severity from which on a citizen is told of warnings: the citizen's wish."""

from sqlalchemy import ColumnElement, Integer, bindparam, case

from meteor.accounts.models import User
from meteor.store.database import db, insert_into
from meteor.warnings.models import SEVERITIES, WarningWish

DEFAULT = "Severe"
"""Wish of a user without a stored one."""

WISHES = ("Moderate", "Severe", "Extreme", "")
"""Severities that a user can choose, the least first; empty for no notices."""


def wish_of(user: User) -> str:
    """Returns the wish of `user`, of WISHES."""
    wish = db.session.get(WarningWish, user.id)
    return wish.least if wish else DEFAULT


def set_wish(user: User, least: str) -> None:
    """Store the wish of `user`, of WISHES."""
    wish = insert_into(WarningWish).values(user_id=user.id, least=least)
    db.session.execute(wish.on_conflict_do_update(index_elements=[WarningWish.user_id], set_={"least": least}))


def is_wished() -> ColumnElement[bool]:
    """SQL: the severity with the rank `rank` reaches the user's wish. The query outer joins WarningWish."""
    ranks = {wish: SEVERITIES.index(wish) for wish in WISHES if wish} | {"": len(SEVERITIES)}
    least = case(ranks, value=WarningWish.least, else_=SEVERITIES.index(DEFAULT))
    return least <= bindparam("rank", type_=Integer)
