"""What the board polls, read again when something was written: also in front of Flask."""

from datetime import datetime

from meteor.board import watch
from meteor.board.cover_state import city_coverage
from meteor.board.strip import Strip, strip
from meteor.board.units import UnitsShown, units_shown
from meteor.store.changes import Remembered
from meteor.store.database import reading_engine
from meteor.store.moments import now

HEARTBEAT, MINUTE = 5, 60
"""Seconds after which it is looked again although nothing was written.

Scheduler and receiver may stand still since, and positions may have grown old.
"""

_units: Remembered[UnitsShown] = Remembered()
_strip: Remembered[Strip] = Remembered()
_bar: Remembered[str] = Remembered()


def present_units() -> UnitsShown:
    """The units as they are now."""
    at = now()
    return _units.get(reading_engine(), _turn(at, MINUTE), lambda: units_shown(at))


def present_strip() -> Strip:
    """The strip as it is now."""
    at = now()
    return _strip.get(reading_engine(), _turn(at, HEARTBEAT), lambda: strip(at))


def status_version(user_id: int) -> str:
    """The version of the bar: the watch as this user sees it, and the coverage."""
    at = now()
    covered = _bar.get(reading_engine(), _turn(at, MINUTE), lambda: city_coverage(at).version, of="coverage")
    watched = _bar.get(reading_engine(), None, lambda: watch.version(user_id), of=user_id)
    return bar_version(watched, covered)


def bar_version(watched: str, covered: str) -> str:
    """The version of the bar, of those of the watch and of the coverage."""
    return f"{watched}-{covered}"


def _turn(at: datetime, seconds: int) -> int:
    return int(at.timestamp()) // seconds
