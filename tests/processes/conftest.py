"""METEOR as it is in the city, gunicorn and schedulers in processes of their own, to be killed; and who asks it."""

import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from multiprocessing.context import ForkServerProcess as Process
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Executable, Select, func, insert, select

from meteor.accounts import sessions
from meteor.accounts.models import User, UserRole
from meteor.agencies.models import Unit, UnitCapability
from meteor.store.database import db, only_reading
from tests.cast import HOME, Cast
from tests.conftest import CSRF_SEED, KEYS
from tests.processes.forked import FORKSERVER, run

LONGEST = 300.0
"""Seconds after which something hangs; a slow machine is no failure."""


class Answer(NamedTuple):
    """What a server said."""

    status: int
    body: bytes


class Servers:
    """Real processes on the test's database: a gunicorn at `port`, and schedulers. Their output goes to files."""

    anew = False
    """Whether each starts from nothing, where Python itself shall look at the environment."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        settings = app.config["SETTINGS"]
        url = settings.database_url.render_as_string(hide_password=False)
        self.environment = os.environ | KEYS | {
            "METEOR_VAR": str(settings.var), "METEOR_DATABASE_URL": url, "METEOR_DEMO": "0",
        }  # fmt: skip
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.running: list[Process] = []

    def start_gunicorn(self, workers: int = 2) -> Process:
        """Serve METEOR, with all of gunicorn's workers there."""
        gunicorn = self._start(
            "gunicorn", "-c", "gunicorn.conf.py", "-b", "fd://{}", "--log-level", "warning", "app:app"
        )
        until(lambda: len(workers_of(gunicorn)) == workers)
        until(lambda: self.ask("GET", "/healthz").status == 200)
        return gunicorn

    def start_scheduler(self, target: str = "app") -> Process:
        """A scheduler of the application `target` that is about to begin its first turn."""
        scheduler = self._start("flask", "--app", target, "scheduler")
        until(lambda: b"The scheduler is" in self._said(scheduler))
        return scheduler

    def kill(self, process: Process) -> None:
        """End a process of ours as the kernel does when memory is short."""
        self.running.remove(process)
        assert process.exitcode is None, self._said(process)  # else it had ended by itself
        process.kill()
        process.join()

    def ask(self, *request: Any) -> Answer:
        """One request on a connection of its own."""
        with closing(Connection(self.port, "")) as connection:
            return connection.ask(*request)

    def stop(self) -> None:
        """End everything as an administrator does. Nothing may have ended by itself or left a traceback."""
        died = [self._said(process) for process in self.running if process.exitcode is not None]
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.join(LONGEST)
        hung = [self._said(process) for process in self.running if process.exitcode is None]
        for process in self.running:
            process.kill()  # pytest would wait for it
        self.listener.close()
        assert (died, hung) == ([], [])
        said = "".join(file.read_text() for file in self.folder.iterdir())
        assert "Traceback" not in said, said

    def cookie(self, who: int | None) -> str:
        """The Cookie header of a new session of the user with this id, or of a signed-out browser; commits."""
        key = sessions.begin_session(db.session.get_one(User, who), "Chrome · Android").key if who else ""
        db.session.commit()
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        session = {"_user_id": key, "_fresh": True, "csrf_token": CSRF_SEED}
        return f"{self.app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}"

    def token(self) -> str:
        """What a page of such a session sends back with every form."""
        return URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(CSRF_SEED)

    def _start(self, *command: str) -> Process:
        arguments = (command, self.environment, self.listener, self.folder, self.anew)
        process = FORKSERVER.Process(target=run, args=arguments, daemon=True)
        (self.folder / process.name).touch()
        starting = Thread(target=process.start, daemon=True)
        # A pytest of several processes ends without ado, and removes no folder of multiprocessing.
        with patch.object(tempfile, "tempdir", str(self.app.config["SETTINGS"].var)):
            starting.start()
            starting.join(LONGEST)
        assert process.pid, "it did not start in time"
        self.running.append(process)
        return process

    def _said(self, process: Process) -> bytes:
        return (self.folder / process.name).read_bytes()


class Connection:
    """One connection that stays, as a phone's does; it is made again once it broke."""

    def __init__(self, port: int, cookie: str) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
        self.cookie = cookie

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """Raises OSError or HTTPException when no whole answer comes."""
        known = {"Accept": "application/json", "Cookie": self.cookie, "Accept-Language": "en"}
        try:
            self.http.request(method, path, body, known | {name.replace("_", "-"): it for name, it in headers.items()})
            response = self.http.getresponse()
            return Answer(response.status, response.read())
        except (OSError, HTTPException):
            self.http.close()
            raise

    def close(self) -> None:
        self.http.close()


def until(holds: Callable[[], Any], seconds: float = LONGEST) -> None:
    """Look again and again, until it holds or the time is over."""
    last, never = monotonic() + seconds, Event()
    while not holds():
        assert monotonic() < last, "this did not come about in time"
        never.wait(0.02)


def workers_of(gunicorn: Process) -> list[int]:
    """The process ids of gunicorn's workers."""
    return [int(pid) for pid in Path(f"/proc/{gunicorn.pid}/task/{gunicorn.pid}/children").read_text().split()]


def kill_worker(gunicorn: Process) -> None:
    """End the gunicorn worker with the most connections as the kernel does, and see another take its place.

    All phones may have connected while the other worker was not yet up, and stay with the one that was.
    """
    worker = max(workers_of(gunicorn), key=lambda pid: len(list(Path(f"/proc/{pid}/fd").iterdir())))
    os.kill(worker, signal.SIGKILL)
    until(lambda: worker not in workers_of(gunicorn) and len(workers_of(gunicorn)) == 2)


def rows(query: Executable) -> list[Any]:
    """What is on disk now, keeping nobody from writing."""
    with only_reading():
        return list(db.session.execute(query).all())


def count(query: Select[*tuple[Any, ...]]) -> int:
    """How many rows there are on disk now."""
    return int(rows(select(func.count()).select_from(query.subquery()))[0][0])


def people(role: str, number: int) -> list[int]:
    """The ids of so many new people with this role; commits."""
    first = (db.session.scalar(select(func.max(User.id))) or 0) + 1
    ids = range(first, first + number)
    names = [{"id": who, "username": f"{role}-{who}", "name": f"Warga {who}", "language": "en"} for who in ids]
    db.session.execute(insert(User), names)
    db.session.execute(insert(UserRole), [{"user_id": who, "role": role} for who in ids])
    db.session.commit()
    return list(ids)


def motorbikes(cast: Cast, number: int) -> None:
    """So many more motorbikes of the police, free at their bases around Sari's door; commits."""
    police = cast.unit("TRAIL-01").agency_id
    first = (db.session.scalar(select(func.max(Unit.id))) or 0) + 1
    ids = range(first, first + number)
    bikes = [
        {"id": unit, "call_sign": f"BIKE-{unit}", "agency_id": police, "kind": "motorbike", "base_name": "Pos",
         "base_latitude": HOME[0] - unit / 10_000, "base_longitude": HOME[1], "status": "available"}
        for unit in ids
    ]  # fmt: skip
    db.session.execute(insert(Unit), bikes)
    db.session.execute(insert(UnitCapability), [{"unit_id": unit, "capability": "patrol"} for unit in ids])
    db.session.commit()


@pytest.fixture
def servers(app: Flask, tmp_path: Path) -> Iterator[Servers]:
    """Processes on the test's database; at the end they are stopped, and none may have broken down."""
    servers = Servers(app, tmp_path)
    yield servers
    servers.stop()
