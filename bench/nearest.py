"""Choosing the nearest unit from a database of any size, against a geodesic to every unit.

Ours is the whole selection: reading from a SQLite file with METEOR's own settings, ranking, the reasons. The floor
holds every unit in memory and measures geopy's geodesic to each. Every answer of ours is compared with the floor's.
Both are measured in processor time, as neither waits for anything: other work on the machine does not count.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from sqlalchemy import Connection, insert

from app import create_app
from bench import Case
from meteor.agencies.models import Agency, Capability, Unit, UnitCapability
from meteor.config import Settings
from meteor.dispatch import candidates
from meteor.dispatch.choice import PlanLine
from meteor.dispatch.models import Assignment
from meteor.geo import Point, metres
from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.store.database import Base, db
from meteor.store.moments import now

KELURAHAN = Path(__file__).parents[1] / "meteor" / "territory" / "kelurahan.csv"
ROUNDS = 5
FLOOR_GEODESICS = 60_000  # about, in each round
POINTS = 3, 300  # in each round, at least and at most
SIZES = {30: 1.5, 428: 20, 10_000: 400, 100_000: 4_000}  # units: reach
FEW, MANY = 428, 100_000
PLAN = [PlanLine("patrol")]
NOW = now()


class WrongAnswer(Exception):
    """Ours and the brute force do not agree."""


def cases() -> Iterator[Case]:
    with ExitStack() as open_databases:
        fleets = {size: open_databases.enter_context(_fleet(size)) for size in SIZES}
        for size, reach in SIZES.items():
            yield _against_brute_force(fleets[size], size, reach)
        yield _growth(fleets[MANY], fleets[FEW])


@dataclass
class Fleet:
    """The same units in a database and in memory, there with their capabilities."""

    database: Connection
    units: list[tuple[dict[str, Any], set[str]]]

    def choose(self, point: Point, priority: int) -> tuple[float | None, int]:
        """The whole selection: geodesic metres and id of the unit."""
        metres.cache_clear()
        [pick] = candidates.choose(self.database, point, PLAN, priority, NOW).picks
        return pick.distance, pick.candidate.id

    def measure_all(self, point: Point, priority: int) -> tuple[float | None, int]:
        """A geodesic to every unit, then the first by the rule."""
        measured = [(_geodesic(point, _place(unit)), unit, able) for unit, able in self.units]
        statuses = {"available", "en_route"} if priority == 1 else {"available"}  # all are on their way to P4
        ranked = [
            (_is_stale(unit), distance, unit["status"] != "available", unit["idle_since"], unit["id"])
            for distance, unit, able in measured
            if unit["status"] in statuses and PLAN[0].capability in able
        ]
        _, distance, _, _, unit_id = min(ranked)
        return distance, unit_id


_geodesic: Callable[[Point, Point], float] = metres.__wrapped__  # with nothing remembered


def _place(unit: dict[str, Any]) -> Point:
    return unit["latitude"], unit["longitude"]  # the base of those that stand there


def _is_stale(unit: dict[str, Any]) -> bool:
    return not unit["at_base"] and unit["position_at"] < NOW - timedelta(minutes=10)


def _against_brute_force(fleet: Fleet, size: int, reach: float) -> Case:
    places = _places(Random(size))
    count = min(max(FLOOR_GEODESICS // size, POINTS[0]), POINTS[1])
    _rate(list(islice(places, POINTS[1])), fleet.choose)  # once, to compile the statements
    rounds = []
    for _ in range(ROUNDS):
        points = list(islice(places, count))
        ours, answers = _rate(points, fleet.choose)
        floor, truths = _rate(points, fleet.measure_all)
        if answers != truths:
            raise WrongAnswer(f"{size} units: {answers} instead of {truths}")
        rounds.append((ours, floor))
    return Case(
        str(size), "geodesics to all units", "choices/s", rounds, reach, note=f"{count * ROUNDS} answers, all right"
    )


def _rate(points: list[Point], choose: Callable[[Point, int], Any]) -> tuple[float, list[Any]]:
    """Choices per second for incidents of P1, P2 and P3 in turn, and the answers."""
    started = process_time()
    answers = [choose(point, number % 3 + 1) for number, point in enumerate(points)]
    return len(points) / (process_time() - started), answers


def _growth(many: Fleet, few: Fleet) -> Case:
    places = _places(Random(3))
    rounds = []
    for _ in range(ROUNDS):
        points = list(islice(places, POINTS[1]))
        rounds.append((1000 / _rate(points, many.choose)[0], 1000 / _rate(points, few.choose)[0]))
    return Case("growth", f"{FEW} units", "ms", rounds, 1.5, "at most", note=f"a choice among {MANY:,} units and {FEW}")


@contextmanager
def _fleet(size: int) -> Iterator[Fleet]:
    """A city's units in a SQLite file with METEOR's own settings. The file is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="meteor-nearest-") as folder:
        with create_app(Settings.from_environment({"METEOR_VAR": folder})).app_context():
            engine = db.engine
        with engine.begin() as connection:
            Base.metadata.create_all(connection)
            units = _fill(connection, Random(size), size)
        with engine.connect() as connection:
            yield Fleet(connection, units)
        engine.dispose()


