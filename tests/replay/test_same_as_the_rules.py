"""The replay in memory and METEOR's rules on a database decide alike; a year is the same on every database."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, make_url, text

from meteor.config import PROJECT
from meteor.replay import crews, scratch
from meteor.replay.commands import scratch_database
from meteor.replay.database_dispatch import DatabaseDispatch
from meteor.replay.memory_dispatch import MemoryDispatch
from meteor.replay.scratch import City
from meteor.replay.simulation import Job, Outcome, Simulation
from meteor.replay.year import PlannedIncident, plan_year
from tests.conftest import KEYS

HURRY = 50
"""So many times as fast one incident follows the other: units are busy, are taken away, and run out."""


def hurried(city: City, count: int, seed: int) -> list[PlannedIncident]:
    year = plan_year(city.cells, seed)[:count]
    first = year[0].at
    since = (round((each.at - first).total_seconds() * 1000 / HURRY) for each in year)
    return [each._replace(at=first + timedelta(milliseconds=ms)) for each, ms in zip(year, since, strict=True)]


def decided(outcomes: Sequence[Outcome]) -> list[tuple[PlannedIncident, list[str], list[Job], bool]]:
    """What dispatch decided: the units that were asked, in their order, what they did, and what was lacking."""
    return [(each.planned, each.offers, each.jobs, each.lacked) for each in outcomes]


def test_of_200_incidents_in_a_hurry_every_unit_is_asked_that_the_rules_ask_on_a_database(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "REFUSES", 0.2)
    monkeypatch.setattr(crews, "SILENT", 0.2)
    year = hurried(city, 200, seed=3)
    in_memory = MemoryDispatch(city.in_memory(), city.types)
    ours = Simulation(year, in_memory, city.fleet, city.paces, 3).play()
    with scratch_database(""):
        scratch.build({})
        theirs = Simulation(year, DatabaseDispatch(), city.fleet, city.paces, 3).play()
    assert decided(ours) == decided(theirs)
    asked_again = sum(len(each.offers) > len(set(each.offers)) for each in ours)
    left_early = sum(job.arrived_at is None for each in ours for job in each.jobs)
    assert sum(each.lacked for each in ours) > 50
    assert asked_again > 10  # after a rest
    assert left_early > 5  # taken for P1
    assert any(each.seconds() is None for each in ours)


@pytest.fixture
def empty_postgresql(postgresql_server: str) -> Iterator[str]:
    server = make_url(postgresql_server).set(drivername="postgresql+psycopg")
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("create database replayed"))
        yield server.set(database="replayed").render_as_string(hide_password=False)
        connection.execute(text("drop database replayed with (force)"))


def test_a_seed_gives_one_year_in_memory_on_sqlite_and_twice_on_postgresql(app: Flask, empty_postgresql: str) -> None:
    def printed(*more: str) -> str:
        asked = ["replay", "--year", "2023", "--seed", "7", "--incidents", "30", *more]
        return fingerprint(app.test_cli_runner().invoke(args=asked, catch_exceptions=False).output)

    on_postgresql = ("--through-database", "--database", empty_postgresql)
    found = {printed(), printed("--through-database"), printed(*on_postgresql), printed(*on_postgresql)}
    assert len(found) == 1


def test_the_order_of_sets_changes_nothing(tmp_path: Path) -> None:
    def printed(hash_seed: str) -> str:
        keys = KEYS | {"METEOR_VAR": str(tmp_path), "METEOR_DATABASE_URL": f"sqlite:///{tmp_path}/meteor.db"}
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "replay", "--year", "2023", "--incidents", "200"],
            cwd=PROJECT, env=os.environ | keys | {"PYTHONHASHSEED": hash_seed}, capture_output=True, text=True,
            check=True,
        ).stdout  # fmt: skip

    assert fingerprint(printed("1")) == fingerprint(printed("2"))


def fingerprint(output: str) -> str:
    found = re.search(r"Fingerprint (\w{16})$", output, re.MULTILINE)
    assert found, output
    return found[1]
