"""Limits on guessing, per account; per address only for minutes, since one carrier address is half the city."""

import logging
from time import monotonic
from typing import Any

from flask_limiter import Limiter
from limits.storage import MemoryStorage, RedisStorage

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.25
"""Time for an answer of Redis."""

AWAY_SECONDS = 10
"""Time without a question to Redis after it did not answer."""


class SharedStorage(MemoryStorage):
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
