"""Choosing the nearest unit: against a geodesic to every unit, and from the database as the number of units grows.

The first is measured in processor time, as neither side waits for anything: what else runs meanwhile does not count.
The choices from the two databases are measured by the clock, one of each in turn.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Connection, insert

from app import create_app
from bench import Case
from meteor.agencies.models import Agency, Capability, Unit, UnitCapability
from meteor.config import Settings
from meteor.dispatch import candidates
from meteor.dispatch.choice import PlanLine
from meteor.dispatch.geography import LatitudeOrder, Point, metres
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident, IncidentType
from meteor.store.database import Base, db
from meteor.store.moments import now

KELURAHAN = Path(__file__).parents[1] / "meteor" / "territory" / "kelurahan.csv"
ROUNDS = 7
FLOOR_GEODESICS = 200_000  # about, for each size: the floor takes as long as that
SIZES = {30: 20, 428: 300, 10_000: 5_000, 100_000: 30_000}  # units: reach
FEW, MANY = 428, 100_000
PLAN = [PlanLine("patrol")]
NOW = now()


class WrongAnswer(Exception):
    """Ours and the brute force do not agree."""


def cases() -> Iterator[Case]:
    for size, reach in SIZES.items():
        yield _against_brute_force(size, reach)
    yield _growth()


def _against_brute_force(size: int, reach: float) -> Case:
    places = _places(Random(size))
    units = list(islice(places, size))
    started = process_time()
    order = LatitudeOrder(units)
    built = process_time() - started
    sampled = max(FLOOR_GEODESICS // size // ROUNDS, 1)
    rounds = []
    for _ in range(ROUNDS):
        # New points for every round: metres() remembers what it has measured.
        points = list(islice(places, max(sampled, 1_000)))
        ours, answers = _rate(points, lambda point: order.nearest(point)[0])
        floor, truths = _rate(points[:sampled], lambda point: _brute_force(point, units))
        if answers[:sampled] != truths:
            raise WrongAnswer(f"{size} units: {answers[:sampled]} instead of {truths}")
        rounds.append((ours, floor))
    note = f"order built in {built * 1000:,.3g} ms; {sampled * ROUNDS:,} answers compared"
    return Case(str(size), "geodesics to all units", "choices/s", rounds, reach, note=note)


def _brute_force(point: Point, units: list[Point]) -> tuple[float, int]:
    judge: Callable[[Point, Point], float] = metres.__wrapped__  # the same judge, with nothing remembered
    return min((judge(point, unit), index) for index, unit in enumerate(units))


def _rate(points: list[Point], answer: Callable[[Point], Any]) -> tuple[float, list[Any]]:
    started = process_time()
    answers = [answer(point) for point in points]
    return len(points) / (process_time() - started), answers


def _growth() -> Case:
    with _database(FEW) as few, _database(MANY) as many:
        places = _places(Random(3))
        _both(many, few, list(islice(places, 100)))  # once, to compile the statements
        rounds = [_both(many, few, list(islice(places, 300))) for _ in range(ROUNDS)]
    note = f"P1, P2 and P3 in turn; {MANY:,} units in a SQLite file against {FEW}"
    return Case("database-growth", f"{FEW} units", "ms", rounds, 3, "at most", note=note)


def _both(many: Connection, few: Connection, points: list[Point]) -> tuple[float, float]:
    """The mean milliseconds of a choice among many and among few units at these points."""
    times = [0.0, 0.0]
    for number, point in enumerate(points):
        for at, connection in enumerate((many, few)):
            metres.cache_clear()
            started = perf_counter()
            choice = candidates.choose(connection, point, PLAN, number % 3 + 1, NOW)
            times[at] += perf_counter() - started
            if choice.lacking:
                raise WrongAnswer(f"Nobody is found near {point}")
    return times[0] / len(points) * 1000, times[1] / len(points) * 1000


@contextmanager
def _database(size: int) -> Iterator[Connection]:
    """A city's units in a SQLite file with METEOR's own settings. It goes away at the end."""
    with tempfile.TemporaryDirectory(prefix="meteor-nearest-") as folder:
        with create_app(Settings.from_environment({"METEOR_VAR": folder})).app_context():
            engine = db.engine
        with engine.begin() as connection:
            Base.metadata.create_all(connection)
            _fill(connection, Random(size), size)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def _fill(connection: Connection, random: Random, size: int) -> None:
    """Ten units to a base; of all, 45 in 100 free, as many off duty, 10 on their way; a third at their bases."""
    connection.execute(insert(Agency), [{"id": 1, "code": "POLRES", "name": "Polres", "reserve": 2}])
    words = ("patrol", "transport", "fire", "medical")
    connection.execute(insert(Capability), [{"code": word, "name_id": word, "name_en": word} for word in words])
    kind = {"id": 1, "code": "noise", "name_id": "Keributan", "name_en": "Noise", "priority": 4, "agency_id": 1}
    connection.execute(insert(IncidentType), [kind])
    bases = list(islice(_places(random), max(size // 10, 1)))
    units = [_unit(random, number, random.choice(bases)) for number in range(1, size + 1)]
    connection.execute(insert(Unit), units)
    abilities = [
        {"unit_id": unit["id"], "capability": word}
        for unit in units
        for word in (("patrol", "transport") if random.random() < 0.7 else words[2:])
    ]
    connection.execute(insert(UnitCapability), abilities)
    busy = [unit["id"] for unit in units if unit["status"] == "en_route"]
    incidents = [{"id": it, "number": f"N-{it}", "type_id": 1, "priority": 4, "source": "call"} for it in busy]
    connection.execute(insert(Incident), incidents)
    on_it = {"capability": "patrol", "status": "en_route", "expires_at": NOW}
    connection.execute(insert(Assignment), [{"incident_id": it, "unit_id": it} | on_it for it in busy])


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
