"""Points in time: always aware, always UTC. And what day it is in the city."""

from datetime import UTC, date, datetime, time, timedelta, timezone

WIB = timezone(timedelta(hours=7))
"""Western Indonesia Time, the city's; it has no summer time."""


AHEAD = timedelta(seconds=5)
"""A stored moment that lies further ahead than this was stored while the clock was ahead, which went back since."""


LATENCY = timedelta(seconds=10)
"""The error of a tap's time, which is computed back from its receipt."""


def is_fresh(moment: datetime, patience: timedelta, at: datetime) -> bool:
    """Return whether a moment lies at most `patience` before `at`, at most AHEAD after it."""
    return -AHEAD <= at - moment <= patience


def now() -> datetime:
    """The present moment (aware, UTC)."""
    return datetime.now(UTC)


def turn(at: datetime, seconds: int) -> int:
    """The number of the turn of so many seconds that a moment lies in."""
    return int(at.timestamp()) // seconds


def turn_start(at: datetime, seconds: int) -> datetime:
    """The moment at which that turn began."""
    return datetime.fromtimestamp(turn(at, seconds) * seconds, UTC)


def midnight(day: date) -> datetime:
    """The moment at which a day begins in the city."""
    return datetime.combine(day, time(), WIB)


def today() -> date:
    """The day that it is in the city."""
    return datetime.now(WIB).date()
