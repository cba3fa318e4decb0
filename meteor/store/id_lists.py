"""Statements about the rows of a list of ids, which are made once (see prepared).

A list of another length would be another statement, so the statement has room for SOME ids.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Executable, Integer, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from meteor.store.database import execute

SOME = 100
"""Number of ids in a statement: as many as a page shows. Further ones are asked for in further statements."""

_NAMES = [f"id_{number}" for number in range(SOME)]
_NO_ROW = 0


def listed(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition that a column is one of the ids that `of_each` is given."""
    return column.in_([bindparam(name, type_=Integer) for name in _NAMES])


def of_each(statement: Executable, ids: Collection[int]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement with a condition `listed`, as plain tuples."""
    some = list(ids)
    for first in range(0, len(some), SOME):
        values = dict.fromkeys(_NAMES, _NO_ROW) | dict(zip(_NAMES, some[first:], strict=False))
        yield from map(tuple, execute(statement, **values))
