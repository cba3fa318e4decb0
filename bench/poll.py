"""The officers' poll of the queue, 200 of them at once, against a bare Flask hello in the same gunicorn."""

import gzip
from collections.abc import Iterator
from itertools import repeat
from uuid import uuid4

from flask import Flask
from sqlalchemy import insert, select

from bench import Case
from bench._city import demo_city, gunicorn, people, sign_in
from bench._load import Client, WrongAnswer, run
from meteor.agencies.models import Agency, Member
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.rules import receive
from meteor.incidents import timeline
from meteor.store.database import db
from meteor.store.moments import now

CLIENTS = 200
INCIDENTS = 50
ROUNDS = 5
SECONDS = 3.0


def cases() -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        cookies = _officers(app)
        _raise_incidents()
        version = timeline.version()
        db.session.rollback()
        with gunicorn("app:app", var) as ours, gunicorn("bench._hello:app", var) as hello:
            for name, shown, status, reach in (("unchanged", version, b"204", 1.5), ("changed", 0, b"200", 0.5)):
                polls = [_get(f"/incidents/rows?v={shown}", cookie) for cookie in cookies]
                rounds, size = _measure(ours, hello, polls, status)
                note = f"{size:,} bytes with {INCIDENTS} incidents" if size else "answered in front of Flask"
                yield Case(name, "bare Flask hello", "polls/s", rounds, reach, note=f"{CLIENTS} clients; {note}")


def _measure(ours: int, hello: int, polls: list[bytes], status: bytes) -> tuple[list[tuple[float, float]], int]:
    """The rounds, and the size of an answer in bytes."""
    rounds = []
    greeting = [_get("/hello", "")] * CLIENTS
    _answers(hello, greeting, b"200", 1.0)
    _answers(ours, polls, status, 1.0)
    for _ in range(ROUNDS):
        rate, body = _answers(ours, polls, status)
        floor, _ = _answers(hello, greeting, b"200")
        rounds.append((rate, floor))
    shown = gzip.decompress(body) if body else b""
    if status == b"200" and shown.count(b'<li class="queued') != INCIDENTS:
        raise WrongAnswer(shown[:600].decode())
    return rounds, len(shown)


def _answers(port: int, requests: list[bytes], status: bytes, seconds: float = SECONDS) -> tuple[float, bytes]:
    """Answers per second, and the last body."""
    clients = [Client(repeat(request), b"HTTP/1.1 " + status) for request in requests]
    return run(port, clients, seconds), clients[0].body


def _get(address: str, cookie: str) -> bytes:
    lines = [f"GET {address} HTTP/1.1", "Host: 127.0.0.1", "HX-Request: true", "Accept: */*", "Accept-Encoding: gzip"]
    return "\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()


def _officers(app: Flask) -> list[str]:
    officers = people("officer", CLIENTS)
    police = db.session.scalars(select(Agency.id).where(Agency.code == "POLRES")).one()
    db.session.execute(insert(Member), [{"user_id": officer, "agency_id": police} for officer in officers])
    db.session.commit()
    return sign_in(app, officers)


def _raise_incidents() -> None:
    for number, reporter in enumerate(people("citizen", INCIDENTS)):
        incoming = IncomingAlert(
            id=uuid4(), source="panic", kind="crime", reporter_id=reporter,
            latitude=-7.74 - number * 1e-4, longitude=113.21 + number * 1e-4, accuracy=20.0,
        )  # fmt: skip
        receive(incoming, now())
        db.session.commit()
