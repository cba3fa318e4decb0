"""The floor of what is stored durably: bare inserts of one row, each its own transaction, on the same disk."""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter

FLOOR_SECONDS = 2.0


def bare_inserts(file: Path) -> float:
    """Rows per second, each its own durable transaction."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")
        connection.execute("create table notes (id integer primary key, note text)")
        count, began = 0, perf_counter()
        while perf_counter() - began < FLOOR_SECONDS:
            connection.execute("insert into notes (note) values ('tolong')")
            count += 1
        return count / (perf_counter() - began)
