"""A cheap check whether the database has changed."""

import sqlite3

from sqlalchemy import Engine


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
