"""Phones of units: they send the messages of OwnTracks, OsmAnd and Traccar Client as these are specified."""

import json
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from meteor.store.database import db
from meteor.store.moments import now
from meteor.trackers import rules
from meteor.trackers.models import DroppedFixes, Tracker
from tests.cast import HOME, Cast

METRE = 1 / 111_195
"""Degrees of latitude."""


class Phone:
    """The phone of a unit. Places are in metres north of Sari's door."""

    def __init__(self, app: Flask, cast: Cast, call_sign: str, name: str = "") -> None:
        self.call_sign, self.cast = call_sign, cast
        tracker, self.token = rules.new(name or f"Ponsel {call_sign}", cast.unit(call_sign), now(), None)
        db.session.commit()
        self.id = tracker.id
        self.http = app.test_client()

    @property
    def tracker(self) -> Tracker:
        """As the database has it now."""
        db.session.rollback()
        db.session.expire_all()
        return db.session.scalars(select(Tracker).where(Tracker.id == self.id)).one()

    @property
    def dropped(self) -> dict[str, int]:
        """How many fixes were dropped, by reason."""
        db.session.rollback()
        rows = db.session.execute(
            select(DroppedFixes.reason, DroppedFixes.count).where(DroppedFixes.tracker_id == self.id)
        )
        counts: dict[str, int] = {}
        for reason, count in rows:
            counts[reason] = counts.get(reason, 0) + count
        return counts

    @property
    def north(self) -> int | None:
        """Where METEOR takes the unit to be."""
        db.session.rollback()
        db.session.expire_all()
        latitude = self.cast.unit(self.call_sign).latitude
        return None if latitude is None else round((latitude - HOME[0]) / METRE)

    def owntracks(self, north: float = 0, at: datetime | None = None, **extras: Any) -> TestResponse:
        moment = int((at or now()).timestamp())
        fix = {"_type": "location", "lat": HOME[0] + north * METRE, "lon": HOME[1], "tst": moment, "acc": 8}
        return self.post_owntracks(json.dumps(fix | extras))

    def post_owntracks(self, body: str | bytes, token: str | None = None, user: str = "ponsel") -> TestResponse:
        proof = b64encode(f"{user}:{token or self.token}".encode()).decode()
        headers = {"Authorization": f"Basic {proof}", "X-Limit-U": user, "X-Limit-D": "phone"}
        return self.http.post(
            "/track/owntracks", data=body, headers=headers, content_type="application/json", csrf=False
        )

    def osmand(self, north: float = 0, at: datetime | None = None, method: str = "GET", **extras: Any) -> TestResponse:
        moment = str(int((at or now()).timestamp()))
        fix = {"id": self.token, "lat": HOME[0] + north * METRE, "lon": HOME[1], "timestamp": moment, "accuracy": "8"}
        values = {name: str(value) for name, value in (fix | extras).items() if value is not None}
        if method == "GET":
            return self.http.get("/track/osmand", query_string=values)
        return self.http.post("/track/osmand", data=values, csrf=False)

    def traccar(self, north: float = 0, at: datetime | None = None, **location: Any) -> TestResponse:
        coordinates = {
            "latitude": HOME[0] + north * METRE, "longitude": HOME[1], "accuracy": 8.0, "speed": 4.5, "heading": 90.0,
            "altitude": 12.0,
        }  # fmt: skip
        fix = {
            "timestamp": (at or now()).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "coords": coordinates, "is_moving": True, "odometer": 10.0, "event": "motionchange",
            "battery": {"level": 0.87, "is_charging": False}, "activity": {"type": "in_vehicle"}, "extras": {},
        } | location  # fmt: skip
        return self.http.post("/track/osmand", json={"device_id": self.token, "location": fix}, csrf=False)

    def drive(self, since: datetime, seconds: int, every: int = 5, speed: float = 10) -> None:
        """Send the fixes of a way to the north, `speed` in m/s, the oldest first."""
        for passed in range(0, seconds, every):
            self.owntracks(passed * speed, since + timedelta(seconds=passed))
