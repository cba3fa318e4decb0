"""Durable presses through the citizen's door while the scheduler runs and rings the neighbours.

The cost of one is the web workers' processor time for it, to that for a bare Flask hello: the disk's own floor moves
by a factor of five within an hour, that of hello does not. The rate is by the clock, to what an earthquake brings.
"""

import json
from collections.abc import Iterator
from itertools import repeat
from statistics import quantiles
from uuid import uuid4

from sqlalchemy import func, select, text, update

from bench import Case
from bench._city import demo_city, people, scheduler, sign_in, web_server
from bench._load import Client, WrongAnswer, per_cpu_second, run, workers_seconds
from meteor.agencies.models import Unit
from meteor.alerts.models import Alert
from meteor.dispatch.models import Assignment
from meteor.store.database import db

CLIENTS = 16
ROUNDS = 5
PRESSES = 400  # in a round
UNITS = 30
EARTHQUAKE = 5_000 / 60
"""Presses a second."""

HELLO = b"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
WHAT = f"{CLIENTS} clients, each press dispatched among {UNITS} free units, synchronous=FULL"


def cases() -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        always_free()
        cookies = iter(sign_in(app, people("citizen", (ROUNDS + 1) * PRESSES)))
        with (
            web_server("app:app", var) as ours,
            web_server("bench._hello:app", var) as hello,
            scheduler(var),
        ):
            _press(*ours, cookies)  # once, to warm up
            _hello(*hello)
            cost, rates, tail = [], [], []
            for _ in range(ROUNDS):
                took, rate, times = _press(*ours, cookies)
                cost.append((took * 1000, _hello(*hello) * 1000))
                rates.append((rate, EARTHQUAKE))
                cuts = quantiles(times, n=100)
                tail.append((cuts[98] * 1000, cuts[49] * 1000))
        _count()
        yield Case("cost", "bare Flask hello", "cpu ms", cost, 6, "at most", note=WHAT)
        yield Case("rate", "the earthquake's", "presses/s", rates, 1, note=WHAT)
        yield Case("tail", "the median press", "ms", tail, 5, "at most", note=f"p99 of {CLIENTS} clients")


def _press(port: int, pid: int, cookies: Iterator[str]) -> tuple[float, float, list[float]]:
    """Processor seconds of a press, presses per second, and the seconds that each took. Each is another citizen's."""
    share = PRESSES // CLIENTS
    clients = [Client(presses(cookies, share), b"HTTP/1.1 201") for _ in range(CLIENTS)]
    before = workers_seconds(pid)
    rate = run(port, clients)
    return (workers_seconds(pid) - before) / PRESSES, rate, [it for client in clients for it in client.times]


def _hello(port: int, pid: int) -> float:
    """Processor seconds of a hello."""
    clients = [Client(repeat(HELLO), b"HTTP/1.1 200") for _ in range(CLIENTS)]
    return 1 / per_cpu_second(port, pid, clients, 1.0)


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
    stored = db.session.scalar(select(func.count()).select_from(Alert))
    offered = db.session.scalar(select(func.count(Assignment.incident_id.distinct())))
    if stored != presses or offered != presses:
        raise WrongAnswer(f"{presses} presses were answered with success, {stored} are there, {offered} were offered")
