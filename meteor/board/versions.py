"""Versions of the polled parts of the board, also for the part in front of Flask.

They are found anew when something was written.
"""

from meteor.board import viewers, watch
from meteor.board.cover_state import city_coverage
from meteor.board.strip import Strip, strip
from meteor.board.units import UnitsShown, units_shown
from meteor.rosters.strength_facts import strength_version
from meteor.store.changes import Remembered
from meteor.store.database import reading_engine
from meteor.store.moments import now, turn, turn_start
from meteor.warnings.reading import current_version

HEARTBEAT, MINUTE = 5, 60
"""Seconds after which it is looked again although nothing was written.

Scheduler and receiver may stand still since, positions may have grown old, and boards may have fallen silent.
"""

_versions: Remembered[str] = Remembered()
_viewers: Remembered[viewers.Viewers] = Remembered()
_units: Remembered[UnitsShown] = Remembered()
_strip: Remembered[Strip] = Remembered()
_coverage: Remembered[str] = Remembered()
"""Versions of the coverage alone: it takes longest, and the others would wait for it."""


def current_units() -> UnitsShown:
    """The units as page and polls show them: at the start of this HEARTBEAT."""
    at = now()
    return _units.get(reading_engine(), turn(at, HEARTBEAT), lambda: units_shown(turn_start(at, HEARTBEAT)))


def current_strip() -> Strip:
    """The strip as page and polls show it."""
    at = now()
    return _strip.get(reading_engine(), turn(at, HEARTBEAT), lambda: strip(at))


def viewers_version(user_id: int) -> str:
    """The version of the others who have an incident open, for this user."""
    at = now()
    everybody = _viewers.get(reading_engine(), turn(at, HEARTBEAT), lambda: viewers.viewers(at))
    return viewers.version(viewers.of_others(everybody, user_id))


def status_version(user_id: int) -> str:
    """The version of the bar for this user."""
    at, engine = now(), reading_engine()
    covered = _coverage.get(engine, turn(at, MINUTE), lambda: city_coverage(at).version)
    watched = _versions.get(engine, None, lambda: watch.version(user_id), of=("watch", user_id))
    warned = _versions.get(engine, turn(at, MINUTE), lambda: current_version(at), of="warnings")
    short = _versions.get(engine, turn(at, MINUTE), lambda: strength_version(at), of="strength")
    return bar_version(watched, covered, warned, short)


def bar_version(*versions: str) -> str:
    """The version of the bar, of those of the watch, the coverage, the warnings that hold, and officers missing."""
    return "-".join(versions)
