"""Times as they stand on paper: the time of day alone, on the day of the report or after the midnight that follows."""

import re
from datetime import date, datetime, time, timedelta

from meteor.store.moments import WIB

LONGEST_STEP = timedelta(hours=12)
"""A time of day that is earlier than the step before it is of the next day, if no more than this lies between them."""

_TIME = re.compile(r"(\d{1,2})[.:]?(\d{2})", re.ASCII)


class NotAfter(Exception):
    """The time of day is earlier than that of the step before it.

    `next_day`: it may also be of the next day, more than LONGEST_STEP after it.
    """

    def __init__(self, *, next_day: bool) -> None:
        super().__init__()
        self.next_day = next_day


def clock_in(text: str) -> time | None:
    """The time of day that a text says: 21.05, 21:05, 2105 or 9.05; None for anything else."""
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def moment_of(day: date, clock: time) -> datetime:
    """The moment of a time of day in WIB."""
    return datetime.combine(day, clock, WIB)


def moment_after(before: datetime, clock: time, at: datetime) -> datetime:
    """The moment of a step by its time of day: on the day of the step `before` it, or past midnight.

    One past midnight is over at the moment `at`. Raises NotAfter.
    """
    moment = moment_of(before.astimezone(WIB).date(), clock)
    if moment >= before:
        return moment
    past_midnight = moment + timedelta(days=1)
    if past_midnight > at or past_midnight - before > LONGEST_STEP:
        raise NotAfter(next_day=past_midnight <= at)
    return past_midnight
