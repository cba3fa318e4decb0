"""Points in time: always aware, always UTC. And what day it is in the city."""

from datetime import UTC, date, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7))
"""Western Indonesia Time, the city's; it has no summer time."""


def now() -> datetime:
    """The present moment (aware, UTC)."""
    return datetime.now(UTC)


def today() -> date:
    """The day that it is in the city."""
    return datetime.now(WIB).date()
