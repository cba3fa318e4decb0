"""A city to measure: the demo city on a database of its own, served as bin/serve does, and people who are signed in."""

import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from time import monotonic, sleep

import flask_migrate
from flask import Flask, current_app
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, insert, select

from app import create_app
from bench._load import WrongAnswer
from meteor.accounts.models import User, UserRole, UserSession
from meteor.agencies.models import Agency, Member, Shift, Unit
from meteor.config import PROJECT, Settings
from meteor.demo import city
from meteor.store.database import db, hang_up, only_reading
from meteor.store.models import Heartbeat

START_SECONDS = 90
LASTS = 24 * 60  # minutes of a session
CSRF_SEED = "b" * 40
CREW = 2
"""Officers on a patrol."""

_BASE = {"base_name": "Mapolres", "base_latitude": -7.7545, "base_longitude": 113.2159}


@contextmanager
def demo_city(url: str = "", disk: Path = PROJECT / "var") -> Iterator[Flask]:
    """METEOR on a fresh SQLite file on the project's disk, or on the empty database at `url`, with the demo city.

    The file goes away at the end. `disk` is another folder for it.
    """
    disk.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=disk, prefix="bench-") as var:
        app = create_app(Settings.from_environment({"METEOR_VAR": var, "METEOR_DATABASE_URL": url}))
        with app.app_context():
            flask_migrate.upgrade()
            city.fill()
            db.session.commit()
            yield app
            db.session.remove()
            hang_up()


@contextmanager
def gunicorn(target: str, var: Path) -> Iterator[int]:
    """`target` in gunicorn with our settings, until the end; its port."""
    with web_server(target, var) as (port, _):
        yield port


@contextmanager
def web_server(target: str, var: Path) -> Iterator[tuple[int, int]]:
    """The same; its port and process id."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        command = ("-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"fd://{listener.fileno()}", target)
        server = subprocess.Popen(
            [sys.executable, *command, "--log-level", "warning"],
            cwd=PROJECT, env={**os.environ, "METEOR_VAR": str(var)}, pass_fds=[listener.fileno()],
        )  # fmt: skip
        try:
            port = listener.getsockname()[1]
            _wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(START_SECONDS)


@contextmanager
def scheduler(var: Path, url: str = "", target: str = "app") -> Iterator[int]:
    """The scheduler of `target` on the same database, once each of its jobs has had its first turn; its process id."""
    environment = {**os.environ, "METEOR_VAR": str(var), **({"METEOR_DATABASE_URL": url} if url else {})}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", target, "scheduler"], cwd=PROJECT, env=environment
    )
    try:
        _wait_for_heartbeats(len(current_app.config["JOBS"]))
        yield process.pid
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def sign_in(app: Flask, user_ids: list[int]) -> list[str]:
    """A Cookie header for a new session of each of these users; commits."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    name, keys = app.config["SESSION_COOKIE_NAME"], {user: token_urlsafe(24) for user in user_ids}
    session = {"device": "bench", "last_minute": LASTS, "due_minute": LASTS, "proved_minute": 0}
    db.session.execute(insert(UserSession), [{"key": key, "user_id": user, **session} for user, key in keys.items()])
    db.session.commit()
    said = {"_fresh": False, "csrf_token": CSRF_SEED}
    return [f"{name}={serializer.dumps({**said, '_user_id': key})}" for key in keys.values()]


def csrf_token(app: Flask) -> str:
    """What a page of such a session sends back with every form."""
    return URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(CSRF_SEED)


def people(role: str, count: int) -> list[int]:
    """The ids of so many new users with `role`; commits."""
    first = (db.session.scalar(db.select(db.func.max(User.id))) or 0) + 1
    ids = list(range(first, first + count))
    rows = [{"id": number, "username": f"{role}-{number}", "name": f"Number {number}"} for number in ids]
    db.session.execute(insert(User), rows)
    db.session.execute(insert(UserRole), [{"user_id": number, "role": role} for number in ids])
    db.session.commit()
    return ids


def patrols(officers: Sequence[int]) -> list[int]:
    """The police on patrol, CREW to a unit, free and at their base; the ids of the units. Commits."""
    police = db.session.scalars(select(Agency.id).where(Agency.code == "POLRES")).one()
    number = -(-len(officers) // CREW)
    db.session.execute(insert(Unit), [_patrol(police, each) for each in range(number)])
    units = list(db.session.scalars(select(Unit.id).where(Unit.call_sign.startswith("PATROL-"))))
    db.session.execute(insert(Member), [{"user_id": officer, "agency_id": police} for officer in officers])
    shifts = [{"user_id": each, "unit_id": units[at // CREW]} for at, each in enumerate(officers)]
    db.session.execute(insert(Shift), shifts)
    db.session.commit()
    return units


def _patrol(agency_id: int, number: int) -> dict[str, object]:
    return {
        "agency_id": agency_id,
        "call_sign": f"PATROL-{number}",
        "kind": "patrol_car",
        "status": "available",
        **_BASE,
    }


def _wait_for(port: int) -> None:
    last = monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=START_SECONDS).close()
            return
        except ConnectionError:
            if monotonic() > last:
                raise


def _wait_for_heartbeats(jobs: int) -> None:
    last = monotonic() + START_SECONDS
    while monotonic() < last:
        with only_reading():
            if db.session.scalar(select(func.count()).select_from(Heartbeat)) == jobs:
                return
        sleep(0.1)
    raise WrongAnswer("the scheduler did not start")
