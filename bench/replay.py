"""A simulated year in memory, against the same incidents by every rule on a SQLite file.

The floor is METEOR's own dispatch as views and scheduler call it, with METEOR's settings for a file but without the
web, so it is no slower than it must be. Both are measured in processor time. Every decision of ours is compared with
the floor's: the units that were asked, in their order, and each moment. The second row is a whole year, beside which
the floor is the year itself.
"""

from collections.abc import Iterator
from time import monotonic, process_time

from app import create_app
from bench import Case
from bench._load import WrongAnswer
from meteor.config import Settings
from meteor.replay import scratch, years
from meteor.replay.commands import scratch_database
from meteor.replay.database_dispatch import DatabaseDispatch
from meteor.replay.figures import fingerprint
from meteor.replay.memory_dispatch import MemoryDispatch
from meteor.replay.scratch import City
from meteor.replay.simulation import Simulation
from meteor.replay.year import plan_year

ROUNDS = 3
INCIDENTS = 60
YEAR_SECONDS = 365 * 24 * 3600
"""The year that is played, in seconds of life."""

FASTER = 100_000
"""So many times as fast as life: a year in less than five and a half minutes."""


def cases() -> Iterator[Case]:
    with create_app(Settings.from_environment()).app_context(), scratch_database(""):
        city = scratch.city()
        yield Case("incidents", "every rule on SQLite", "incidents/s", [_pair(city, it) for it in range(ROUNDS)], 10)
        rounds = [(_whole_year(city, it), 1.0) for it in range(ROUNDS)]
        yield Case("year", "life", "× life", rounds, FASTER)


def _pair(city: City, seed: int) -> tuple[float, float]:
    """Incidents per second of ours and of the floor; building and dropping the floor's city is not in it."""
    year = plan_year(city.cells, seed)[:INCIDENTS]
    ours, decided = _rate(Simulation(year, MemoryDispatch(city.in_memory(), city.types), city.fleet, city.paces, seed))
    scratch.build({})
    floor, truth = _rate(Simulation(year, DatabaseDispatch(), city.fleet, city.paces, seed))
    scratch.clear()
    if decided != truth:
        raise WrongAnswer(f"seed {seed}: the replay decides otherwise than the rules")
    return ours, floor


def _rate(simulation: Simulation) -> tuple[float, str]:
    began = process_time()
    outcomes = simulation.play()
    return len(outcomes) / (process_time() - began), fingerprint(outcomes)


def _whole_year(city: City, seed: int) -> float:
    began = monotonic()
    years.play(city, seed)
    return YEAR_SECONDS / (monotonic() - began)
