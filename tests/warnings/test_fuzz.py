"""Whatever a message, an index or a list says: it is stored, or refused by name."""

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from xml.sax.saxutils import escape, quoteattr

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from meteor.store import downloads
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import cap, earthquake_rules, earthquakes, feed_index, reading, rules
from meteor.warnings.areas import City
from meteor.warnings.messages import NotUnderstood
from meteor.warnings.models import HazardWarning
from tests.conftest import Backend
from tests.warnings.publisher import NAMESPACE, bomb, quake

fuzzed = settings(max_examples=150)

WORDS = ("Actual", "Alert", "Update", "Cancel", "2026-11-29T08:00:00+07:00", "2026-11-29", "0001-01-01T00:00:00+14:00",
         "9999-12-31T23:59:59-01:00", "-7.73,113.21 -7.74,113.22 -7.75,113.20 -7.73,113.21", "-7.73,113.21 5",
         "90,180 -90,-180 0,0 90,180", "1e400,1", "35.74.03", "Kota Probolinggo", "a,b,c", "Extreme", "id", "en-US",
         "III Probolinggo", "5.1", "10 km", "Berpotensi tsunami", "\u202e", "🔥")  # fmt: skip
text = st.lists(st.sampled_from(WORDS) | st.text(max_size=10), max_size=3).map(" ".join)
NAMES = ("identifier", "sender", "sent", "status", "msgType", "references", "info", "language", "event", "severity",
         "onset", "effective", "expires", "headline", "area", "areaDesc", "polygon", "circle", "geocode", "valueName",
         "value", "parameter", "item", "entry", "link", "updated", "alert")  # fmt: skip


def _element(name: str, content: str, link: str) -> str:
    return f"<{name} href={quoteattr(link)}>{content}</{name}>"


xml = st.recursive(
    text.map(escape),
    lambda inner: st.lists(st.builds(_element, st.sampled_from(NAMES), inner, text), max_size=4).map("".join),
    max_leaves=15,
)
# Always with what a message must have, so that the rest is looked at.
HEAD = ("<identifier>x</identifier><sender>y</sender><sent>2026-11-29T08:00:00+07:00</sent><status>Actual</status>"
        "<msgType>Update</msgType>")  # fmt: skip


@pytest.fixture
def city(sqlite: Backend) -> Iterator[City]:
    """The cast's city; the database is rolled back after each example."""
    sqlite.reset()
    with sqlite.app.app_context():
        yield City()
        db.session.remove()
        sqlite.leave()


def _encoded(document: str) -> bytes:
    return document.encode("utf-8", "surrogatepass")


@fuzzed
@given(content=xml, head=st.sampled_from([HEAD, ""]))
def test_any_message_is_stored_or_refused(city: City, content: str, head: str) -> None:
    with suppress(NotUnderstood):
        message = cap.read(_encoded(f'<alert xmlns="{NAMESPACE}">{head}{content}</alert>'))
        stored = rules.store(rules.locate(message, city), now(), None)
        assert (stored is None) == (message.message_type in ("Ack", "Error"))
        assert rules.store(rules.locate(message, city), now(), None) is None
    db.session.rollback()


@fuzzed
@given(infos=st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES[7:19], text)), min_size=1, max_size=3))
def test_any_info_is_stored_as_it_can_be_read_again(city: City, infos: list[dict[str, str]]) -> None:
    def info(said: dict[str, str]) -> str:
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items() if name not in INNER)
        area = "".join(f"<{name}>{escape(said[name])}</{name}>" for name in INNER)
        return f"<info>{inner}<area>{area}</area></info>"

    document = f'<alert xmlns="{NAMESPACE}">{HEAD}{"".join(map(info, infos))}</alert>'
    with suppress(NotUnderstood):
        stored = rules.store(rules.locate(cap.read(_encoded(document)), city), now(), None)
        assert stored
        assert json.loads(json.dumps(stored.areas)) == stored.areas
        assert stored.expires
        db.session.scalars(select(HazardWarning).where(*reading.holds(now()))).all()
    db.session.rollback()


INNER = ("areaDesc", "polygon", "circle")


@fuzzed
@given(content=xml, root=st.sampled_from(["rss", "feed", "RDF"]))
def test_any_index_gives_addresses_or_is_refused(app: Flask, content: str, root: str) -> None:
    with suppress(NotUnderstood):
        found = feed_index.read(_encoded(f"<{root}>{content}</{root}>"), "https://bmkg.example/alerts/")
        assert all(entry.url.startswith("https://") for entry in found)


values = st.recursive(
    text | st.floats() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(text, inner),
    max_leaves=5,
)  # fmt: skip


@fuzzed
@given(entries=st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys([*quake(), "point"], values)), max_size=3))
def test_any_earthquake_is_stored_or_left_out(city: City, entries: list[dict[str, object]]) -> None:
    whole = [quake() | entry for entry in entries]
    data = json.dumps({"Infogempa": {"gempa": [*entries, *whole]}}).encode()
    found, wrong = earthquakes.read(data)
    assert len(found) + wrong == 2 * len(entries)
    for each in found:
        earthquake_rules.store(each, now(), None, city)
        assert earthquake_rules.store(each, now(), None, city) == []
    db.session.rollback()


@fuzzed
@given(body=st.binary(max_size=300), encoding=st.sampled_from(["", "gzip", "br", "identity"]))
def test_any_body_is_unpacked_or_refused(body: bytes, encoding: str) -> None:
    with suppress(downloads.Unreadable, downloads.TooLarge):
        assert len(downloads._unpacked(body, encoding, 100)) <= 300


def test_a_bomb_takes_no_memory() -> None:
    packed = bomb()
    tracemalloc.start()
    with pytest.raises(downloads.TooLarge):
        downloads._unpacked(packed, "gzip", 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
