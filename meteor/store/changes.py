"""A cheap check whether the database has changed."""

import sqlite3

from sqlalchemy import Engine


class Changes:
    """Asked by one thread at a time, in the process that made it: its connection does not survive a fork."""

    def __init__(self, engine: Engine) -> None:
        self._connection: sqlite3.Connection | None = None
        self._seen: int | None = None
        if engine.dialect.name == "sqlite":
            self._connection = sqlite3.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)

    def any(self) -> bool:
        """Whether something may have been committed since the last call; true at the first.

        SQLite knows for nothing, by a number in memory (PRAGMA data_version) that moves with every commit of another
        connection. On PostgreSQL nothing costs less than the question itself, and the answer is always true.
        """
        if self._connection is None:
            return True
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        moved, self._seen = version != self._seen, version
        return bool(moved)

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()
