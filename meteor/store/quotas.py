"""Daily limits of an account, client or address, to protect tables and disk."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from meteor.store.database import db, execute
from meteor.store.models import Quota
from meteor.store.moments import WIB

KEPT = timedelta(days=2)


class Limit(NamedTuple):
    """A limit of `most` in a day of the city; `words` name what is counted, plural and lazy."""

    name: str
    most: int
    words: Any


class LimitReached(Exception):
    """The owner has done as much as `limit` allows today."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.name)
        self.limit = limit


def spend(owner: str, limit: Limit, at: datetime) -> None:
    """Count one of `limit` for `owner`, such as "user:7". Raises LimitReached, and then nothing is counted."""
    if not fits(owner, limit, at):
        raise LimitReached(limit)


def fits(owner: str, limit: Limit, at: datetime) -> bool:
    """Count one of `limit` for `owner`, if it still fits into the day; whether it did."""
    statement = _count(db.session.get_bind().dialect.name)
    day = at.astimezone(WIB).date()
    return execute(statement, of=owner, what=limit.name, on=day, most=limit.most).first() is not None


def used(owner: str, limit: Limit, at: datetime) -> int:
    """Return how many of `limit` the owner has used on this day."""
    row = db.session.get(Quota, (owner, limit.name, at.astimezone(WIB).date()))
    return row.used if row else 0


def forget(at: datetime) -> None:
    """Delete what was counted on days that are over."""
    db.session.execute(delete(Quota).where(Quota.day < (at - KEPT).astimezone(WIB).date()))


@cache
def _count(dialect: str) -> Any:
    """Build the one statement that counts; it returns no row where the limit is reached."""
    table = Quota.__table__
    new = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    new = new.values(owner=bindparam("of"), name=bindparam("what"), day=bindparam("on"), used=1)
    counted = new.on_conflict_do_update(
        index_elements=[table.c.owner, table.c.name, table.c.day],
        set_={"used": table.c.used + 1},
        where=table.c.used < bindparam("most"),
    )
    return counted.returning(table.c.used)