def _fill(connection: Connection, random: Random, size: int) -> list[tuple[dict[str, Any], set[str]]]:
    """Ten units to a base; of all, 45 in 100 free, as many off duty, 10 on their way; a third at their bases."""
    connection.execute(insert(Agency), [{"id": 1, "code": "POLRES", "name": "Polres", "reserve": 2}])
    words = ("patrol", "transport", "fire", "medical")
    connection.execute(insert(Capability), [{"code": word, "name_id": word, "name_en": word} for word in words])
    kind = {"id": 1, "code": "noise", "name_id": "Keributan", "name_en": "Noise", "priority": 4, "agency_id": 1}
    connection.execute(insert(IncidentType), [kind])
    bases = list(islice(_places(random), max(size // 10, 1)))
    units = [_unit(random, number, random.choice(bases)) for number in range(1, size + 1)]
    connection.execute(insert(Unit), units)
    able = [set(words[:2] if random.random() < 0.7 else words[2:]) for _ in units]
    abilities = [
        {"unit_id": unit["id"], "capability": word}
        for unit, capabilities in zip(units, able, strict=True)
        for word in capabilities
    ]
    connection.execute(insert(UnitCapability), abilities)
    busy = [unit["id"] for unit in units if unit["status"] == "en_route"]
    incidents = [{"id": it, "number": f"N-{it}", "type_id": 1, "priority": 4, "source": "call"} for it in busy]
    connection.execute(insert(Incident), incidents)
    on_it = {"capability": "patrol", "status": "en_route", "expires_at": NOW}
    connection.execute(insert(Assignment), [{"incident_id": it, "unit_id": it} | on_it for it in busy])
    return list(zip(units, able, strict=True))


def _unit(random: Random, number: int, base: Point) -> dict[str, Any]:
    status = random.choices(("available", "off_duty", "en_route"), (45, 45, 10))[0]
    at_base = random.random() < 1 / 3
    place = base if at_base else _around(random, base)
    age = random.uniform(0, 86_400) if at_base or status == "off_duty" else random.uniform(0, 700)
    return {
        "id": number, "call_sign": f"U-{number}", "agency_id": 1, "kind": "motorbike", "status": status,
        "base_name": "Pos", "base_latitude": base[0], "base_longitude": base[1], "at_base": at_base,
        "latitude": place[0], "longitude": place[1], "accuracy": 10.0, "position_at": NOW - timedelta(seconds=age),
        "idle_since": NOW - timedelta(seconds=random.uniform(0, 7_200)),
    }  # fmt: skip


def _places(random: Random) -> Iterator[Point]:
    """Places in Kota Probolinggo, for ever: around the middles of its kelurahan."""
    with KELURAHAN.open(newline="") as table:
        middles = [(float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(table)]
    while True:
        yield _around(random, random.choice(middles))


def _around(random: Random, place: Point) -> Point:
    """A place some 700 m away."""
    return place[0] + random.gauss(0, 0.005), place[1] + random.gauss(0, 0.005)
