"""Feeds: each message is read once, and no server can stop, fill or lead METEOR."""

import gzip
import ssl
from datetime import timedelta
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.store import outgoing
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import feeds, fetching, reading
from meteor.warnings.areas import City
from meteor.warnings.feed_models import FeedEntry, WarningFeed
from meteor.warnings.models import HazardWarning
from tests.warnings.conftest import AddFeed
from tests.warnings.publisher import ELSEWHERE, Publisher, bomb, cap, quake, quakes, refers_to

BOMB_OF_ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&c;</alert>"""


def turn(later: timedelta = timedelta()) -> None:
    feeds.read_all(now() + later)
    db.session.expire_all()


def stored() -> dict[str, HazardWarning]:
    return {each.identifier: each for each in db.session.scalars(select(HazardWarning))}


def state(feed: WarningFeed) -> tuple[str, bool]:
    """The feed's problem, and whether it was ever read without one."""
    db.session.refresh(feed)
    return feed.problem, feed.succeeded_at is not None


@pytest.mark.both_databases
def test_a_day_of_warnings(publisher: Publisher, add_feed: AddFeed) -> None:
    links = [publisher.publish("/1.xml", cap("storm"))]
    weather = add_feed(publisher.index(*links))
    earth = add_feed(publisher.publish("/gempa.json", quakes(quake())), "earthquakes")
    turn()
    assert stored()["storm"].ended_at is None
    assert [each.parameters["magnitude"] for each in stored().values() if each.parameters.get("magnitude")] == [5.1]
    links.append(publisher.publish("/2.xml", cap("storm-2", type="Update", references=refers_to("storm"))))
    links.append(publisher.publish("/test.xml", cap("trial", status="Test")))
    publisher.index(*links)
    turn()
    assert stored()["storm"].ended_by_id == stored()["storm-2"].id
    links.append(publisher.publish("/3.xml", cap("end", type="Cancel", references=refers_to("storm-2"))))
    publisher.index(*links)
    turn()
    assert stored()["storm-2"].ended_by_id == stored()["end"].id
    assert (stored()["trial"].status, stored()["trial"].ended_at) == ("Test", None)
    assert state(weather) == state(earth) == ("", True)
    assert {each.feed_id for each in stored().values()} == {weather.id, earth.id}


def test_a_message_is_fetched_once(publisher: Publisher, add_feed: AddFeed) -> None:
    add_feed(publisher.index(publisher.publish("/1.xml", cap())))
    turn()
    turn()
    assert publisher.paths() == ["/index", "/1.xml", "/index"]


def test_a_message_whose_time_in_the_index_has_changed_is_fetched_again(
    publisher: Publisher, add_feed: AddFeed
) -> None:
    link = publisher.publish("/east-java.xml", cap("one"))
    add_feed(publisher.index(link))
    turn()
    publisher.publish("/east-java.xml", cap("two"))
    publisher.index(link, published="Sun, 29 Nov 2026 09:00:00 +0700")
    turn()
    assert stored().keys() == {"one", "two"}


def test_a_feed_with_a_bad_message_counts_as_reached(publisher: Publisher, add_feed: AddFeed) -> None:
    feed = add_feed(publisher.index(publisher.publish("/bad.xml", b"<alert")))
    earth = add_feed(publisher.publish("/gempa.json", quakes(quake(), quake(Coordinates="?"))), "earthquakes")
    at = now()
    for later in (timedelta(), reading.UNREACHED * 2):
        turn(later)
        assert state(feed)[0].startswith("unreadable")
        assert state(earth)[0].startswith("unreadable 1 entries")
        assert reading.unreached(at + later) == []


