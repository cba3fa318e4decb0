"""The last digits of phone numbers, which have an index: a number is found by its end without a scan."""

from sqlalchemy import ColumnElement, and_, literal_column
from sqlalchemy.orm import InstrumentedAttribute

DIGITS = 4
"""Digits of the index."""


def end_of(column: str) -> str:
    """The last digits of a column in SQL, as in its index: an index is used for its own words alone."""
    return f"substr({column}, length({column}) - {DIGITS - 1})"


PhoneColumn = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def ends_with(column: PhoneColumn, digits: str) -> ColumnElement[bool]:
    """Numbers that end with the digits, DIGITS at least."""
    last: ColumnElement[str] = literal_column(end_of(f"{column.class_.__tablename__}.{column.key}"))
    return and_(last == digits[-DIGITS:], column.endswith(digits))
