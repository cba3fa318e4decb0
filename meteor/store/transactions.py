"""The two kinds of transactions: those that only read, and those that may write, of which there is one at a time.

On SQLite the right to write is a lock of a file beside the database, on PostgreSQL an advisory lock.
"""

import fcntl
import os
from contextvars import ContextVar
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

WRITER_LOCK = 0x4D455445
"""The key of PostgreSQL's advisory lock that the one writing transaction holds: the letters METE."""

patience: ContextVar[float | None] = ContextVar("patience", default=None)
"""Seconds for which a transaction waits for the right to write, before it raises. Without a number it waits."""


def teach(writer: Engine, reader: Engine) -> None:
    """Give the engines their transactions: those of the reader cannot write, those of the writer may from the start."""
    if writer.dialect.name == "sqlite":
        event.listen(writer, "connect", _open_sqlite)
        event.listen(writer, "begin", _begin_sqlite)
        event.listen(writer, "checkin", _release_writer)
        event.listen(writer, "close", _close_writer)
        event.listen(reader, "connect", _open_sqlite_to_read)
        event.listen(reader, "begin", _begin_sqlite_to_read)
    else:
        event.listen(writer, "begin", _begin_postgresql)
        event.listen(reader, "begin", _begin_postgresql_to_read)


def _open_sqlite(connection: Any, entry: ConnectionPoolEntry) -> None:
    # FULL, or a power cut takes back a press that was answered with success.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _open_sqlite_to_read(connection: Any, entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA query_only=ON")


def _begin_sqlite(connection: Connection) -> None:
    _wait_for_writer(connection)
    _raw(connection).execute("BEGIN IMMEDIATE")


def _begin_sqlite_to_read(connection: Connection) -> None:
    _raw(connection).execute("BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    """Begin as the only writer, as on SQLite: what it reads stays until it has committed.

    This keeps event ids in the order of commits (the queue's version relies on it), and two transactions from waiting
    for each other's rows.
    """
    if (seconds := patience.get()) is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(seconds * 1000))}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


def _begin_postgresql_to_read(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _raw(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _wait_for_writer(connection: Connection) -> None:
    """Wait in order for the right to write: SQLite's own waiting polls and is unfair.

    Raises BlockingIOError if somebody else has it for longer than `patience`.
    """
    database = connection.engine.url.database
    info = connection.info
    if "writer" not in info:
        info["writer"] = os.open(f"{database}.writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    seconds = patience.get()
    until = monotonic() + (seconds or 0.0)
    at_once = 0 if seconds is None else fcntl.LOCK_NB
    while True:
        try:
            fcntl.flock(info["writer"], fcntl.LOCK_EX | at_once)
            break
        except BlockingIOError:
            if monotonic() > until:
                raise
            sleep(0.005)


def _release_writer(connection: Any, entry: ConnectionPoolEntry) -> None:
    if "writer" in entry.info:
        fcntl.flock(entry.info["writer"], fcntl.LOCK_UN)


def _close_writer(connection: Any, entry: ConnectionPoolEntry) -> None:
    if "writer" in entry.info:
        os.close(entry.info.pop("writer"))
