"""Fixes of GPS trackers, each stored, against a loop of bare durable inserts of one row on the same disk."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count, islice
from typing import NamedTuple

from sqlalchemy import func, select

from bench import Case
from bench._city import CREW, demo_city, gunicorn, patrols, people
from bench._inserts import bare_inserts
from bench._load import Client, WrongAnswer, run
from meteor.agencies.models import Unit
from meteor.store.database import db, only_reading
from meteor.store.moments import now
from meteor.trackers import rules
from meteor.trackers.models import DroppedFixes, TrackerFix

TRACKERS, ROUNDS = 100, 5
FIXES = 10
"""Fixes of each tracker in a round. All of them in a minute are fewer than a tracker may send."""

EVERY = timedelta(seconds=1)
STEP = 25 / 111_195
"""Degrees of latitude, 25 m from fix to fix: each is a new point of the trail and moves its unit."""

WHAT = f"{TRACKERS} trackers, each fix a point of its trail that moves its unit, synchronous=FULL"


class Fix(NamedTuple):
    """Where the tracker with this token is, degrees WGS-84, at a moment in seconds since 1970."""

    token: str
    latitude: float
    at: int


def cases() -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        began = now() - len(MESSAGES) * (ROUNDS + 1) * FIXES * EVERY
        trips = [_trip(token, number, began) for number, token in enumerate(_trackers())]
        with gunicorn("app:app", var) as port:
            for at, (name, message) in enumerate(MESSAGES.items(), start=1):
                _send(port, trips, message)  # once, to warm up
                rounds = [(_send(port, trips, message), bare_inserts(var / f"{name}-{it}.db")) for it in range(ROUNDS)]
                _count(at * (ROUNDS + 1) * FIXES * TRACKERS)
                yield Case(name, "bare durable inserts", "fixes/s", rounds, 0.15, note=WHAT)


def _send(port: int, trips: Sequence[Iterator[Fix]], message: Callable[[Fix], bytes]) -> float:
    """Fixes per second, when each tracker sends its next FIXES as fast as they are answered."""
    clients = [Client(iter([message(fix) for fix in islice(trip, FIXES)]), b"HTTP/1.1 200") for trip in trips]
    return run(port, clients)


def _trip(token: str, number: int, began: datetime) -> Iterator[Fix]:
    """The fixes of a tracker on its way north."""
    return (
        Fix(token, -7.79 + number / 5000 + step * STEP, int((began + step * EVERY).timestamp())) for step in count()
    )


def _owntracks(fix: Fix) -> bytes:
    proof = b64encode(f"ponsel:{fix.token}".encode()).decode()
    body = json.dumps({"_type": "location", "lat": round(fix.latitude, 6), "lon": 113.2163, "tst": fix.at, "acc": 8,
                       "batt": 81, "vel": 36, "cog": 0}).encode()  # fmt: skip
    head = (
        "POST /track/owntracks HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Basic {proof}",
        "Content-Type: application/json", f"Content-Length: {len(body)}", "", "",
    )  # fmt: skip
    return "\r\n".join(head).encode() + body


def osmand(fix: Fix) -> bytes:
    """The request that sends a fix in the format of OsmAnd."""
    query = f"id={fix.token}&lat={fix.latitude:.6f}&lon=113.2163&timestamp={fix.at}&accuracy=8&speed=19&bearing=0"
    return f"GET /track/osmand?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


MESSAGES = {"owntracks": _owntracks, "osmand": osmand}


def _trackers() -> list[str]:
    """A tracker in each of so many patrols; their tokens. Commits."""
    units = patrols(people("officer", TRACKERS * CREW))
    found = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(units)))}
    tokens = [rules.new(f"Pelacak {at}", found[unit], now(), None)[1] for at, unit in enumerate(units)]
    db.session.commit()
    return tokens


def _count(sent: int) -> None:
    """Every fix so far is a point of a trail, and nothing was dropped."""
    with only_reading():
        stored = db.session.scalar(select(func.count()).select_from(TrackerFix))
        dropped = db.session.scalar(select(func.sum(DroppedFixes.count)))
    if stored != sent or dropped:
        raise WrongAnswer(f"{sent} fixes were answered with success, {stored} are stored, {dropped} were dropped")
