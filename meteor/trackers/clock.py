"""Clocks of trackers: whether one is wrong, which its messages alone can tell."""

from datetime import datetime

from meteor.trackers.messages import Fix
from meteor.trackers.models import Tracker

WRONG = 60.0
"""Seconds by which a clock may differ; more is reported."""

FORGIVES, LONGEST = 0.05, 600.0
"""The known lag grows by so many seconds a second, of at most so many seconds between two messages.

A message that waited in a dead zone seems to come from a clock that is behind. So the least lag counts; but it may
grow, for a clock that was set wrong later.
"""


def note(tracker: Tracker, fix: Fix, at: datetime) -> None:
    """Learn from a message, received at `at`, how far the tracker's clock is behind. `heard_at` is still the last."""
    lag = (at - (fix.sent_at or fix.taken_at)).total_seconds()
    if tracker.lag is None or tracker.heard_at is None or abs(lag) <= WRONG:
        tracker.lag = lag
    else:
        passed = min((at - tracker.heard_at).total_seconds(), LONGEST)
        tracker.lag = min(lag, tracker.lag + FORGIVES * passed)


def error(tracker: Tracker) -> float:
    """Seconds by which the tracker's clock is behind, negative for one that is ahead; 0 for one that is right."""
    return tracker.lag if tracker.lag is not None and abs(tracker.lag) > WRONG else 0.0
