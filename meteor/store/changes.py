"""A cheap check whether the database has changed."""

import sqlite3
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

Value = TypeVar("Value")


class Changes:
    """Asked by one thread at a time, in the process that made it: its connection does not survive a fork.

    `engine` can only read (`db.engines[READER]`).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sqlite: sqlite3.Connection | None = None
        self._seen: object = None
        if engine.dialect.name == "sqlite":
            self._sqlite = sqlite3.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)

    def any(self) -> bool:
        """Whether something may have been committed since the last call; true at the first."""
        seen, self._seen = self._seen, self._version()
        return seen != self._seen

    def close(self) -> None:
        """Let go of the database."""
        if self._sqlite is not None:
            self._sqlite.close()

    def _version(self) -> object:
        if self._sqlite is not None:  # a number in memory that moves with every commit of another connection
            return self._sqlite.execute("PRAGMA data_version").fetchone()
        with self._engine.connect() as connection:  # which transactions that write have begun and ended
            return connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar()


class Remembered(Generic[Value]):
    """A value read from the database, which is read again once something may have been committed.

    It stays in the process, for each database one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: WeakKeyDictionary[Engine, tuple[Changes, Hashable, Value]] = WeakKeyDictionary()

    def get(self, engine: Engine, during: Hashable, read: Callable[[], Value]) -> Value:
        """The value of `read`, also of an earlier call with the same `during`. `engine` can only read."""
        with self._lock:
            changes, then, value = self._known.get(engine, (None, None, None))
            changes = changes or Changes(engine)
            if changes.any() or then != during or value is None:
                value = read()
            self._known[engine] = changes, during, value
            return value
