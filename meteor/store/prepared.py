"""Statements that are compiled once: the same few dozen are executed at every press, under the right to write.

SQLAlchemy compiles them and makes the rows; in between, the driver is asked directly. SQLAlchemy's own way for one
small statement takes ten times as long as SQLite.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Result, Row
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.sql.compiler import WARN_LINTING, SQLCompiler

CACHE_SIZE = 1000

watching: ContextVar[Callable[[], None] | None] = ContextVar("watching", default=None)
"""Called before each statement, if set."""

_result: Any = IteratorResult


class _Prepared:
    """A statement in one dialect's SQL, for values of these names.

    It is `stable` unless lists of values (`in_`) are written into its SQL, or its columns are not known.
    """

    def __init__(self, statement: Executable, names: tuple[str, ...], dialect: Dialect) -> None:
        linting = dialect.compiler_linting | WARN_LINTING
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=names, linting=linting)  # type: ignore[attr-defined]
        writes = compiled.isinsert or compiled.isupdate or compiled.isdelete
        written_in = compiled.post_compile_params or compiled.literal_execute_params
        self.stable = not written_in and bool(writes or compiled._result_columns)
        self._sql = compiled.string
        self._order = compiled.positiontup
        self._constants = compiled.construct_params(_check=False)
        if missing := {bind.key for bind in compiled.binds.values() if bind.required} - set(names):
            raise InvalidRequestError(f"No value is given for {', '.join(sorted(missing))} in {self._sql}")
        self._defaults: dict[str, Any] = {
            column.key: column.default if column in (compiled.insert_prefetch or ()) else column.onupdate
            for column in (*compiled.insert_prefetch, *compiled.update_prefetch)
        }
        self._to_driver = {name: made for name, made in compiled._bind_processors.items() if callable(made)}
        self._columns = compiled._result_columns
        self._rows = SimpleResultMetaData([column.keyname for column in self._columns])
        self._from_driver: list[Any] | None = None

    def converted(self, values: Mapping[str, Any]) -> Any:
        """Return the values for the driver; None where a value makes no sense."""
        given = {**self._constants, **values}
        for name, default in self._defaults.items():
            given[name] = default.arg(None) if default.is_callable else default.arg
        try:
            for name, process in self._to_driver.items():
                given[name] = process(given[name])
        except (TypeError, ValueError):
            return None
        return given if self._order is None else [given[name] for name in self._order]

    def execute(self, connection: Connection, sent: Any) -> Result[Any]:
        driver: Any = connection.connection.driver_connection
        try:
            cursor = driver.execute(self._sql, sent)
            found = cursor.fetchall() if self._columns else []
        except connection.dialect.loaded_dbapi.Error as problem:
            raise self._wrapped(problem, sent, connection) from problem
        if self._from_driver is None:  # only an answer says which types the database has
            self._from_driver = [
                column.type.dialect_impl(connection.dialect).result_processor(connection.dialect, said[1])
                for column, said in zip(self._columns, cursor.description or (), strict=True)
            ]
        rows, convert = self._rows, self._from_driver
        return _result(rows, iter([Row(rows, convert, rows._key_to_index, row) for row in found]))

    def _wrapped(self, problem: Any, sent: Any, connection: Connection) -> Exception:
        dialect, hidden = connection.dialect, connection.engine.hide_parameters
        lost = dialect.is_disconnect(problem, connection.connection, None)
        if lost:
            connection.invalidate(problem)
        return DBAPIError.instance(
            self._sql, sent, problem, dialect.loaded_dbapi.Error, hidden, connection_invalidated=lost, dialect=dialect
        )


def execute(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> Result[Any]:
    """Execute a statement on this connection, with `values` for its bindparam()s or columns. Raises as SQLAlchemy does.

    It is the same object at each call, since it is compiled for that object. SQLAlchemy executes it itself where no
    transaction has begun, where statements are listened to, and where a value makes no sense.
    """
    if look := watching.get():
        look()
    known = _prepared(statement, tuple(values), connection.dialect)
    heard = connection.dispatch.before_cursor_execute or connection.dispatch.after_cursor_execute
    direct = known.stable and connection.in_transaction() and not heard
    sent = known.converted(values) if direct else None
    return connection.execute(statement, values) if sent is None else known.execute(connection, sent)


@lru_cache(CACHE_SIZE)
def _prepared(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> _Prepared:
    return _Prepared(statement, names, dialect)
