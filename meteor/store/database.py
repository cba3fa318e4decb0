"""The database handle, its engines and sessions, and how statements are executed in them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    URL,
    ColumnExpressionArgument,
    Connection,
    Engine,
    Executable,
    MetaData,
    Result,
    event,
    orm,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase, registry

from meteor.store import prepared
from meteor.store.sessionless import current
from meteor.store.types import Moment

BUSY_SECONDS = 15
CONNECT_SECONDS = 5
"""Seconds in which a server of PostgreSQL must answer. One that does not, as behind a broken network, is away."""

READER = "reader"

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
    """Base of all models. `Mapped[datetime]` is a Moment. Constraints have names, for migrations."""

    registry = registry(metadata=MetaData(naming_convention=_NAMES), type_annotation_map={datetime: Moment})


class _Session(Session):
    """Goes to the engine that can only read while `reading`."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        return db.engines[READER] if reading.get() else super().get_bind(*args, **kwargs)


db = SQLAlchemy(model_class=Base, session_options={"class_": _Session}, disable_autonaming=True)


@event.listens_for(db.session, "after_begin")
def _hold_connection(session: orm.Session, transaction: orm.SessionTransaction, connection: Connection) -> None:
    """Remember the transaction's connection for `execute`, which the session itself takes long to find."""
    session.info[reading.get()] = connection


@event.listens_for(db.session, "after_transaction_end")
def _release_connection(session: orm.Session, transaction: orm.SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.clear()


def configuration(url: URL) -> dict[str, Any]:
    """Flask-SQLAlchemy's settings: two engines for one database, of which one can only read.

    Two, because on SQLite a connection that changed from one to the other would forget its prepared statements.
    """
    # What is refused is told without its values: they are people's, and an error goes into the log.
    options: dict[str, Any] = {"hide_parameters": True, "pool_size": 20}
    if url.get_backend_name() == "sqlite":
        # isolation_level None: pysqlite's own transactions begin late and lose updates; ours begin in `transactions`.
        options["connect_args"] = {"isolation_level": None, "timeout": BUSY_SECONDS}
        return _engines(url, options, options)
    options["pool_pre_ping"] = True
    # A writer that hangs would keep out all others: the database ends its connection.
    hangs = {"options": f"-c idle_in_transaction_session_timeout={BUSY_SECONDS}s"}
    soon = {"connect_timeout": CONNECT_SECONDS}
    return _engines(url, {**options, "connect_args": soon | hangs}, {**options, "connect_args": soon})


def _engines(url: URL, writer: dict[str, Any], reader: dict[str, Any]) -> dict[str, Any]:
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": writer,
        "SQLALCHEMY_BINDS": {READER: {"url": url, **reader}},
    }


def is_away(error: BaseException) -> bool:
    """Return whether the database could not be reached or did not go on: a retry may succeed."""
    if isinstance(error, (InterfaceError, NoConnection)) or getattr(error, "connection_invalidated", False):
        return True
    if isinstance(error, IntegrityError):
        return False
    original = getattr(error, "orig", None)
    if not isinstance(error, OperationalError) or hasattr(original, "sqlite_errorname"):
        return getattr(original, "sqlite_errorname", "SQLITE_ERROR") != "SQLITE_ERROR"
    state = getattr(original, "sqlstate", None)  # PostgreSQL: none without a connection, 57P of one that is shut down
    return state is None or state.startswith(("08", "57P"))


def roll_back() -> None:
    """Lose what was not committed. Works also when the database has gone away within the transaction."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()


def let_go() -> None:
    """Close the session as Flask-SQLAlchemy does, also when the database has gone away within the transaction."""
    try:
        db.session.close()
    except SQLAlchemyError:
        db.session().invalidate()


def hang_up() -> None:
    """Close every connection that no transaction holds."""
    for engine in db.engines.values():
        engine.dispose()


@contextmanager
def only_reading() -> Iterator[None]:
    """Release the write lock before long reading.

    What was not committed before is lost; what is asked inside is asked in a transaction of its own.
    """
    db.session.rollback()
    before = reading.set(True)
    try:
        yield
    finally:
        reading.reset(before)
        db.session.rollback()


@contextmanager
def reading_apart() -> Iterator[orm.Session]:
    """A session of its own that can only read, and ends before the request's own transaction has begun to wait."""
    before = reading.set(True)
    try:
        with orm.Session(db.engines[READER]) as session:
            yield session
    finally:
        reading.reset(before)


def reading_engine() -> Engine:
    """The engine, which can only read, of what this thread reads now, also in front of Flask."""
    transaction = current.get()
    return transaction.engine if transaction else db.engines[READER]


def execute(statement: Executable, **values: Any) -> Result[Any]:
    """Execute a statement in the session's transaction, with `values` for its bindparam()s or columns.

    It is made once, not at each call (see prepared). Rows come as rows, not as objects: the ORM's part would take
    longer than all else, and a press holds the right to write meanwhile. What the session has changed is flushed first.
    """
    if transaction := current.get():
        return prepared.execute(transaction.connection(), statement, values)
    session = db.session()
    session.flush()
    connection = session.info.get(reading.get())
    # A savepoint begins only when the session is asked, and only the session knows that a flush has failed.
    if connection is None or session.in_nested_transaction() or not connection.in_transaction():
        connection = session.connection()
    return prepared.execute(connection, statement, values)


def execute_all(statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
    """Execute a statement once for each of `rows`, values for its bindparam()s. Returns the number of changed rows."""
    db.session.flush()
    return db.session.connection().execute(statement, rows).rowcount if rows else 0


def guarded_update(model: type[Base], *conditions: ColumnExpressionArgument[bool], **values: Any) -> bool:
    """Update the one row that still meets the conditions. False if there is none: another transaction was first."""
    return db.session.execute(update(model).where(*conditions).values(**values)).rowcount == 1  # type: ignore[attr-defined]


def insert_once(model: type[Base], *returning: Any) -> postgresql.Insert | sqlite.Insert:
    """An insert that does nothing, and returns no row, if one of the table's unique keys exists."""
    return _insert_once(model, returning, db.session.get_bind().dialect.name)


def insert_into(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insert that can be told what to do on a conflict."""
    return (postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite).insert(model)


@cache
def _insert_once(model: type[Base], returning: tuple[Any, ...], dialect: str) -> postgresql.Insert | sqlite.Insert:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(model).on_conflict_do_nothing()
    return insert.returning(*returning) if returning else insert
