"""A cheap check whether the database has changed."""

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine


class Changes:
    """Asked by one thread at a time, in the process that made it: its connection does not survive a fork."""

    def __init__(self, engine: Engine) -> None:
        self._seen: object = None
        self._connection: Any
        self._version: Callable[[], object]
        if engine.dialect.name == "sqlite":
            file = str(engine.url.database)
            self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
            self._version = lambda: self._connection.execute("PRAGMA data_version").fetchone()
        else:
            connection = engine.connect().execution_options(isolation_level="READ COMMITTED")
            self._connection = connection.connection.driver_connection
            connection.detach()
            self._connection.execute("set idle_in_transaction_session_timeout = 0")
            self._version = lambda: self._connection.execute("select pg_current_snapshot()::text").fetchone()

    def any(self) -> bool:
        """Whether something may have been committed since the last call; true at the first.

        SQLite knows by a number in memory that moves with every commit of another connection. PostgreSQL is asked for
        its snapshot, in one transaction that never ends: so it counts as none, and keeps no old row.
        """
        seen, self._seen = self._seen, self._version()
        return seen != self._seen

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()
