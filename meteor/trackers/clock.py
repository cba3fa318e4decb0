"""Clocks of trackers: whether one is wrong, which its messages alone can tell."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from meteor.trackers.messages import Fix
from meteor.trackers.models import Tracker

WRONG = 60.0
"""Seconds by which a clock may differ; more is reported."""

FORGIVES, LONGEST = 0.05, 600.0
"""The known lag grows by so many seconds a second, of at most so many seconds between two messages.

A message that waited in a dead zone seems to come from a clock that is behind. So the least lag counts; but it may
grow, for a clock that was set wrong later.
"""


def lag(tracker: Row[Any], fix: Fix, at: datetime) -> float:
    """Seconds by which the tracker's clock is behind, learnt from a message received at `at`.

    The `lag` and `heard_at` of `tracker` are those of its last message.
    """
    seconds = (at - (fix.sent_at or fix.taken_at)).total_seconds()
    if tracker.lag is None or tracker.heard_at is None or abs(seconds) <= WRONG:
        return seconds
    passed = min((at - tracker.heard_at).total_seconds(), LONGEST)
    return float(min(seconds, tracker.lag + FORGIVES * passed))


def error(tracker: Tracker) -> float:
    """Seconds by which the tracker's clock is behind, negative for one that is ahead; 0 for one that is right."""
    return tracker.lag if tracker.lag is not None and abs(tracker.lag) > WRONG else 0.0
