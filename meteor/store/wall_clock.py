"""What the wall clock showed lately: it can jump, while the monotonic clock goes on."""

from datetime import datetime, timedelta
from time import monotonic

from meteor.store.moments import AHEAD, now


class WallClock:
    """Remembers for `memory` what the wall clock showed before it jumped."""

    def __init__(self, memory: timedelta) -> None:
        self._memory = memory.total_seconds()
        self._last_used: dict[datetime, float] = {}
        """For each origin (the moment at which the monotonic clock would have been 0), when it held last."""

    def before_jumps(self) -> list[datetime]:
        """The present moment as the clock would show it, had it not jumped; nothing if it has not."""
        tick = monotonic()
        present = now() - timedelta(seconds=tick)
        same = [origin for origin in self._last_used if abs(origin - present) <= AHEAD]
        self._last_used[same[0] if same else present] = tick
        self._last_used = {it: last for it, last in self._last_used.items() if tick - last <= self._memory}
        return [it + timedelta(seconds=tick) for it in self._last_used if abs(it - present) > AHEAD]