def test_an_index_that_has_not_changed_is_not_sent_again(publisher: Publisher, add_feed: AddFeed) -> None:
    said = {"ETag": '"a1"', "Last-Modified": "Sun, 29 Nov 2026 01:00:00 GMT"}
    feed = add_feed(publisher.index(publisher.publish("/1.xml", cap()), headers=said))
    turn()
    turn()
    asked = publisher.asked[-1][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"a1"', "Sun, 29 Nov 2026 01:00:00 GMT")
    assert state(feed) == ("", True)
    assert publisher.paths().count("/1.xml") == 1


def test_what_a_turn_leaves_is_read_in_the_next_though_the_index_has_not_changed(
    publisher: Publisher, add_feed: AddFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_MESSAGES", 2)
    links = [publisher.publish(f"/{n}.xml", cap(f"m{n}")) for n in range(5)]
    add_feed(publisher.index(*links, headers={"ETag": '"a1"'}))
    counts = []
    for _ in range(3):
        turn()
        counts.append(len(stored()))
    assert counts == [2, 4, 5]


def test_atom_and_packed_answers_are_read(publisher: Publisher, add_feed: AddFeed) -> None:
    publisher.publish("/1.xml", gzip.compress(cap()), headers={"Content-Encoding": "gzip"})
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/web/1"/>
        <link type="application/cap+xml" href="/1.xml"/><updated>2026-11-29T08:00:00+07:00</updated></entry></feed>"""
    add_feed(publisher.publish("/atom", atom))
    turn()
    assert len(stored()) == 1
    assert publisher.paths() == ["/atom", "/1.xml"]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "malformed": ({"body": b"<alert"}, "unreadable it is no XML"),
    "entities": ({"body": BOMB_OF_ENTITIES}, "unreadable it has a document type"),
    "external": ({"body": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}, "unreadable it has a document type"),
    "5 MB": ({"body": b" " * 5_000_000}, "large"),
    "packed bomb": ({"body": bomb(), "headers": {"Content-Encoding": "gzip"}}, "large"),
    "brotli": ({"body": b"x", "headers": {"Content-Encoding": "br"}}, "unreadable packed as br"),
    "damaged gzip": ({"body": b"x", "headers": {"Content-Encoding": "gzip"}}, "unreadable"),
    "cut off": ({"body": b"<alert", "headers": {"Content-Length": "900"}}, "unreachable"),
    "gone": ({"body": b"", "status": 404}, "refused 404"),
    "loop": ({"body": b"", "status": 302, "headers": {"Location": "/bad.xml"}}, "refused 302"),
    "plain http": ({"body": b"", "status": 302, "headers": {"Location": "http://localhost/"}}, "unreachable"),
    "page": ({"body": b"<html></html>"}, "unreadable it is no CAP message"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_bad_message_stops_no_other_and_is_tried_again_later(
    publisher: Publisher, add_feed: AddFeed, name: str
) -> None:
    page, problem = WRONG[name]
    bad, good = publisher.publish("/bad.xml", **page), publisher.publish("/good.xml", cap())
    feed = add_feed(publisher.index(bad, good, headers={"ETag": '"a1"'}))
    turn()
    assert len(stored()) == 1
    assert state(feed)[0].startswith(problem)
    assert feed.etag == ""
    before = publisher.paths().count("/bad.xml")
    turn()
    assert publisher.paths().count("/bad.xml") == before
    assert state(feed)[0].startswith(problem)
    assert feed.etag == ""
    publisher.publish("/bad.xml", cap("mended"))
    turn(feeds.AGAIN + timedelta(seconds=1))
    assert "mended" in stored()
    assert state(feed) == ("", True)


@pytest.mark.parametrize("name", WRONG)
def test_an_index_that_cannot_be_read_is_a_problem_of_its_feed_alone(
    publisher: Publisher, add_feed: AddFeed, name: str
) -> None:
    page, problem = WRONG[name]
    publisher.publish("/bad.xml", **page)
    bad = add_feed(f"{publisher.url}/bad.xml")
    good = add_feed(publisher.index(publisher.publish("/good.xml", cap())))
    turn()
    assert state(bad)[0].startswith(problem.replace("no CAP message", "no RSS or Atom"))
    assert state(bad)[1] is False
    assert state(good) == ("", True)
    assert len(stored()) == 1


@pytest.mark.parametrize("how", [{"hangs": True, "headers": {"Content-Length": "9"}}, {"drips": True}])
def test_a_server_that_never_ends_is_left_in_time(
    publisher: Publisher, add_feed: AddFeed, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    monkeypatch.setattr(fetching, "LONGEST_WAIT", 2.0)
    slow = add_feed(publisher.publish("/slow", b"", **how))
    good = add_feed(publisher.index(publisher.publish("/good.xml", cap())))
    began = monotonic()
    turn()
    assert monotonic() - began < feeds.TURN / 2
    assert state(slow) == ("slow", False)
    assert state(good) == ("", True)


def test_nobody_waits_for_a_server_to_be_allowed_to_write(
    app: Flask, publisher: Publisher, add_feed: AddFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LONGEST_WAIT", feeds.TURN)
    add_feed(publisher.publish("/slow", b"", drips=True))

    def read() -> None:
        with app.app_context():
            feeds.read_all(now())

    reading = Thread(target=read)
    reading.start()
    publisher.came.acquire()
    began = monotonic()
    db.session.add(WarningFeed(name="other", url="https://other.example/", kind="cap"))
    db.session.commit()
    assert monotonic() - began < feeds.TURN / 2
    assert reading.is_alive()
    publisher.closed.set()
    reading.join()


def test_nobody_waits_for_geometry_to_be_allowed_to_write(
    publisher: Publisher, add_feed: AddFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_feed(publisher.index(*(publisher.publish(f"/{n}.xml", cap(f"m{n}")) for n in range(2))))
    touched, holds = City.touched, []

    def watched(city: City, areas: Any) -> dict[int, bool]:
        holds.append(db.session().in_transaction())
        return touched(city, areas)

    monkeypatch.setattr(City, "touched", watched)
    turn()
    assert holds == [False, False]


@pytest.mark.both_databases
def test_two_schedulers_at_once_store_a_message_once(app: Flask, publisher: Publisher, add_feed: AddFeed) -> None:
    links = [publisher.publish(f"/{n}.xml", cap(f"m{n}")) for n in range(6)]
    add_feed(publisher.index(*links))
    add_feed(publisher.publish("/gempa.json", quakes(quake())), "earthquakes")
    problems = []

    def read() -> None:
        try:
            with app.app_context():
                feeds.read_all(now())
        except Exception as problem:
            problems.append(problem)

    threads = [Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(stored()) == 7


def test_a_feed_is_not_read_inside_the_own_network(
    publisher: Publisher, add_feed: AddFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "is_public", lambda address: False)
    feed = add_feed(publisher.index(publisher.publish("/1.xml", cap())))
    turn()
    assert (state(feed), publisher.asked) == (("private", False), [])
    monkeypatch.setattr(outgoing, "_named", {"localhost"})
    turn()
    assert state(feed) == ("", True)


def test_a_public_index_leads_to_no_named_private_host(
    publisher: Publisher, add_feed: AddFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = publisher.url.rpartition(":")[2]
    feed = add_feed(publisher.index(f"https://127.0.0.1:{port}/secret"))
    monkeypatch.setattr(outgoing, "is_public", lambda address: False)
    monkeypatch.setattr(outgoing, "_named", {"localhost", "127.0.0.1"})
    turn()
    assert state(feed)[0] == "private"
    publisher.publish("/index", b"", status=302, headers={"Location": f"https://127.0.0.1:{port}/secret"})
    turn()
    assert state(feed)[0] == "private"
    assert "/secret" not in publisher.paths()


def test_a_server_that_cannot_prove_who_it_is_is_not_read(
    publisher: Publisher, add_feed: AddFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "context", ssl.create_default_context)
    feed = add_feed(publisher.index())
    turn()
    assert state(feed) == ("unproved", False)


def test_a_feed_that_is_switched_off_is_not_read(publisher: Publisher, add_feed: AddFeed) -> None:
    add_feed(publisher.index()).active = False
    db.session.commit()
    turn()
    assert publisher.asked == []


def test_a_feed_that_is_removed_while_it_is_read_leaves_nothing(
    app: Flask, publisher: Publisher, add_feed: AddFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = add_feed(publisher.index(publisher.publish("/1.xml", cap())))
    real = feeds._fetch_all

    def removed(sources: Any) -> Any:
        found = real(sources)
        db.session.delete(db.session.get_one(WarningFeed, feed.id))
        db.session.commit()
        return found

    monkeypatch.setattr(feeds, "_fetch_all", removed)
    turn()
    assert stored() == {}
    assert db.session.scalars(select(FeedEntry)).all() == []


def test_a_message_for_another_region_is_known_but_not_kept(publisher: Publisher, add_feed: AddFeed) -> None:
    add_feed(publisher.index(publisher.publish("/1.xml", cap(polygon=ELSEWHERE))))
    turn()
    [known] = stored().values()
    assert (known.touched, known.xml, known.areas, known.parameters) == ([], "", [], {})
    turn()
    assert publisher.paths().count("/1.xml") == 1


def test_entries_are_forgotten_after_a_week(publisher: Publisher, add_feed: AddFeed) -> None:
    add_feed(publisher.index(publisher.publish("/1.xml", cap())))
    turn()
    feeds.forget(now() + feeds.KEPT - timedelta(minutes=1))
    assert db.session.scalars(select(FeedEntry)).all()
    feeds.forget(now() + feeds.KEPT + timedelta(minutes=1))
    assert not db.session.scalars(select(FeedEntry)).all()
