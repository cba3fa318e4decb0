"""Readers of a table's cells. They raise ValueError with the correct form."""

import re
from collections.abc import Callable
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from meteor.accounts.phones import NotAPhoneNumber, e164


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


def plain(read_cell: Callable[[str], Any]) -> Callable[[str], Any]:
    """Reader of a cell with Excel's leading apostrophe of text."""
    return lambda text: read_cell(re.sub(r"^'(?=[-=+@0-9])", "", text))


def no_longer_than(longest: int, read_cell: Callable[[str], str]) -> Callable[[str], str]:
    """Reader of a text of at most `longest` characters."""

    def read_line(text: str) -> str:
        if len(text) > longest:
            raise ValueError(_l("At most %(longest)d characters.", longest=longest))
        return read_cell(text)

    return plain(read_line)


def phone_number(text: str) -> str:
    """Reader of a phone number, as E.164."""
    try:
        return e164(text)
    except NotAPhoneNumber as error:
        raise ValueError(_l("Enter a phone number such as 0812 3456 7890 or 0335 421234.")) from error


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
