"""Limits on guessing, per account; per address only for minutes, since one carrier address is half the city."""

import logging
from threading import Lock
from time import monotonic, time
from typing import Any

from flask_limiter import Limiter
from limits.storage import RedisStorage, Storage

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.25
"""Time for an answer of Redis."""

AWAY_SECONDS = 10
"""Time without a question to Redis after it did not answer."""

SWEPT_SECONDS = 60
"""Time from one removal of ended counts to the next."""


class ProcessStorage(Storage):
    """Counts in the memory of this process, for all its threads.

    It takes the place of the package's own, in which two threads at once may start one timer: the request fails.
    """

    STORAGE_SCHEME = ["memory"]
    base_exceptions = ()

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        super().__init__(uri, **options)
        self._lock = Lock()
        self._counts: dict[str, tuple[int, float]] = {}  # by key: count, and when it ends (seconds since 1970)
        self._swept_at = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        at = time()
        with self._lock:
            if at >= self._swept_at + SWEPT_SECONDS:
                self._counts = {each: known for each, known in self._counts.items() if known[1] > at}
                self._swept_at = at
            count, ends = self._counts.get(key, (0, 0.0))
            count, ends = (count + amount, ends) if ends > at else (amount, at + expiry)
            self._counts[key] = count, ends
            return count

    def get(self, key: str) -> int:
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > time() else 0

    def get_expiry(self, key: str) -> float:
        at = time()
        return max(at, self._counts.get(key, (0, at))[1])

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self._counts)
            self._counts = {}
            return count

    def clear(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)


class SharedStorage(ProcessStorage):
    """Counts in Redis, for all hosts together. While Redis is away, each process counts in its memory.

    The fallback of Flask-Limiter itself asks before every request whether Redis is back, also before a press.
    """

    STORAGE_SCHEME = ["shared+redis", "shared+rediss"]

    def __init__(self, uri: str, **options: Any) -> None:
        from redis.backoff import NoBackoff  # here, since a host without the setting need not load it
        from redis.retry import Retry

        super().__init__(uri, **options)
        waits = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
        self.shared: Any = RedisStorage(uri.removeprefix("shared+"), retry=Retry(NoBackoff(), 0), **waits)  # type: ignore[arg-type]
        self.again_at = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        return self._first(self.shared.incr, super().incr, key, expiry, amount)

    def get(self, key: str) -> int:
        return self._first(self.shared.get, super().get, key)

    def get_expiry(self, key: str) -> float:
        return self._first(self.shared.get_expiry, super().get_expiry, key)

    def _first(self, shared: Any, own: Any, *given: Any) -> Any:
        if monotonic() >= self.again_at:
            try:
                return shared(*given)
            except self.shared.base_exceptions as error:
                self.again_at = monotonic() + AWAY_SECONDS
                log.warning("Redis is away: limits count in this process alone. %s", type(error).__name__)
        return own(*given)


limiter = Limiter(key_func=lambda: "")
