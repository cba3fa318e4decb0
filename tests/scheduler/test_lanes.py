"""Lanes: each server is waited for apart, and one that answers nobody delays none of the others."""

import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.scheduler.lanes import WIDTH, Lanes
from meteor.store import outbox, outgoing
from meteor.store.database import db, only_reading
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.integrations.receiver import Receiver, receiving

pytestmark = pytest.mark.both_databases

PATIENCE = 30
"""Seconds after which a test has failed."""

TOPIC = "letter"


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Receiver, Receiver]]:
    """Two servers of others, on this machine."""
    monkeypatch.setattr(outgoing, "is_public", lambda address: True)
    monkeypatch.setattr(outgoing, "READ_SECONDS", PATIENCE)
    with receiving(tmp_path) as slow, receiving(tmp_path) as quick:
        trusted = ssl.create_default_context(cafile=str(slow.trusted))
        monkeypatch.setattr(outgoing, "context", lambda: trusted)
        yield slow, quick


@pytest.fixture
def lanes(app: Flask, servers: tuple[Receiver, Receiver]) -> Iterator[Lanes]:
    made = Lanes({TOPIC: send}, app.app_context)
    yield made
    servers[0].open.set()
    join(made)


def send(payload: dict[str, Any], at: datetime) -> None:
    db.session.rollback()  # nobody holds the right to write while they wait
    outgoing.post(payload["url"], payload["text"].encode(), {})


def join(lanes: Lanes) -> None:
    for thread in lanes.threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in lanes.threads)


def write(server: Receiver, *texts: str, lane: str) -> None:
    for text in texts:
        outbox.put(f"{TOPIC}:{text}", TOPIC, lane=lane, url=server.url, text=text)
    db.session.commit()


def read(server: Receiver) -> set[str]:
    return {body.decode() for _, body in server.received}


def undone() -> set[str]:
    with only_reading():
        return set(db.session.scalars(select(OutboxItem.key).where(OutboxItem.done_at.is_(None))))


def turn(lanes: Lanes, at: datetime | None = None) -> None:
    lanes.run(at or now())
    db.session.commit()


def test_a_server_that_answers_nobody_delays_no_other(servers: tuple[Receiver, Receiver], lanes: Lanes) -> None:
    slow, quick = servers
    slow.open.clear()
    write(slow, *(f"slow-{number}" for number in range(10)), lane="slow")
    write(quick, "a", "b", "c", lane="quick")
    turn(lanes)
    assert all(quick.took.acquire(timeout=PATIENCE) for _ in "abc")
    assert read(quick) == {"a", "b", "c"}
    assert not any(thread.name == "quick" and thread.join(PATIENCE) for thread in lanes.threads)
    assert undone() == {f"letter:slow-{number}" for number in range(10)}
    slow.open.set()
    join(lanes)
    assert len(read(slow)) == 10
    assert undone() == set()


def test_a_turn_waits_for_nobody_and_asks_no_server_for_more_than_its_width(
    servers: tuple[Receiver, Receiver], lanes: Lanes
) -> None:
    slow, _ = servers
    slow.open.clear()
    write(slow, *(f"slow-{number}" for number in range(WIDTH + 3)), lane="slow")
    turn(lanes)
    assert all(slow.took.acquire(timeout=PATIENCE) for _ in range(WIDTH))
    turn(lanes)
    turn(lanes)
    assert len(lanes.threads) == WIDTH
    assert not slow.took.acquire(blocking=False)
    slow.open.set()
    join(lanes)
    assert undone() == set()


def test_a_lane_that_was_broken_off_is_begun_anew(
    servers: tuple[Receiver, Receiver], lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, quick = servers
    write(quick, "a", lane="quick")
    with monkeypatch.context() as broken:
        broken.setattr("meteor.scheduler.lanes.deliver_to_partners", lambda *given: 1 / 0)
        turn(lanes)
        join(lanes)
    assert undone() == {"letter:a"}
    turn(lanes)
    join(lanes)
    assert undone() == set()


def test_what_names_no_lane_goes_in_its_topics(servers: tuple[Receiver, Receiver], lanes: Lanes) -> None:
    _, quick = servers
    outbox.put("letter:a", TOPIC, url=quick.url, text="a")
    db.session.commit()
    with only_reading():
        assert outbox.lanes(now(), [TOPIC]) == {TOPIC: 1}
    turn(lanes)
    join(lanes)
    assert read(quick) == {"a"}


def test_what_is_not_due_begins_no_thread(servers: tuple[Receiver, Receiver], lanes: Lanes) -> None:
    _, quick = servers
    write(quick, "a", lane="quick")
    turn(lanes, now() - timedelta(minutes=1))
    assert lanes.threads == []
