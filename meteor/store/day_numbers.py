"""Numbers that count anew on each day, as incidents and reports of hazards have them."""

from datetime import datetime
from functools import cache

from sqlalchemy import Insert, Update, bindparam, insert, update
from sqlalchemy.orm import Mapped, mapped_column

from meteor.store.database import Base, execute
from meteor.store.moments import WIB


class DayCount(Base):
    """The columns of a table of counts: the day (WIB, "261124") and its last number."""

    __abstract__ = True

    day: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


def next_number(counts: type[DayCount], at: datetime) -> str:
    """Take the next number of the day of `at`: "261124-007". Short enough for the radio."""
    day = at.astimezone(WIB).strftime("%y%m%d")
    following, first = _statements(counts)
    last = execute(following, today=day).scalar()
    if last is None:
        execute(first, day=day, last=1)
    return f"{day}-{last or 1:03}"


@cache
def _statements(counts: type[DayCount]) -> tuple[Update, Insert]:
    following = update(counts).where(counts.day == bindparam("today")).values(last=counts.last + 1)
    return following.returning(counts.last), insert(counts)
