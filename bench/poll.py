"""Polls by 200 at once, against a bare Flask hello in the same gunicorn: every address that a tablet or a desk polls.

What is compared is answers for a second of the web workers' processor time.
"""

import gzip
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle, islice, repeat
from urllib.parse import quote
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import insert, select

from bench import Case
from bench._city import demo_city, patrols, people, sign_in, web_server
from bench._load import Client, WrongAnswer, per_cpu_second, run
from meteor.agencies.models import Agency, Member
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.rules import receive
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.panic.rules import status_version
from meteor.store.database import db
from meteor.store.moments import now

CLIENTS, READERS = 200, 20
INCIDENTS = 50
ROUNDS = 5
SECONDS = 1.0
OTHERS = {
    "officer": ("/unit/offers", "/unit/strip", "/unit/status"),
    "dispatcher": ("/sas/monitor/state", *(f"/incidents/NUMBER/{part}" for part in ("state", "callers", "units")),
                   "/incidents/NUMBER/duplicates", "/incidents/NUMBER/traffic", "/traffic/state", "/warnings/banner"),
    "call_taker": ("/calls/waiting", "/calls/waiting/brief"),
    "rt_leader": ("/neighbourhood/rows",),
}  # fmt: skip
"""The other polled addresses, by the role of READERS who poll them."""

VERSION = re.compile(rb'data-version="([^"]*)"')


def cases() -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        cookies = _officers(app)
        alerts = _raise_incidents()
        queue = timeline.version()
        citizens = cycle(zip(sign_in(app, [*alerts]), _alert_pages(alerts), strict=True))
        others = {role: _readers(app, role) for role in OTHERS}
        number = db.session.scalars(select(Incident.number).order_by(Incident.id).limit(1)).one()
        db.session.rollback()
        polled = [
            ("unchanged", [_get(f"/incidents/rows?v={queue}", cookie) for cookie in cookies], b"204", 1.5),
            ("changed", [_get("/incidents/rows?v=0", cookie) for cookie in cookies], b"200", 0.5),
            ("citizen's", [_get(page, it) for it, page in islice(citizens, CLIENTS)], b"204", 1),
            ("notices", [_get("/notices?v=0.0.0.0", cookie) for cookie in cookies], b"204", 1),
        ]
        with web_server("app:app", var) as ours, web_server("bench._hello:app", var) as hello:
            for role, addresses in OTHERS.items():
                for address in addresses:
                    polls = _shown(ours[0], address.replace("NUMBER", number), others[role])
                    polled.append((address.replace("/NUMBER", "/…"), polls, b"204", 1))
            for name, polls, status, reach in polled:
                rounds, size = _measure(ours, hello, polls, status)
                note = f"; {size:,} bytes with {INCIDENTS} incidents" if size else ""
                yield Case(name, "bare Flask hello", "polls/cpu s", rounds, reach, note=f"{CLIENTS} clients{note}")


def _measure(
    ours: tuple[int, int], hello: tuple[int, int], polls: list[bytes], status: bytes
) -> tuple[list[tuple[float, float]], int]:
    """The rounds, and the size of an answer in bytes."""
    rounds = []
    greeting = [_get("/hello", "")] * CLIENTS
    _answers(hello, greeting, b"200")
    _answers(ours, polls, status)
    for _ in range(ROUNDS):
        rate, body = _answers(ours, polls, status)
        floor, _ = _answers(hello, greeting, b"200")
        rounds.append((rate, floor))
    shown = gzip.decompress(body) if body else b""
    if status == b"200" and shown.count(b'<li class="queued') != INCIDENTS:
        raise WrongAnswer(shown[:600].decode())
    return rounds, len(shown)


def _answers(server: tuple[int, int], requests: list[bytes], status: bytes) -> tuple[float, bytes]:
    """Answers per second of the workers' processor time, and the last body."""
    clients = [Client(repeat(request), b"HTTP/1.1 " + status) for request in requests]
    return per_cpu_second(*server, clients, SECONDS), clients[0].body


def _shown(port: int, address: str, cookies: Sequence[str]) -> list[bytes]:
    """The polls of CLIENTS pages of these readers that show what there is."""
    looks = [Client(iter([_get(f"{address}?v=", cookie)]), b"HTTP/1.1 200") for cookie in cookies]
    run(port, looks)
    pages = []
    for look, cookie in zip(looks, cookies, strict=True):
        body = gzip.decompress(look.body) if look.body.startswith(b"\x1f\x8b") else look.body
        found = VERSION.search(body)
        if found is None:
            raise WrongAnswer(f"{address} has no version: {body[:300]!r}")
        pages.append(_get(f"{address}?v={quote(found[1].decode())}", cookie))
    return [*islice(cycle(pages), CLIENTS)]


def _readers(app: Flask, role: str) -> list[str]:
    users = people(role, READERS)
    if role == "officer":
        patrols(users)
    return sign_in(app, users)


def _get(address: str, cookie: str) -> bytes:
    lines = [f"GET {address} HTTP/1.1", "Host: 127.0.0.1", "HX-Request: true", "Accept: */*", "Accept-Encoding: gzip"]
    return "\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()


def _officers(app: Flask) -> list[str]:
    officers = people("officer", CLIENTS)
    police = db.session.scalars(select(Agency.id).where(Agency.code == "POLRES")).one()
    db.session.execute(insert(Member), [{"user_id": officer, "agency_id": police} for officer in officers])
    db.session.commit()
    return sign_in(app, officers)


def _alert_pages(alerts: dict[int, UUID]) -> list[str]:
    """The address that each reporter's page polls."""
    return [f"/alerts/{alert}/status?v={status_version(user, alert, now())}" for user, alert in alerts.items()]


def _raise_incidents() -> dict[int, UUID]:
    """An alert of each of INCIDENTS citizens, by the ids of these. All have waited for longer than promised."""
    alerts, at = {}, now() - timedelta(minutes=10)
    for number, reporter in enumerate(people("citizen", INCIDENTS)):
        incoming = IncomingAlert(
            id=uuid4(), source="panic", kind="crime", reporter_id=reporter,
            latitude=-7.74 - number * 1e-4, longitude=113.21 + number * 1e-4, accuracy=20.0,
        )  # fmt: skip
        alerts[reporter] = receive(incoming, at).id
        db.session.commit()
    return alerts
