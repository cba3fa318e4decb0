"""A user's unacknowledged notices: which, in which order, how many, and the version of all that."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, case, cast, func, literal_column, or_, select, update

from meteor.accounts.models import User
from meteor.accounts.roles import ROLES, STAFF
from meteor.notices import labels
from meteor.notices.models import Notice
from meteor.store.database import db, execute

MOST = 50
"""Highest number of notices on a screen. Further ones are counted."""

SEES_TO = Notice.detail["acknowledgement"].as_string()
"""SQL: address where an alarm that somebody must see to is acknowledged; NULL for other notices."""

_ABOUT = func.coalesce(Notice.detail["number"].as_string(), func.substr(Notice.url, len("/incidents/") + 1))


def unacknowledged(user: User, *, quiet: bool = False) -> Sequence[Notice]:
    """The unacknowledged notices of `user`, MOST at most; with `quiet` only quiet ones.

    First the kinds of labels.FIRST, then the alarms that somebody must see to, then what rings: of each the highest
    priority, then the oldest. What can wait comes last, the newest first.
    """
    query = select(Notice).where(Notice.id.in_(ids(user.role_names, quiet)))
    waits = Notice.kind.in_(labels.QUIET)
    order = (
        case(labels.FIRST, value=Notice.kind, else_=len(labels.FIRST)),
        case((waits, 2), (SEES_TO.is_not(None), 0), else_=1),
        case((waits, 9), else_=func.coalesce(*(each(_ABOUT) for each in labels.PRIORITIES.values()), 9)),  # none: last
        case((waits, -Notice.id), else_=Notice.id),
    )
    return db.session.scalars(query.order_by(*order).limit(MOST), {"reader": user.id}).all()


def how_many(user: User, *, quiet: bool = False) -> int:
    """Number of all unacknowledged notices of `user`."""
    return int(execute(_unread_state(user.role_names, quiet), reader=user.id).one().how_many)


def version(user_id: int, roles: frozenset[str], *, quiet: bool = False) -> str:
    """The version of a user's notices, which changes whenever `unacknowledged` or `how_many` does.

    Only the order of what is told to a single user follows a new priority with the next change.
    One statement: nearly all polls ask for nothing else.
    """
    found = execute(_unread_state(roles, quiet), reader=user_id).one()
    return f"{found.newest or 0}.{found.total or 0}.{found.revision or 0}.{found.how_many}"


def reorder(number: str) -> None:
    """Let screens show their notices anew, since priority, type or place of the incident has changed."""
    execute(_REORDER, number=number)


@cache
def _unread_state(roles: frozenset[str], quiet: bool) -> Any:
    unread = ids(roles, quiet).add_columns(func.sum(Notice.revision).label("revision")).subquery()
    newest, total = func.max(unread.c.id).label("newest"), func.sum(unread.c.id).label("total")
    return select(newest, total, func.sum(unread.c.revision).label("revision"), func.count().label("how_many"))


@cache
def ids(roles: frozenset[str], quiet: bool) -> Select[int]:
    """Asks for the ids of what `reader` does not know; once, what one acknowledgement ends for several roles."""
    mine = or_(Notice.user_id == bindparam("reader"), Notice.role.in_(_literals(roles)))
    told = select(func.max(Notice.id).label("id")).where(mine, Notice.acknowledged_at.is_(None))
    told = told.where(Notice.kind.in_(_literals(labels.QUIET))) if quiet else told
    if not roles.isdisjoint((*STAFF, "admin")):
        told = told.where(Notice.kind.not_in(_literals(labels.HOME)))
    return told.group_by(func.coalesce(SEES_TO, cast(Notice.id, String)))


def _literals(names: Iterable[str]) -> list[ColumnElement[str]]:
    """Names from the code, as part of a statement that is prepared."""
    return [literal_column(f"'{name}'", String) for name in sorted(names)]


_REORDER = (
    update(Notice)
    .where(Notice.role.in_(_literals(ROLES)), Notice.acknowledged_at.is_(None))
    .where(bindparam("number", type_=String) == _ABOUT)
    .values(revision=Notice.revision + 1)
)
