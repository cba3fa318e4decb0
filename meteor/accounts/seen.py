"""Sessions in use, collected in this process and written together: a request that only reads stays a reading one."""

from threading import Lock
from time import monotonic

WRITE_SECONDS = 120.0
"""A session's last use is written so much later at most while the process has requests."""


class Seen:
    """The keys of the sessions that were in use since the last write."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Start again, with nothing to write for WRITE_SECONDS."""
        self._keys: set[str] = set()
        self._written = monotonic()

    def note(self, key: str) -> set[str]:
        """Note that a session is in use; returns the keys that are to be written now, most times none."""
        with self._lock:
            self._keys.add(key)
            if monotonic() - self._written < WRITE_SECONDS:
                return set()
            keys = self._keys
            self.reset()
            return keys


seen = Seen()
