"""From which severity on a citizen wishes to be told of warnings."""

from sqlalchemy import ColumnElement, Integer, bindparam, case

from meteor.accounts.models import User
from meteor.store.database import db, insert_into
from meteor.warnings.models import SEVERITIES, WarningWish

DEFAULT = "Severe"
"""The wish of those who have said nothing."""

WISHES = ("Moderate", "Severe", "Extreme", "")
"""What can be wished, the most first; empty: nothing."""


def wish_of(user: User) -> str:
    """The wish of `user`, of WISHES."""
    wish = db.session.get(WarningWish, user.id)
    return wish.least if wish else DEFAULT


def set_wish(user: User, least: str) -> None:
    """Keep the wish of `user`, of WISHES."""
    wish = insert_into(WarningWish).values(user_id=user.id, least=least)
    db.session.execute(wish.on_conflict_do_update(index_elements=[WarningWish.user_id], set_={"least": least}))


def is_wished() -> ColumnElement[bool]:
    """SQL: a user wishes to be told of the severity with the rank `rank`. Asks of WarningWish, outer joined."""
    ranks = {wish: SEVERITIES.index(wish) for wish in WISHES if wish} | {"": len(SEVERITIES)}
    least = case(ranks, value=WarningWish.least, else_=SEVERITIES.index(DEFAULT))
    return least <= bindparam("rank", type_=Integer)
