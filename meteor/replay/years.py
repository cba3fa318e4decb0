"""Playing the year of a seed: in memory, or by every rule in the database."""

from collections.abc import Mapping

from meteor.geo import Point
from meteor.replay import scratch
from meteor.replay.database_dispatch import DatabaseDispatch
from meteor.replay.memory_dispatch import MemoryDispatch
from meteor.replay.scratch import City
from meteor.replay.simulation import Outcome, Simulation
from meteor.replay.year import plan_year


def play(city: City, seed: int, incidents: int | None = None) -> list[Outcome]:
    """The year of a seed, or its first incidents, in memory."""
    year = plan_year(city.cells, seed)[:incidents]
    return Simulation(year, MemoryDispatch(city.in_memory(), city.types), city.fleet, city.paces, seed).play()


def play_through_database(posts: Mapping[str, Point], seed: int, incidents: int | None = None) -> list[Outcome]:
    """The same by every rule, in the session's database, which must be empty and is so again afterwards."""
    scratch.build(posts)
    try:
        city = scratch.read()
        year = plan_year(city.cells, seed)[:incidents]
        return Simulation(year, DatabaseDispatch(), city.fleet, city.paces, seed).play()
    finally:
        scratch.clear()
