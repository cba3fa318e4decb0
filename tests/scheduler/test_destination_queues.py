"""DestinationQueues: each server is waited for apart, and one that answers nobody delays none of the others."""

import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.scheduler.destination_queues import WIDTH, DestinationQueues
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
def queues(app: Flask, servers: tuple[Receiver, Receiver]) -> Iterator[DestinationQueues]:
    made = DestinationQueues({TOPIC: send}, app.app_context)
    yield made
    servers[0].open.set()
    join(made)


def send(payload: dict[str, Any], at: datetime) -> None:
    db.session.rollback()  # nobody holds the right to write while they wait
    outgoing.post(payload["url"], payload["text"].encode(), {})


def join(queues: DestinationQueues) -> None:
    for thread in queues.threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in queues.threads)


def write(server: Receiver, *texts: str, destination: str) -> None:
    for text in texts:
        outbox.put(f"{TOPIC}:{text}", TOPIC, destination=destination, url=server.url, text=text)
    db.session.commit()


def read(server: Receiver) -> set[str]:
    return {body.decode() for _, body in server.received}


def undone() -> set[str]:
    with only_reading():
        return set(db.session.scalars(select(OutboxItem.key).where(OutboxItem.done_at.is_(None))))


def turn(queues: DestinationQueues, at: datetime | None = None) -> None:
    queues.run(at or now())
    db.session.commit()


def test_a_server_that_answers_nobody_delays_no_other(
    servers: tuple[Receiver, Receiver], queues: DestinationQueues
) -> None:
    slow, quick = servers
    slow.open.clear()
    write(slow, *(f"slow-{number}" for number in range(10)), destination="slow")
    write(quick, "a", "b", "c", destination="quick")
    turn(queues)
    assert all(quick.took.acquire(timeout=PATIENCE) for _ in "abc")
    assert read(quick) == {"a", "b", "c"}
    assert not any(thread.name == "quick" and thread.join(PATIENCE) for thread in queues.threads)
    assert undone() == {f"letter:slow-{number}" for number in range(10)}
    slow.open.set()
    join(queues)
    assert len(read(slow)) == 10
    assert undone() == set()


def test_a_turn_waits_for_nobody_and_asks_no_server_for_more_than_its_width(
    servers: tuple[Receiver, Receiver], queues: DestinationQueues
) -> None:
    slow, _ = servers
    slow.open.clear()
    write(slow, *(f"slow-{number}" for number in range(WIDTH + 3)), destination="slow")
    turn(queues)
    assert all(slow.took.acquire(timeout=PATIENCE) for _ in range(WIDTH))
    turn(queues)
    turn(queues)
    assert len(queues.threads) == WIDTH
    assert not slow.took.acquire(blocking=False)
    slow.open.set()
    join(queues)
    assert undone() == set()


def test_a_lane_that_was_broken_off_is_begun_anew(
    servers: tuple[Receiver, Receiver], queues: DestinationQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, quick = servers
    write(quick, "a", destination="quick")
    with monkeypatch.context() as broken:
        broken.setattr("meteor.scheduler.destination_queues.deliver_to_partners", lambda *given: 1 / 0)
        turn(queues)
        join(queues)
    assert undone() == {"letter:a"}
    turn(queues)
    join(queues)
    assert undone() == set()


def test_what_names_no_lane_goes_in_its_topics(servers: tuple[Receiver, Receiver], queues: DestinationQueues) -> None:
    _, quick = servers
    outbox.put("letter:a", TOPIC, url=quick.url, text="a")
    db.session.commit()
    with only_reading():
        assert outbox.due_by_destination(now(), [TOPIC]) == {TOPIC: 1}
    turn(queues)
    join(queues)
    assert read(quick) == {"a"}


def test_what_is_not_due_begins_no_thread(servers: tuple[Receiver, Receiver], queues: DestinationQueues) -> None:
    _, quick = servers
    write(quick, "a", destination="quick")
    turn(queues, now() - timedelta(minutes=1))
    assert queues.threads == []
