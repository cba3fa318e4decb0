"""Whatever is sent or asked: it is taken, or refused in GeoReport's shape; nothing fails."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from meteor.open311.xml_text import xml
from meteor.store.database import db
from tests.conftest import Backend
from tests.partners import Partner

fuzzed = settings(max_examples=60, database=None)

WORDS = ("flood", "fire", "trapped", "-7.75", "113.2", "nan", "1e400", "\0", "081234567890", "https://[", "open",
         "2026-11-29T08:00:00+07:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "B-261129-001", "٣",
         "1000", "-1", "\u202e", "🔥", "\x0b")  # fmt: skip
text = st.sampled_from(WORDS) | st.text(max_size=30)
NAMES = ("service_code", "lat", "long", "address_string", "phone", "first_name", "description", "media_url", "api_key",
         "attribute[danger]", "attribute[danger][]", "attribute[severity]", "attribute[water_level]",
         "attribute[")  # fmt: skip
ASKED = ("service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size", "api_key", "x")
form = st.sampled_from(("json", "xml"))


@pytest.fixture
def city(sqlite: Backend) -> Iterator[Flask]:
    sqlite.reset()
    with sqlite.app.app_context():
        yield sqlite.app
        db.session.remove()
        sqlite.leave()


@pytest.fixture
def partner(city: Flask) -> Partner:
    return Partner(city, "SP4N-LAPOR", "hazards:write", per_minute=100_000)


def holds(answer: TestResponse) -> None:
    """The answer is a success or a refusal, and can be read."""
    assert answer.status_code < 500, answer.text
    if answer.status_code == 308:
        return  # "//" is led to "/"
    if answer.mimetype == "text/xml":
        fromstring(answer.data)
    else:
        assert answer.mimetype == "application/json"
        assert answer.json is not None


@fuzzed
@given(fields=st.lists(st.tuples(st.sampled_from(NAMES) | text, text), max_size=8), end=form)
def test_any_form_is_answered(partner: Partner, fields: list[tuple[str, str]], end: str) -> None:
    sent: dict[str, Any] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    holds(partner.post(f"/open311/v2/requests.{end}", data=sent))


@fuzzed
@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json")),
)
def test_any_bytes_are_answered(partner: Partner, body: bytes, kind: str) -> None:
    holds(partner.post("/open311/v2/requests.xml", data=body, content_type=kind))


@fuzzed
@given(query=st.dictionaries(st.sampled_from(ASKED), text, max_size=4), end=form, keyed=st.booleans())
def test_any_query_is_answered(partner: Partner, query: dict[str, str], end: str, keyed: bool) -> None:
    if keyed:
        query = {**query, "api_key": partner.token}
    holds(partner.http.get(f"/open311/v2/requests.{end}", query_string=query))


@fuzzed
@given(where=st.sampled_from(("requests", "services", "tokens")), name=text, end=form)
def test_any_address_is_answered(partner: Partner, where: str, name: str, end: str) -> None:
    holds(partner.get(f"/open311/v2/{where}/{quote(name, safe='')}.{end}"))


@given(words=st.text())
def test_any_text_is_xml(words: str) -> None:
    said = fromstring(xml("errors", [{"code": 400, "description": words}]))
    kept = said.findtext("error/description") or ""
    whole = "".join(each for each in words if each in "\t\n\r" or (each >= " " and each not in "\ufffe\uffff"))
    assert kept == whole.replace("\r\n", "\n").replace("\r", "\n")  # as a parser reads the ends of lines
