"""Log lines about senders outside, limited so that they cannot fill a disk."""

import logging
from time import monotonic

log = logging.getLogger(__name__)

PERIOD = 60.0
"""Seconds in which the same is said of the same place once, and …"""

MOST_LINES = 100
"""Highest number of lines of all senders together."""


class Complaints:
    """Says what is wrong with what came from a place, and how much was left unsaid."""

    def __init__(self) -> None:
        self._began = monotonic()
        self._said: set[tuple[str, str]] = set()
        self._unsaid = 0

    def say(self, place: str, what: str, detail: str = "") -> None:
        """`detail` holds nothing that a panel sent but its account and number."""
        if monotonic() >= self._began + PERIOD:
            self._begin_anew()
        if (place, what) in self._said or len(self._said) >= MOST_LINES:
            self._unsaid += 1
            return
        self._said.add((place, what))
        log.warning("%s: %s%s", place, what, f" ({detail})" if detail else "")

    def _begin_anew(self) -> None:
        if self._unsaid:
            log.warning("%s complaints about panels like those above were not written down", self._unsaid)
        self._began, self._said, self._unsaid = monotonic(), set(), 0
