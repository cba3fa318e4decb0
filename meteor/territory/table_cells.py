"""Readers of a table's cells. They raise ValueError with the correct form."""

from collections.abc import Callable
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Reader of a whole number between two others."""

    def read_cell(text: str) -> int:
        if (number := _whole(text)) is None or not lowest <= number <= highest:
            limits = {"lowest": grouped(lowest), "highest": grouped(highest)}
            raise ValueError(_l("Give a whole number from %(lowest)s to %(highest)s.", **limits))
        return number

    return read_cell


def year(first: int, last: int) -> Callable[[str], int]:
    """Reader of a year between two others."""

    def read_cell(text: str) -> int:
        if (number := _whole(text)) is None or not first <= number <= last:
            raise ValueError(_l("Give a year from %(first)d to %(last)d.", first=first, last=last))
        return number

    return read_cell


def degrees(limit: int) -> Callable[[str], float]:
    """Reader of degrees WGS-84 between -limit and limit."""

    def read_cell(text: str) -> float:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = limit + 1
        if not -limit <= value <= limit:
            raise ValueError(_l("Give degrees such as -7.7432, from -%(limit)d to %(limit)d.", limit=limit))
        return value

    return read_cell


def words(text: str) -> str:
    """Reader of a required text."""
    if not text:
        raise ValueError(_l("This must not be empty."))
    return text


def optional(read_cell: Callable[[str], Any]) -> Callable[[str], Any]:
    """Reader of an optional cell; empty is None."""
    return lambda text: read_cell(text) if text else None


def grouped(number: int) -> LazyString:
    """A number with the separators of thousands of the reader's language: 1.000.000 in Indonesian."""
    return LazyString(format_decimal, number)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
