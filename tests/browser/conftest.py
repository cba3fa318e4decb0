"""What every browser test stands on: METEOR served as it is in the city, and the phones and tablets that look at it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import flask_migrate
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from app import create_app
from meteor.accounts import gateway
from meteor.config import Settings
from meteor.store.database import db, hang_up
from meteor.store.moments import now
from tests.cast import HOME, Cast, populate, session_of
from tests.conftest import KEYS, SLOW

PROJECT = Path(__file__).parents[2]
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}

GATEWAY = {
    "METEOR_GATEWAY_URL": "https://gateway.invalid/send",
    "METEOR_GATEWAY_TOKEN": "token",
    "METEOR_GATEWAY_BODY": '{"to": "{number}", "message": "{text}"}',
}
"""Pages are those of a city with a gateway for messages. Nothing reaches it."""

Opener = Callable[..., Page]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            item.add_marker(pytest.mark.browser)


class City:
    """METEOR in gunicorn with its scheduler, on a database of its own, at `address`."""

    def __init__(self, var: Path) -> None:
        self.file = var / "meteor.db"
        self.kept = var / "cast.db"
        url = f"sqlite:///{self.file}"
        self.environment = KEYS | GATEWAY | {"METEOR_VAR": str(var), "METEOR_DEMO": "0", "METEOR_DATABASE_URL": url}
        self.app: Flask = create_app(Settings.from_environment(self.environment))
        gateway.configure(None)  # only what is served has one: in this process other tests have none
        with self.database():
            flask_migrate.upgrade()
            populate()
        with closing(sqlite3.connect(self.file)) as live:
            live.execute("VACUUM INTO ?", (str(self.kept),))
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.web = self._start(
            "gunicorn", "-c", "gunicorn.conf.py", "-b", f"fd://{self.listener.fileno()}", "--log-level", "warning",
            "app:app",
        )  # fmt: skip
        self.scheduler = self._start("flask", "--app", "app", "scheduler")
        urlopen(f"{self.address}/healthz", timeout=60).close()  # the listener keeps it until gunicorn is there

    @contextmanager
    def database(self) -> Iterator[Cast]:
        """The cast, in a transaction of the test's own that is committed at the end: nobody writes meanwhile.

        Scenes that commit themselves end it: `scenes.press` does not, `scenes.report` does.
        """
        with self.app.app_context():
            yield Cast()
            db.session.commit()

    def hold_jobs(self) -> None:
        """From now to `resume_jobs` the scheduler does nothing: an offer stays as long as the test gives it.

        Only within `database()`, whose right to write it takes: the scheduler then has none. It may wait for it, and
        must not be given it before all of its threads have stopped.
        """
        db.session.connection()  # begins a transaction, if the scene has committed
        os.killpg(self.scheduler.pid, signal.SIGSTOP)
        threads = Path(f"/proc/{self.scheduler.pid}/task")
        while any(thread.read_text().rpartition(")")[2].split()[0] != "T" for thread in threads.glob("*/stat")):
            os.sched_yield()

    def resume_jobs(self) -> None:
        """The scheduler goes on with what is due by now, as it does at the end of each test."""
        os.killpg(self.scheduler.pid, signal.SIGCONT)

    def reset(self) -> None:
        """The cast and nothing else, while the servers run.

        A lone event stays, so that the ids of events go on growing as in the city: the gate for polls relies on that.
        """
        with closing(sqlite3.connect(self.file, isolation_level=None, timeout=15)) as live:
            live.execute("ATTACH ? AS kept", (str(self.kept),))
            live.execute("BEGIN IMMEDIATE")
            (newest,) = live.execute("SELECT coalesce(max(id), 0) FROM main.events").fetchone()
            for (table,) in live.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
                live.execute(f'DELETE FROM main."{table}"')
                live.execute(f'INSERT INTO main."{table}" SELECT * FROM kept."{table}"')
            live.execute(
                "INSERT INTO main.events (id, incident_id, at, event_type, actor_name, detail) "
                "VALUES (?, 0, '2026-01-01 00:00:00', 'note', '', '{}')",
                (newest + 1,),
            )
            live.execute("COMMIT")

    def sign_in(self, context: BrowserContext, username: str) -> None:
        """Give a browser the session cookie of a member of the cast."""
        with self.database():
            session = {"_user_id": session_of(username), "_fresh": True, "_permanent": True}
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        context.add_cookies([{"name": "meteor", "value": serializer.dumps(session), "url": self.address}])

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """Let the web server answer nobody, though it is still reached."""
        os.killpg(self.web.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.web.pid, signal.SIGCONT)

    def stop(self) -> None:
        died = [process.args for process in (self.scheduler, self.web) if process.poll() is not None]
        for process in (self.scheduler, self.web):
            process.terminate()
        for process in (self.scheduler, self.web):
            process.wait(30)
        self.listener.close()
        with self.app.app_context():
            hang_up()
        assert died == [], "these ended by themselves"

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", *command], cwd=PROJECT, env={**os.environ, **self.environment},
            pass_fds=[self.listener.fileno()], start_new_session=True,
        )  # fmt: skip


@pytest.fixture(scope="package")  # its scheduler takes a fifth of a processor, and other tests follow
def served_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    city = City(tmp_path_factory.mktemp("city"))
    yield city
    city.stop()


@pytest.fixture
def city(served_city: City) -> Iterator[City]:
    """METEOR, served, with the cast in its database and nothing else."""
    served_city.reset()
    yield served_city
    served_city.resume_jobs()


def cut_network(page: Page) -> None:
    """Once the page's service worker is there: one whose script is still on its way complains."""
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.context.set_offline(True)


def stop_clock(page: Page) -> None:
    """From now on time passes for the page's scripts only by `page.clock`, however slow the machine is."""
    page.clock.install()
    page.clock.pause_at(now() + timedelta(minutes=1))


@pytest.fixture
def forgive() -> list[str]:
    """Parts of console messages that this test brings about on purpose: `forgive.append("ERR_INTERNET")`."""
    return []


@pytest.fixture
def device(city: City, browser: Browser, forgive: list[str]) -> Iterator[Opener]:
    """`device(PHONE, "sari", color_scheme="dark")` is a page in Sari's browser, at her door, its place known.

    A device of nobody (`""`) is signed out. What a page complains about in its console fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.text} ({message.location['url']})")

    def open_(kind: dict[str, Any], username: str = "", **options: Any) -> Page:
        place = {"latitude": HOME[0], "longitude": HOME[1], "accuracy": 12}
        defaults = {"locale": "id-ID", "geolocation": place, "permissions": ["geolocation"], "base_url": city.address}
        context = browser.new_context(**{**defaults, **kind, **options})
        context.set_default_timeout(SLOW)
        context.on("console", heard)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        if username:
            city.sign_in(context, username)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()
    assert [said for said in complaints if not any(part in said for part in forgive)] == []


@pytest.fixture
def phone(device: Opener) -> Opener:
    """`phone("sari")`: a page of 360 by 640 on Sari's phone."""
    return lambda username="", **options: device(PHONE, username, **options)


@pytest.fixture
def tablet(device: Opener) -> Opener:
    """`tablet("agus")`: a page of 820 by 1180 on Agus's tablet."""
    return lambda username="", **options: device(TABLET, username, **options)


@pytest.fixture
def desktop(device: Opener) -> Opener:
    """`desktop("komang")`: a page of 1440 by 900 on Komang's screen."""
    return lambda username="", **options: device(DESKTOP, username, **options)
