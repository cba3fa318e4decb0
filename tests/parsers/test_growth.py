"""Text and files from outside: four times as much takes about four times as long, not sixteen times."""

from collections.abc import Callable
from contextlib import suppress
from time import thread_time
from typing import Any

import pytest
from flask import Flask

from meteor.accounts import phones
from meteor.alerts import reading
from meteor.alerts.press_body import fields_of
from meteor.premises import hours, table
from meteor.residents import cells, nik, sheet
from meteor.store.moments import today
from meteor.territory import (
    aml,
    coordinates,
    junctions,
    numbers,
    relative_place,
    spelling,
    street_names,
    street_words,
    tables,
)

FACTOR = 4
MOST = 2.5 * FACTOR  # quadratic is 16
LEAST = 0.004
"""Seconds of CPU: below this the clock's grain and caches say more than the parser."""

HEAD = ",".join(sheet.COLUMNS)
PART = '--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\n'
ROW = "\nJl. Ikan Paus 3,Sari Wulandari,3574034107880002,081330000001,,,"


def press(body: str, kind: str = "application/x-www-form-urlencoded") -> object:
    return reading.incoming_alert(fields_of(body.encode(), kind), 1)


def form(body: str) -> object:
    return press(body, "multipart/form-data; boundary=x")


def residents(data: bytes) -> object:
    return tables.read(data, sheet.COLUMNS)


def junction(text: str) -> object:
    return junctions.junctions_of(text, street_names.StreetNames([], []))


CASES: dict[str, tuple[Callable[[Any], object], Callable[[int], Any]]] = {
    "a contact of spaces": (table._contact, lambda n: "Budi" + " " * n + "x"),
    "a contact of separators": (table._contact, lambda n: "Budi" + ":, " * n + "x"),
    "a contact of numbers": (table._contact, lambda n: "a 1" * n),
    "a message of spaces": (aml.is_aml, lambda n: " " * n + "x"),
    "a message of letters": (aml.is_aml, lambda n: "ML=" + "1" * n),
    "a place of spaces": (numbers.rt_and_rw, lambda n: "rt" + " " * n),
    "a place of noughts": (numbers.rt_and_rw, lambda n: "rt " + "-" * n + "0" * n + "x"),
    "a place of RT": (numbers.rt_and_rw, lambda n: "rt1/rw" * n),
    "a street of spaces": (street_words.street_words, lambda n: "jl a" + " " * n + "x"),
    "a street of streets": (street_words.street_words, lambda n: "jl a no " * n),
    "a street of noughts": (street_words.street_words, lambda n: "jl a " + "0" * n + "x"),
    "a junction of spaces": (junction, lambda n: "simpang a" + " " * n + "x"),
    "a junction of hyphens": (junction, lambda n: "simpang a " + "-" * n + "x"),
    "words": (spelling.words_of, lambda n: "aaaa" * n),
    "initials": (spelling.words_of, lambda n: "a." * n),
    "directions": (relative_place.relative_place, lambda n: "selatan " * n),
    "coordinates": (coordinates.spot, lambda n: "?q=1" + " " * n),
    "hours": (hours.read, lambda n: "8-" * n),
    "hours of spaces": (hours.read, lambda n: "8" + " " * n + "x"),
    "a phone": (phones.e164, lambda n: "+62 8(" * n),
    "a NIK": (lambda one: nik.read(one, today()), lambda n: " " * n),
    "a position": (cells.position, lambda n: "1." + "1" * n + "x"),
    "a position of spaces": (cells.position, lambda n: "1" + " " * n + "x"),
    "a line": (cells.line, lambda n: " a" * n),
    "needs": (sheet.COLUMNS["kebutuhan"], lambda n: "lansia " * n),
    "a rounded number": (sheet.COLUMNS["nik"], lambda n: "1" * n + "x"),
    "quotation marks": (sheet.COLUMNS["nama"], lambda n: '="' + '"' * n + "x"),
    "a table of one column's name": (sheet.rows, lambda n: ("nik," * n).encode()),
    "a table of unknown columns": (sheet.rows, lambda n: ("x," * n).encode()),
    "a table of empty lines": (sheet.rows, lambda n: (HEAD + "\n" * n).encode()),
    "a table of one cell": (sheet.rows, lambda n: (HEAD + '\n"' + "\n" * n).encode()),
    "a table of residents": (residents, lambda n: (HEAD + ROW * (n // 20)).encode()),
    "a press of fields": (press, lambda n: "a&" * n),
    "a press of percent signs": (press, lambda n: "%%" * n),
    "a press of digits": (press, lambda n: "latitude=" + "1" * n + "&longitude=1"),
    "a press of braces": (press, lambda n: '{"a":' * n),
    "a press of parts": (form, lambda n: (PART + "fire\r\n") * (n // 20)),
    "a press of headers": (form, lambda n: "--x\r\n" + "a: b\r\n" * n),
    "a press of line ends": (form, lambda n: PART + "\r\n" * n),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_time_grows_with_the_length(app_of_sqlite: Flask, name: str) -> None:
    parse, content = CASES[name]
    assert seconds(parse, content(FACTOR * 4000)) <= MOST * max(LEAST, seconds(parse, content(4000)))


def seconds(parse: Callable[[Any], object], content: Any) -> float:
    """The CPU time of the best of three runs: what else this machine does counts in none of them."""
    best = float("inf")
    for _ in range(3):
        began = thread_time()
        with suppress(ValueError):
            parse(content)
        best = min(best, thread_time() - began)
    return best
