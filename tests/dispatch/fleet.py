"""Units to choose from in the database, and the choice that is checked in two ways."""

from collections.abc import Sequence
from datetime import timedelta
from math import inf
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select

from meteor.agencies.models import Agency, Unit, UnitCapability
from meteor.dispatch import candidates
from meteor.dispatch.choice import Candidate, Choice, PlanLine, Reason
from meteor.dispatch.models import Assignment
from meteor.geo import Point
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast

NOW = now()
PATROL, FIRE, MEDICAL = PlanLine("patrol"), PlanLine("fire"), PlanLine("medical")


def put(call_sign: str, minutes: float | None = None, at: Point | None = None, **given: Any) -> Unit:
    """Change a unit of the cast; with `at` it was there so many minutes ago, and is not at its base."""
    unit = Cast().unit(call_sign)
    if minutes is not None:
        unit.position_at = NOW - timedelta(minutes=minutes)
    if at:
        unit.latitude, unit.longitude, unit.at_base = *at, False
    for name, value in given.items():
        setattr(unit, name, value)
    return unit


def send(call_sign: str, priority: int, status: str = "en_route", *, ended: bool = False) -> None:
    """Put a unit on an incident of this priority (or, `ended`, back from it)."""
    incident = Incident(
        number=f"26-{priority}-{call_sign}", type=Cast().incident_type("other"), priority=priority, source="panic"
    )
    assignment = Assignment(incident=incident, unit=Cast().unit(call_sign), capability="patrol", expires_at=NOW)
    assignment.ended_at = NOW if ended else None
    assignment.status = "cleared" if ended else "en_route"
    db.session.add(assignment)
    put(call_sign, status="available" if ended else status)


def choose(point: Point | None, *plan: PlanLine, p: int = 2, **given: Any) -> Choice:
    """Choose by boxes, and make sure that reading all units comes to the same."""
    db.session.flush()
    choice = candidates.choose(db.session.connection(), point, plan, p, NOW, **given)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(candidates._Search, "_first_box", lambda *_: inf)
        whole = candidates.choose(db.session.connection(), point, plan, p, NOW, **given)
    assert (choice.picks, choice.shortfall, passed_over(choice)) == (whole.picks, whole.shortfall, passed_over(whole))
    return choice


def said(choice: Choice) -> list[str]:
    return [f"{verdict.candidate.call_sign} {verdict.reason}" for line in choice.lines for verdict in line.verdicts]


def polres() -> Agency:
    return db.session.scalars(select(Agency).where(Agency.code == "POLRES")).one()


def north_east(north: float, east: float) -> Point:
    """The place so many metres north and east of Sari's door."""
    return HOME[0] + north / 110_594, HOME[1] + east / 110_310


def stand(count: int, at: Point, **given: Any) -> None:
    """So many new motorbikes of the police at one place, a minute ago."""
    unit = {
        "agency_id": polres().id, "kind": "motorbike", "base_name": "Pos", "base_latitude": 0, "base_longitude": 0,
        "at_base": False, "latitude": at[0], "longitude": at[1], "position_at": NOW - timedelta(minutes=1),
    }  # fmt: skip
    numbers = range(1000, 1000 + count)
    rows = [unit | given | {"id": number, "call_sign": f"M-{number}"} for number in numbers]
    db.session.execute(insert(Unit), rows)
    db.session.execute(insert(UnitCapability), [{"unit_id": number, "capability": "patrol"} for number in numbers])


def around(point: Point, random: Random, degrees: float) -> Point:
    return point[0] + random.uniform(-degrees, degrees), point[1] + random.uniform(-degrees, degrees)


def fill(random: Random, size: int, posts: Sequence[Point]) -> None:
    """Units with fixes of every age, at their bases and elsewhere, free and busy."""
    agencies = db.session.scalars(select(Agency.id)).all()
    other = Cast().incident_type("other")
    incidents = [Incident(number=f"26-{p}", type=other, priority=p, source="call") for p in (2, 3)]
    db.session.add_all(incidents)
    db.session.flush()
    units, abilities, assignments = [], [], []
    for number in range(100, 100 + size):
        base = random.choice(posts)
        place = random.choice([base, around(base, random, 0.02)])
        status = random.choice(["available", "available", "off_duty", "en_route", "on_scene"])
        seconds = random.choice([None, 30, 599, 601, 1799, 1801, 9000])
        units.append({
            "id": number, "call_sign": f"U-{number}", "agency_id": random.choice(agencies), "kind": "motorbike",
            "base_name": "Pos", "base_latitude": base[0], "base_longitude": base[1], "at_base": random.random() < 0.5,
            "latitude": place[0] if seconds else None, "longitude": place[1] if seconds else None,
            "position_at": NOW - timedelta(seconds=seconds) if seconds else None, "status": status,
            "idle_since": NOW - timedelta(minutes=random.randint(0, 3)),
        })  # fmt: skip
        skills = random.choice([["patrol"], ["patrol"], ["patrol", "transport"], ["fire", "patrol"], ["medical"]])
        abilities += [{"unit_id": number, "capability": skill} for skill in skills]
        if status in {"en_route", "on_scene"}:
            on = random.choice(incidents).id
            assignments.append({"unit_id": number, "incident_id": on, "capability": skills[0], "expires_at": NOW})
    for table, rows in ((Unit, units), (UnitCapability, abilities), (Assignment, assignments)):
        db.session.execute(insert(table), rows)


def all_candidates() -> list[Candidate]:
    """All units in service, read the plain way."""
    busy = {it.unit_id: it.incident.priority for it in db.session.scalars(select(Assignment))}
    found = []
    for unit in db.session.scalars(select(Unit).where(Unit.in_service)):
        age = (NOW - unit.position_at).total_seconds() if unit.position_at else None
        place = (unit.latitude, unit.longitude) if unit.latitude is not None and unit.longitude is not None else None
        if unit.at_base and (age is None or age > 600):
            place, age = (unit.base_latitude, unit.base_longitude), None
        skills = frozenset(it.capability for it in unit.capabilities)
        found.append(
            Candidate(unit.id, unit.call_sign, unit.agency_id, skills, unit.status, place, age, freshness(place, age),
                      unit.idle_since, busy.get(unit.id))
        )  # fmt: skip
    return found


def freshness(place: Point | None, age: float | None) -> str:
    """What a place is worth whose fix is so many seconds old (None: the unit stands there, at its base)."""
    if place is None or (age or 0) > 1800:
        return "unusable"
    return "stale" if (age or 0) > 600 else "fresh"


def passed_over(choice: Choice) -> list[Any]:
    """The verdicts on who could do it and was nearer, line by line; of too many the number and the nearest."""
    unsaid = {Reason.FARTHER, Reason.NO_CAPABILITY}
    lines = [[it for it in line.verdicts if it.reason not in unsaid] for line in choice.lines]
    return [sorted(line, key=str) if len(line) < 50 else [len(line), line[0].distance] for line in lines]
