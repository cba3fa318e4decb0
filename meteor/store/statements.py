"""Statements that are built once and run at every press: compiled once for each database, then straight to its driver.

SQLAlchemy's own execution takes several times as long as SQLite does, and who presses holds the right to write
meanwhile. What it does with types stays: parameters and results go through the columns' own processors.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler

from meteor.store.database import db

Processor = Callable[[Any], Any] | None


class Rows(list[Any]):
    """Rows with the columns' names, all of them read."""

    def first(self) -> Any:
        """The first row, or None."""
        return self[0] if self else None

    def one(self) -> Any:
        """The only row. Raises ValueError if there is another or none."""
        (row,) = self
        return row

    def scalar(self) -> Any:
        """The first row's first column, or None without a row."""
        return self[0][0] if self else None


def execute(statement: Executable, **values: Any) -> Rows:
    """Execute a statement, with `values` for its bindparam()s or columns, in the session's transaction.

    What the session has changed is flushed first, as always. Parameters that expand into lists are not for here.
    Errors are the driver's.
    """
    session = db.session()
    session.flush()
    connection = session.connection()
    form = _form(statement, connection.dialect, tuple(values))
    cursor = connection.connection.cursor()
    try:
        cursor.execute(form.sql, form.parameters(values))
        return form.rows(cursor)
    finally:
        cursor.close()


@dataclass
class _Form:
    """A statement as one driver takes it, for one set of given values."""

    dialect: Dialect
    sql: str
    order: tuple[str, ...] | None  # of positional parameters; None where the driver takes them by name
    fixed: dict[str, Any]  # values that stand in the statement, ready for the driver
    defaults: dict[str, Callable[[Any], Any]]
    binders: Mapping[str, Any]
    types: tuple[Any, ...]
    row: Any  # makes a row of its columns; None when the statement answers nothing
    readers: tuple[Processor, ...] | None = None

    def parameters(self, values: dict[str, Any]) -> Any:
        ready = dict(self.fixed)
        for name, default in self.defaults.items():
            values[name] = default(None)
        for name, value in values.items():
            binder = self.binders.get(name)
            ready[name] = binder(value) if binder else value
        return ready if self.order is None else [ready[name] for name in self.order]

    def rows(self, cursor: Any) -> Rows:
        if self.row is None:
            return Rows()
        if self.readers is None:
            codes = [column[1] for column in cursor.description]
            self.readers = tuple(
                type_.dialect_impl(self.dialect).result_processor(self.dialect, code)
                for type_, code in zip(self.types, codes, strict=True)
            )
        readers, make = self.readers, self.row._make
        return Rows(
            make(reader(value) if reader else value for reader, value in zip(readers, raw, strict=True))
            for raw in cursor.fetchall()
        )


@lru_cache(512)
def _form(statement: Any, dialect: Dialect, given: tuple[str, ...]) -> _Form:
    compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(given))
    columns = list(statement.exported_columns)
    defaults = {column.key: _default(column.default) for column in compiled.insert_prefetch}
    binders = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    fixed = {
        name: binder(bind.effective_value) if (binder := binders[name]) else bind.effective_value
        for name, bind in compiled.binds.items()
        if name not in given and name not in defaults
    }
    return _Form(
        dialect=dialect,
        sql=compiled.string,
        order=tuple(compiled.positiontup or ()) if compiled.positional else None,
        fixed=fixed,
        defaults=defaults,
        binders=binders,
        types=tuple(column.type for column in columns),
        row=namedtuple("Row", [column.name for column in columns], rename=True) if columns else None,
    )


def _default(default: Any) -> Callable[[Any], Any]:
    return default.arg if default.is_callable else lambda context: default.arg
