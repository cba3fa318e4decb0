"""Transactions that read and transactions that write."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from meteor.accounts.models import User
from meteor.config import PROJECT
from meteor.store.database import BUSY_SECONDS, db, hang_up, only_reading, reading
from meteor.store.moments import now
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser
from tests.processes.conftest import LONGEST

pytestmark = pytest.mark.both_databases


def files_of_the_database(app: Flask) -> list[str]:
    """The paths of its files that this process has open, also of those that an earlier test has left open."""
    paths = [str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
    return sorted(path for path in paths if path.startswith(f"{app.config['SETTINGS'].var}/meteor.db"))


def test_a_reading_transaction_cannot_write(app: Flask, cast: Cast) -> None:
    db.session.commit()
    token = reading.set(True)
    try:
        with pytest.raises(DBAPIError):
            db.session.execute(text("update users set name = 'changed'"))
        db.session.rollback()
    finally:
        reading.reset(token)
    assert cast.sari.name == "Sari Wulandari"


def test_reading_that_ends_without_its_database_keeps_nobody_from_writing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("", None, Exception("the connection is closed"))

    with monkeypatch.context() as lost, pytest.raises(OperationalError), only_reading():
        lost.setattr(db.session, "rollback", away)
    db.session.rollback()
    assert not reading.get()


def test_after_a_get_the_next_request_may_write_again(cast: Cast, as_user: Callable[[str], Browser]) -> None:
    browser = as_user("sari")
    assert browser.get("/account").status_code == 200
    assert browser.post("/account/pin", data={"current": PASSWORD, "pin": "1234"}).status_code == 302
    db.session.expire_all()
    assert cast.sari.pin_hash is not None


def test_a_connection_that_is_closed_leaves_no_file_open(app: Flask) -> None:
    before = files_of_the_database(app)
    db.session.execute(text("update users set name = 'Sari' where username = 'sari'"))
    db.session.remove()
    hang_up()
    assert files_of_the_database(app) == before


def test_a_moment_is_kept_in_utc_whatever_its_zone(app: Flask, cast: Cast) -> None:
    wib = datetime(2026, 11, 24, 14, 3, tzinfo=timezone(timedelta(hours=7)))
    cast.sari.suspended_until = wib
    db.session.commit()
    kept = db.session.scalars(select(User.suspended_until).where(User.username == "sari")).one()
    assert kept == wib
    assert kept is not None
    assert kept.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(app: Flask, cast: Cast) -> None:
    cast.sari.suspended_until = now().replace(tzinfo=None)
    with pytest.raises(StatementError, match="has no time zone"):
        db.session.flush()
    db.session.rollback()


COUNTING = """
from sqlalchemy import text
from app import app
from meteor.store.database import db
with app.app_context():
    for _ in range(50):
        last = db.session.execute(text("select last from incident_days where day = 'race'")).scalar_one()
        db.session.execute(text("update incident_days set last = :last where day = 'race'"), {"last": last + 1})
        db.session.commit()
"""


def test_no_update_is_lost_between_processes_on_sqlite(tmp_path: Path) -> None:
    """Read, add one, write back: four processes, fifty times each, on one SQLite file."""
    environment = {"METEOR_VAR": str(tmp_path), "METEOR_DEMO": "0", "PATH": "/usr/bin:/bin"}

    def run(program: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, env=environment)

    prepare = (
        "import flask_migrate\nfrom sqlalchemy import text\nfrom app import app\nfrom meteor.store.database import db\n"
        "with app.app_context():\n    flask_migrate.upgrade()\n"
        "    db.session.execute(text(\"insert into incident_days values ('race', 0)\"))\n    db.session.commit()\n"
    )
    assert run(prepare).wait(LONGEST) == 0
    counters = [run(COUNTING) for _ in range(4)]
    assert [counter.wait(LONGEST) for counter in counters] == [0] * 4
    read = "select last from incident_days where day = 'race'"
    with closing(sqlite3.connect(tmp_path / "meteor.db")) as connection:
        assert connection.execute(read).fetchone() == (200,)


def test_what_the_database_refuses_is_not_told_with_what_was_to_be_written(app: Flask, cast: Cast) -> None:
    db.session.add(User(username="sari", name="Sari", phone="+6281234567890"))
    with pytest.raises(DBAPIError) as refused:
        db.session.flush()
    db.session.rollback()
    assert "+6281234567890" not in str(refused.value)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_database_ends_a_writer_that_hangs_since_all_others_wait_for_it(app: Flask) -> None:
    assert db.session.scalar(text("show idle_in_transaction_session_timeout")) == f"{BUSY_SECONDS}s"
