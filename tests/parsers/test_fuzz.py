"""Text and files from outside: no content raises anything but the error that the parser names."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from meteor.accounts import phones
from meteor.alerts import reading
from meteor.alerts.press_body import fields_of
from meteor.calls import drafts
from meteor.premises import hours, pictures, table
from meteor.residents import cells, nik, sheet
from meteor.store import outgoing
from meteor.store.moments import today
from meteor.territory import (
    aml,
    boundaries,
    coordinates,
    numbers,
    relative_place,
    rt_table,
    spelling,
    street_words,
    tables,
)
from meteor.warnings import cap, earthquakes, feed_index
from meteor.warnings.messages import NotUnderstood

Parser = Callable[[Any], object]

fuzzed = settings(max_examples=150)

WORDS = (
    "ML=1;lt=",
    'A"',
    "rt",
    "rw 05/",
    "kec",
    "°",
    "'",
    "-7.7,",
    "+62",
    "08:00-15:00",
    "100 m ",
    "selatan ",
    "3574",
    "jl ",
    "no 2",
)
text = st.lists(st.text(max_size=40) | st.sampled_from(WORDS), max_size=12).map("".join)

TEXTS: dict[str, tuple[Parser, tuple[type[Exception], ...]]] = {
    "aml": (aml.parse, (aml.NotAml,)),
    "address of a push service": (outgoing.host_of, (ValueError,)),
    "relative_place": (relative_place.relative_place, ()),
    "contacts": (table._contacts, (ValueError,)),
    "coordinates": (coordinates.spot, ()),
    "hours": (hours.read, (ValueError,)),
    "line": (cells.line, ()),
    "needs": (sheet.COLUMNS["kebutuhan"], (ValueError,)),
    "nik": (lambda one: nik.read(one, today()), (nik.NotANik,)),
    "phone": (phones.e164, (phones.NotAPhoneNumber,)),
    "place": (numbers.rt_and_rw, ()),
    "retry after": (outgoing._pause, ()),
    "street": (street_words.street_words, ()),
    "words": (spelling.words_of, ()),
}
"""Each parser of text, and what it may raise."""

FILES: dict[str, tuple[Parser, tuple[type[Exception], ...]]] = {
    "picture": (pictures.drawn, (pictures.NotAPicture, pictures.TooLarge)),
    "press": (lambda body: reading.incoming_alert(fields_of(body, "multipart/form-data; boundary=x"), 1), ()),
    "table of residents": (sheet.rows, ()),
    "table of RT": (rt_table.TABLE.read, ()),
    "table of premises": (table.TABLE.read, ()),
    "boundaries": (boundaries.boundaries_of, ()),
    "warning": (cap.read, (NotUnderstood,)),
    "index of warnings": (lambda data: feed_index.read(data, "https://bmkg.example/"), (NotUnderstood,)),
    "list of earthquakes": (earthquakes.read, (NotUnderstood,)),
}


@pytest.mark.parametrize("name", TEXTS)
@fuzzed
@given(text)
def test_no_text_is_too_strange(app_of_sqlite: Flask, name: str, text: str) -> None:
    parse, named = TEXTS[name]
    with suppress(*named):
        parse(text)


@pytest.mark.parametrize("name", FILES)
@fuzzed
@given(st.binary(max_size=400) | text.map(str.encode))
def test_no_file_is_too_strange(app_of_sqlite: Flask, name: str, data: bytes) -> None:
    parse, named = FILES[name]
    with suppress(*named):
        parse(data)


@pytest.mark.parametrize("columns", [sheet.COLUMNS, table.COLUMNS], ids=["residents", "premises"])
@fuzzed
@given(rows=st.lists(st.lists(text, max_size=22), max_size=4))
def test_no_cell_is_too_strange(app_of_sqlite: Flask, columns: tables.Columns, rows: list[list[str]]) -> None:
    cells = [[cell.replace('"', "").replace("\ud800", "") for cell in row] for row in rows]
    lines = [",".join(columns), *(",".join(f'"{cell}"' for cell in row) for row in cells)]
    found, problems = tables.read("\n".join(lines).encode("utf-8", "replace"), columns)
    assert len(found) <= len(rows)
    assert all(problem.reason for problem in problems)


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=20,
)


@fuzzed
@given(st.sampled_from(["Polygon", "MultiPolygon", "Point"]), values)
def test_no_geometry_is_too_strange(app_of_sqlite: Flask, kind: str, coordinates: Any) -> None:
    feature = {"properties": {"code": "35.74.03.1001"}, "geometry": {"type": kind, "coordinates": coordinates}}
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    assert boundaries.boundaries_of(data)[1]


@fuzzed
@given(st.dictionaries(st.sampled_from([*drafts.FIELDS, "answer_1", "answer_x", "else"]), st.text()))
def test_no_draft_of_a_call_is_too_strange(fields: dict[str, str]) -> None:
    kept = drafts.read(fields)
    assert all(len(one) <= drafts.LONGEST for one in kept.values())
