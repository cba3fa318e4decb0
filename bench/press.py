"""Durable presses through the citizen's door, against a loop of bare durable inserts of one row on the same disk."""

import json
from collections.abc import Iterator
from statistics import quantiles
from uuid import uuid4

from sqlalchemy import func, select, text, update

from bench import Case
from bench._city import demo_city, gunicorn, people, sign_in
from bench._inserts import bare_inserts
from bench._load import Client, WrongAnswer, run
from meteor.agencies.models import Unit
from meteor.alerts.models import Alert
from meteor.dispatch.models import Assignment
from meteor.store.database import db

CLIENTS = 16
ROUNDS = 5
PRESSES = 2_000  # in a round
UNITS = 30
WHAT = f"{CLIENTS} clients, each press dispatched among {UNITS} free units, synchronous=FULL"


def cases() -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        always_free()
        cookies = iter(sign_in(app, people("citizen", (ROUNDS + 1) * PRESSES)))
        with gunicorn("app:app", var) as port:
            _press(port, cookies)  # once, to warm up
            throughput, tail = [], []
            for number in range(ROUNDS):
                rate, times = _press(port, cookies)
                throughput.append((rate, bare_inserts(var / f"floor-{number}.db")))
                cuts = quantiles(times, n=100)
                tail.append((cuts[98] * 1000, cuts[49] * 1000))
        _count()
        yield Case("throughput", "bare durable inserts", "presses/s", throughput, 0.10, note=WHAT)
        yield Case("tail", "the median press", "ms", tail, 5, "at most", note=f"p99 of {CLIENTS} clients")


def _press(port: int, cookies: Iterator[str]) -> tuple[float, list[float]]:
    """Presses per second, and the seconds that each took. Every one is another citizen's."""
    share = PRESSES // CLIENTS
    clients = [Client(presses(cookies, share), b"HTTP/1.1 201") for _ in range(CLIENTS)]
    return run(port, clients), [seconds for client in clients for seconds in client.times]


def presses(cookies: Iterator[str], count: int) -> Iterator[bytes]:
    """The requests of so many presses, each by the next of the citizens with these cookies."""
    for _ in range(count):
        body = json.dumps({"id": str(uuid4()), "kind": "emergency", "latitude": -7.7445, "longitude": 113.2163,
                           "accuracy": 12.0, "note": ""}).encode()  # fmt: skip
        head = (
            "POST /alerts HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json", "Sec-Fetch-Site: same-origin",
            "Content-Type: application/json", f"Content-Length: {len(body)}", f"Cookie: {next(cookies)}", "", "",
        )  # fmt: skip
        yield "\r\n".join(head).encode() + body


def always_free() -> None:
    """Each offer is over as soon as it is made, so that every press is dispatched among UNITS free units."""
    db.session.execute(update(Unit).values(status="off_duty"))
    db.session.execute(update(Unit).where(Unit.call_sign.like("TRAIL-%")).values(status="available", at_base=True))
    free = db.session.scalar(select(func.count()).select_from(Unit).where(Unit.status == "available"))
    assert free == UNITS, free
    db.session.execute(
        text("""create trigger always_free after insert on assignments begin
            update assignments set status = 'cleared', ended_at = new.offered_at where id = new.id;
            update units set status = 'available' where id = new.unit_id; end""")
    )
    db.session.commit()


def _count() -> None:
    """Every press is there, and every one was offered to a unit."""
    presses = (ROUNDS + 1) * PRESSES
    for model in (Alert, Assignment):
        found = db.session.scalar(select(func.count()).select_from(model))
        if found != presses:
            raise WrongAnswer(f"{presses} presses were answered with success, {found} {model.__tablename__} are there")
