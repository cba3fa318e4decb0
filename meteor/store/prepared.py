"""Statements that are compiled once: the same few dozen are executed at every press, under the right to write.

SQLAlchemy compiles them and makes the rows; in between, the driver is asked directly. SQLAlchemy's own way for one
small statement takes ten times as long as SQLite.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Executable, Result, Row
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.sql.compiler import SQLCompiler

MOST = 1000

_result: Any = IteratorResult


class _Prepared:
    """A statement in one dialect's SQL, for values of these names.

    Lists of values (`in_`) are written into the SQL, so that such a statement is none of these: it is not `stable`.
    """

    def __init__(self, statement: Executable, names: tuple[str, ...], dialect: Dialect) -> None:
        compiled = cast(SQLCompiler, statement.compile(dialect=dialect, column_keys=names))  # type: ignore[attr-defined]
        self.stable = not (compiled.post_compile_params or compiled.literal_execute_params)
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

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> Result[Any]:
        given = {**self._constants, **values}
        for name, default in self._defaults.items():
            given[name] = default.arg(None) if default.is_callable else default.arg
        for name, process in self._to_driver.items():
            given[name] = process(given[name])
        sent = given if self._order is None else [given[name] for name in self._order]
        driver: Any = connection.connection.driver_connection
        try:
            cursor = driver.execute(self._sql, sent)
            found = cursor.fetchall() if self._columns else []
        except connection.dialect.loaded_dbapi.Error as problem:
            raise self._said(problem, sent, connection) from problem
        if self._from_driver is None:  # only an answer says which types the database has
            self._from_driver = [
                column.type.dialect_impl(connection.dialect).result_processor(connection.dialect, said[1])
                for column, said in zip(self._columns, cursor.description or (), strict=True)
            ]
        rows, convert = self._rows, self._from_driver
        return _result(rows, iter([Row(rows, convert, rows._key_to_index, row) for row in found]))

    def _said(self, problem: Any, sent: Any, connection: Connection) -> Exception:
        dialect, hidden = connection.dialect, connection.engine.hide_parameters
        lost = dialect.is_disconnect(problem, connection.connection, None)
        if lost:
            connection.invalidate(problem)
        return DBAPIError.instance(
            self._sql, sent, problem, dialect.loaded_dbapi.Error, hidden, connection_invalidated=lost, dialect=dialect
        )


def execute(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> Result[Any]:
    """Execute a statement on this connection, with `values` for its bindparam()s or columns. Raises as SQLAlchemy does.

    It is the same object at each call, since it is compiled for that object. Who listens to statements hears of it.
    """
    known = _prepared(statement, tuple(values), connection.dialect)
    directly = known.stable and not connection.dispatch.before_cursor_execute
    return known.execute(connection, values) if directly else connection.execute(statement, values)


@lru_cache(MOST)
def _prepared(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> _Prepared:
    return _Prepared(statement, names, dialect)
