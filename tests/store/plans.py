"""How a database answers what METEOR asks: every statement as it gets it, and the tables that it reads through."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event

Statements = dict[str, Any]
"""Statements in the driver's SQL, each with the values of its last execution."""

_asked: Statements = {}
_NEWEST = re.compile(r"SELECT ((?!\sWHERE\s).)*( DESC\s+LIMIT .*|max\(\w+\.id\) AS \w+\s+FROM \w+)", re.DOTALL)


class _SqliteCursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        _asked[sql] = parameters
        return super().execute(sql, parameters)


class _SqliteConnection(sqlite3.Connection):
    def cursor(self, factory: Any = _SqliteCursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        _asked[sql] = parameters
        return super().execute(sql, parameters)


class _PostgresqlCursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        _asked[str(query)] = params
        return super().execute(query, params, **options)


@contextmanager
def statements(*engines: Engine) -> Iterator[Statements]:
    """What these engines' connections are asked; none may be open when it begins."""

    def connect(dialect: Any, record: Any, arguments: Any, options: dict[str, Any]) -> None:
        if dialect.name == "sqlite":
            options["factory"] = _SqliteConnection
        else:
            options["cursor_factory"] = _PostgresqlCursor

    for engine in engines:
        event.listen(engine, "do_connect", connect)
    _asked.clear()
    try:
        yield _asked
    finally:
        for engine in engines:
            event.remove(engine, "do_connect", connect)


def scans(engine: Engine, asked: Statements, tables: Collection[str]) -> dict[str, str]:
    """The statements that read through one of these tables, or through a whole index of it, each with what it reads.

    An index of some rows only, such as of those that are open, may be read through, and who asks for the newest of all
    rows may be given it. PostgreSQL weighs its ways by the number of rows: it is asked only with a
    city's, and what it would do if it had to avoid reading through.
    """
    judge = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        partial = _partial_indexes(driver, engine.dialect.name)
        if engine.dialect.name == "postgresql":
            for way in ("seqscan", "hashjoin", "mergejoin"):
                driver.execute(f"SET LOCAL enable_{way} = off")
        found = {}
        for sql, values in asked.items():
            if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", sql) and not _NEWEST.fullmatch(sql):
                read = [what for table, what in judge(driver, sql, values, partial) if table in tables]
                if read:
                    found[sql] = "; ".join(read)
        return found


def _partial_indexes(driver: Any, dialect: str) -> set[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '% WHERE %'",
    }
    return {name for (name,) in driver.execute(query[dialect]).fetchall()}


def _sqlite(driver: Any, sql: str, values: Any, partial: set[str]) -> Iterator[tuple[str, str]]:
    named = {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", sql)}
    for *_, detail in driver.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall():
        read = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", detail)
        if read and read[2] not in partial:
            yield named.get(read[1], read[1]), detail


def _postgresql(driver: Any, sql: str, values: Any, partial: set[str]) -> Iterator[tuple[str, str]]:
    (answer,) = driver.execute(f"EXPLAIN (FORMAT JSON) {sql}", values).fetchone()
    plan = answer if isinstance(answer, list) else json.loads(answer)
    waiting = [plan[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        index = node.get("Index Name")
        whole = node["Node Type"] == "Seq Scan" or (index and "Index Cond" not in node and index not in partial)
        if whole and "Relation Name" in node:
            yield node["Relation Name"], f"{node['Node Type']} {node['Relation Name']} {node.get('Filter', '')}"
