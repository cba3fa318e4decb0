"""Fixes of GPS trackers, each stored, against a loop of bare durable inserts of one row on the same disk."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench import Case
from bench._city import demo_city, gunicorn, patrols, people
from bench._inserts import bare_inserts
from bench._load import Client, WrongAnswer, run
from meteor.agencies.models import Unit
from meteor.store.database import db
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
Message = Callable[[str, float, datetime], bytes]


def cases() -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        tokens = _trackers()
        with gunicorn("app:app", var) as port:
            for name, message in (("owntracks", _owntracks), ("osmand", _osmand)):
                began = now() - (ROUNDS + 1) * FIXES * EVERY
                trips = [_trip(token, at, began, message) for at, token in enumerate(tokens)]
                _send(port, trips)  # once, to warm up
                rounds = [(_send(port, trips), bare_inserts(var / f"{name}-{at}.db")) for at in range(ROUNDS)]
                _count((ROUNDS + 1) * FIXES * TRACKERS)
                yield Case(name, "bare durable inserts", "fixes/s", rounds, 0.15, note=WHAT)


def _send(port: int, trips: Sequence[Iterator[bytes]]) -> float:
    """Fixes per second, when each tracker sends its next FIXES as fast as they are answered."""
    return run(port, [Client(iter([next(trip) for _ in range(FIXES)]), b"HTTP/1.1 200") for trip in trips])


def _trip(token: str, number: int, began: datetime, message: Message) -> Iterator[bytes]:
    """The messages of a tracker on its way north."""
    for step in range((ROUNDS + 1) * FIXES):
        yield message(token, -7.79 + number / 5000 + step * STEP, began + step * EVERY)


def _owntracks(token: str, latitude: float, at: datetime) -> bytes:
    fix = {"_type": "location", "lat": round(latitude, 6), "lon": 113.2163, "tst": int(at.timestamp()), "acc": 8,
           "batt": 81, "vel": 36, "cog": 0}  # fmt: skip
    proof = b64encode(f"ponsel:{token}".encode()).decode()
    body = json.dumps(fix).encode()
    head = (
        "POST /track/owntracks HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Basic {proof}",
        "Content-Type: application/json", f"Content-Length: {len(body)}", "", "",
    )  # fmt: skip
    return "\r\n".join(head).encode() + body


def _osmand(token: str, latitude: float, at: datetime) -> bytes:
    fix = f"id={token}&lat={latitude:.6f}&lon=113.2163&timestamp={int(at.timestamp())}&accuracy=8&speed=19&bearing=0"
    return f"GET /track/osmand?{fix} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def _trackers() -> list[str]:
    """A tracker in each of so many patrols; their tokens. Commits."""
    units = patrols(people("officer", TRACKERS * 2))
    found = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(units)))}
    tokens = [rules.new(f"Pelacak {at}", found[unit], now(), None)[1] for at, unit in enumerate(units)]
    db.session.commit()
    return tokens


def _count(sent: int) -> None:
    """Every fix is a point of a trail, and nothing was dropped. Then the trails are cleared away."""
    db.session.rollback()
    stored = db.session.scalar(select(func.count()).select_from(TrackerFix)) or 0
    dropped = [(row.reason, row.count) for row in db.session.scalars(select(DroppedFixes))]
    if stored % sent or dropped:
        raise WrongAnswer(f"{sent} fixes were answered with success, {stored} are stored, dropped: {dropped}")
    db.session.rollback()
