"""A year of incidents in the table of response times, as its job would have written them."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.statistics.models import ResponseTimes
from meteor.store.database import db
from meteor.store.moments import WIB, now
from meteor.territory.models import Kelurahan


def a_year(count: int) -> None:
    """Store so many incidents of the last 330 days and their rows; one in five has blanks. Commits."""
    chance = random.Random(count)
    types = db.session.scalars(select(IncidentType.id)).all()
    places = [None, *db.session.scalars(select(Kelurahan.id)).all()]
    incidents, rows = [], []
    for number in range(1, count + 1):
        at = now() - timedelta(minutes=chance.randrange(330 * 24 * 60))
        shared = {
            "type_id": chance.choice(types), "priority": chance.randrange(1, 5),
            "source": chance.choice(["panic", "call"]), "kelurahan_id": chance.choice(places),
        }  # fmt: skip
        incidents.append(
            {"id": number, "number": f"{at:%y%m%d}-{number:05}", "opened_at": at, "status": "closed", **shared}
        )
        here = at.astimezone(WIB)
        days = {"month": f"{here:%Y-%m}", "day": f"{here:%Y-%m-%d}", "hour": here.hour}
        rows.append({"incident_id": number, "segment": 1, "received_at": at, **days, **shared, **_steps(chance, at)})
    db.session.execute(insert(Incident), incidents)
    db.session.execute(insert(ResponseTimes), rows)
    db.session.commit()


def _steps(chance: random.Random, at: Any) -> dict[str, Any]:
    after = 0.0
    steps: dict[str, Any] = {"closed_at": at + timedelta(hours=1), "closed_after": 3600.0}
    for step, usual in (
        ("seen_at", 6),
        ("offered_at", 2),
        ("accepted_at", 12),
        ("en_route_at", 40),
        ("on_scene_at", 150),
    ):
        after += chance.expovariate(1 / usual)
        known = chance.random() > 0.05
        steps[step] = at + timedelta(seconds=after) if known else None
        if step in ("seen_at", "accepted_at", "on_scene_at"):
            steps[step.replace("_at", "_after")] = after if known else None
    return steps
