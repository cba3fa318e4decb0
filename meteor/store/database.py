"""The database handle, and the two kinds of transactions: those that read and those that write."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import URL, Connection, CursorResult, Engine, Executable, MetaData, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry

from meteor.store.types import Moment

BUSY_SECONDS = 15
SERIAL_LOCK = 0x4D455445  # "METE": the advisory lock of whoever changes incidents or units

reading: ContextVar[bool] = ContextVar("reading", default=False)
"""Set while a request may only read. Every other transaction may write."""


_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model is. `Mapped[datetime]` is a Moment; constraints have names, so that migrations can drop them."""

    registry = registry(metadata=MetaData(naming_convention=_NAMES), type_annotation_map={datetime: Moment})


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def engine_options(url: URL) -> dict[str, Any]:
    """Pool and connection settings for Flask-SQLAlchemy."""
    if url.get_backend_name() == "sqlite":
        # isolation_level None: pysqlite's own transactions begin late and lose updates; ours begin below.
        return {"connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS}, "pool_size": 20}
    return {"pool_pre_ping": True, "pool_size": 20}


def prepare(engine: Engine) -> None:
    """Teach an engine our transactions: read-only while `reading`, otherwise with the right to write from the start."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _release_writer)
    else:
        event.listen(engine, "begin", _begin_postgresql)


@contextmanager
def only_reading() -> Iterator[None]:
    """Let go of the right to write, so that nobody waits for it while something long is looked at.

    What was not committed before is lost; what is asked inside is asked in a transaction of its own.
    """
    db.session.rollback()
    before = reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reading.reset(before)


def serialise() -> None:
    """One at a time among those who change incidents, assignments or units, until the transaction ends.

    SQLite has one writer anyway. On PostgreSQL this keeps event ids in the order of commits (the queue's version
    relies on it) and keeps two dispatches from waiting for each other's rows.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": SERIAL_LOCK})


@contextmanager
def reading_apart() -> Iterator[Session]:
    """A session of its own that can only read, and ends before the request's own transaction has begun to wait."""
    before = reading.set(True)
    try:
        with Session(db.engine) as session:
            yield session
    finally:
        reading.reset(before)


def execute(statement: Executable, **values: Any) -> CursorResult[Any]:
    """Execute a statement in the session's transaction, with `values` for its bindparam()s or columns.

    Rows come as rows, not as objects: the ORM's part would take longer than all else, and a press holds the right to
    write meanwhile. What the session has changed is flushed first, as always.
    """
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)


def insert_once(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insert that does nothing when one of the table's unique keys is there already, whoever puts it there first."""
    return _insert_once(model, db.session.get_bind().dialect.name)


@cache
def _insert_once(model: type[Base], dialect: str) -> postgresql.Insert | sqlite.Insert:
    return (postgresql if dialect == "postgresql" else sqlite).insert(model).on_conflict_do_nothing()


def _open_sqlite(connection: Any, entry: ConnectionPoolEntry) -> None:
    # FULL, or a power cut takes back a press that was answered with success.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    only_read = reading.get()
    raw: Any = connection.connection.driver_connection
    if connection.info.get("only_read") != only_read:
        raw.execute(f"PRAGMA query_only={'ON' if only_read else 'OFF'}")
        connection.info["only_read"] = only_read
    if only_read:
        raw.execute("BEGIN")
    else:
        _wait_for_writer(connection)
        raw.execute("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if reading.get():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _wait_for_writer(connection: Connection) -> None:
    """Queue for the right to write. SQLite's own waiting polls and is unfair; a file lock wakes in order."""
    database = connection.engine.url.database
    info = connection.info
    if "writer" not in info:
        info["writer"] = os.open(f"{database}.writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(info["writer"], fcntl.LOCK_EX)


def _release_writer(connection: Any, entry: ConnectionPoolEntry) -> None:
    if "writer" in entry.info:
        fcntl.flock(entry.info["writer"], fcntl.LOCK_UN)
