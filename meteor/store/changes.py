"""A cheap check whether the database has changed."""

import sqlite3
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import Engine

from meteor.store.sessionless import reading_afresh

Value = TypeVar("Value")


class Changes:
    """Asked by one thread at a time, in the process that made it: its connection does not survive a fork.

    `engine` can only read (`db.engines[READER]`).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._pool = engine, engine.pool
        self._sqlite: sqlite3.Connection | None = None
        self._seen: object = None
        if engine.dialect.name == "sqlite":
            self._sqlite = sqlite3.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)

    def any(self) -> bool:
        """Return whether a commit may have been since the last call; True at the first call."""
        seen, self._seen = self._seen, self._version()
        return seen != self._seen

    @property
    def has_hung_up(self) -> bool:
        """Return whether the engine was disposed of: its database may be another one by now."""
        return self._engine.pool is not self._pool

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
    """Values read from the database, which are read again once something may have been committed.

    They stay in the process, for each database its own.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Engine, tuple[Changes, dict[Hashable, tuple[Hashable, Value]]]] = {}

    def get(self, engine: Engine, during: Hashable, read: Callable[[], Value], *, of: Hashable = None) -> Value:
        """The value `of` something as `read` gives it, also at an earlier call with the same `during`.

        It is read in a transaction that begins after the look at the changes: the caller's may see an older state.
        `engine` can only read.
        """
        with self._lock:
            changes, values = self._known.pop(engine) if engine in self._known else (Changes(engine), {})
            if changes.has_hung_up:
                changes.close()
                changes, values = Changes(engine), {}
            try:
                if changes.any():
                    values.clear()
                if of not in values or values[of][0] != during:
                    with reading_afresh(engine):
                        values[of] = during, read()
            except BaseException:
                changes.close()  # what fails is not remembered
                raise
            self._known[engine] = changes, values
            return values[of][1]
