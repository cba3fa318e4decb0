"""The scheduler with nothing to do: its share of a core, how many transactions it writes, and memory of processes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from flask import Flask
from sqlalchemy import select

from bench import Case
from bench._city import demo_city, web_server
from bench._load import WrongAnswer
from bench._panels import Process
from bench._postgresql import postgresql, uri
from meteor.store.database import db, only_reading
from meteor.store.models import Heartbeat

SETTLE, SECONDS, WINDOWS = 20.0, 30.0, 3
START_SECONDS = 60.0
LOOK = 0.002
"""Seconds between two looks at SQLite's version: two commits in between would count as one."""

CORE, TRANSACTIONS = 0.01, 0.5
MEGABYTES = 330


def cases() -> Iterator[Case]:
    with demo_city() as app:
        yield from _measured(app, "SQLite", "", lambda: _commits(str(db.engine.url.database)))
        yield _memory(app)
    with postgresql() as server, demo_city(uri(server)) as app:
        server.psql("\\c meteor\nvacuum analyze")  # else PostgreSQL does it meanwhile, in transactions that count
        yield from _measured(app, "PostgreSQL", uri(server), lambda: _transactions(server))


@contextmanager
def _scheduler(app: Flask, url: str) -> Iterator[Process]:
    """A scheduler whose jobs have all had their first turn."""
    scheduler = Process(("scheduler",), "The scheduler is", app.config["SETTINGS"].var, url)
    scheduler.start()
    try:
        jobs, last = {job.name for job in app.config["JOBS"]}, monotonic() + START_SECONDS
        while not jobs <= _beaten():
            if monotonic() > last:
                raise WrongAnswer("the scheduler does not run")
            sleep(0.1)
        sleep(SETTLE)
        yield scheduler
    finally:
        scheduler.stop()


def _beaten() -> set[str]:
    with only_reading():
        return set(db.session.scalars(select(Heartbeat.job)))


def _measured(app: Flask, database: str, url: str, count: Callable[[], Callable[[], int]]) -> Iterator[Case]:
    used, made = [], []
    with _scheduler(app, url) as scheduler:
        for _ in range(WINDOWS):
            began, cpu, made_since = monotonic(), scheduler.cpu(), count()
            made.append((made_since() / (monotonic() - began), TRANSACTIONS))
            used.append((100 * (scheduler.cpu() - cpu) / (monotonic() - began), 100 * CORE))
    yield Case(f"CPU, {database}", "1 % of a core", "%", used, 1.0, "at most")
    yield Case(f"transactions, {database}", "one in 2 s", "a second", made, 1.0, "at most")


def _memory(app: Flask) -> Case:
    """The memory of gunicorn with its workers, and of the scheduler; that of the sender, its child, is noted."""
    with web_server("app:app", app.config["SETTINGS"].var) as (_, web), _scheduler(app, "") as scheduler:
        pid = scheduler.process.pid
        processes = [web, *_children(web), pid]
        megabytes = sum(map(_megabytes, processes))
        note = f"{len(processes)} processes; the sender's {sum(map(_megabytes, _children(pid))):.0f} MB beside"
    return Case("memory", "promised", "MB", [(megabytes, MEGABYTES)], 1.0, "at most", note=note)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _megabytes(pid: int) -> float:
    """What a process keeps in memory, with its share of what others keep too."""
    kept = Path(f"/proc/{pid}/smaps_rollup").read_text().partition("\nPss:")[2].split()[0]
    return int(kept) / 1024


def _commits(file: str) -> Callable[[], int]:
    """How many transactions were committed to the file in the next SECONDS."""

    def made() -> int:
        with closing(sqlite3.connect(file)) as connection:
            version, found, until = None, -1, monotonic() + SECONDS
            while monotonic() < until:
                before, (version,) = version, connection.execute("PRAGMA data_version").fetchone()
                found += version != before
                sleep(LOOK)
            return found

    return made


def _transactions(server: Any) -> Callable[[], int]:
    """How many transactions were given a number, as those that write are, in the next SECONDS."""

    def numbered() -> int:
        return int(server.psql("select pg_snapshot_xmax(pg_current_snapshot())").split("\n")[2])

    before = numbered()

    def made() -> int:
        sleep(SECONDS)
        return numbered() - before

    return made
