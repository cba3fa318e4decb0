"""A disk that is nearly full is told to the administrators, a full one is answered 503."""

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from meteor.alerts.models import Alert
from meteor.notices.models import Notice
from meteor.scheduler import jobs
from meteor.store import disk
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web import errors
from tests.conftest import Browser

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def unlogged(monkeypatch: pytest.MonkeyPatch) -> None:
    """No full disk was logged within this minute."""
    monkeypatch.setattr(errors, "_logged", {})


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite may not grow by one page; PostgreSQL says what it says of a full disk."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("create table ballast (bytes blob)"))
        pages = db.session.scalar(text("pragma page_count"))
        db.session.rollback()

        def limit(connection: Any) -> None:
            connection.exec_driver_sql(f"pragma max_page_count = {pages}")

        event.listen(db.engine, "begin", limit)
        yield
        event.remove(db.engine, "begin", limit)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("pragma max_page_count = 1073741823")
        return

    def refuse(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().lower().startswith("insert"):
            raise OperationalError(statement, None, psycopg.errors.DiskFull("could not extend file"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    yield
    event.remove(db.engine, "before_cursor_execute", refuse)


def press(browser: Browser, **headers: str) -> Any:
    """A press with a note that needs pages of its own."""
    note = "".join(str(uuid4()) for _ in range(60))
    return browser.post("/alerts", data={"id": str(uuid4()), "note": note}, headers=headers)


def test_a_press_on_a_full_disk_is_asked_to_come_again_and_logged_in_one_line(
    as_user: AsUser, caplog: pytest.LogCaptureFixture
) -> None:
    sari = as_user("sari")
    with full_disk(), caplog.at_level(logging.ERROR):
        answers = [press(sari) for _ in range(60)]
        machine = press(sari, **JSON)
    refused = [answer for answer in answers if answer.status_code == 503]
    assert len(refused) > 3, [answer.status_code for answer in answers]
    assert {answer.headers["Retry-After"] for answer in [*refused, machine]} == {"30"}
    assert "112" in refused[0].text
    assert (machine.status_code, machine.mimetype) == (503, "application/problem+json")
    assert [record.exc_info for record in caplog.records if "disk is full" in record.message] == [None]
    assert press(sari).status_code == 303
    taken = sum(answer.status_code == 303 for answer in answers) + 1
    assert len(db.session.scalars(select(Alert)).all()) == taken


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True), (OSError(errno.EDQUOT, "quota"), True),
        (OSError(errno.ENOENT, "no such file"), False), (ValueError(), False),
        (OperationalError("", None, psycopg.errors.DiskFull("")), True),
        (OperationalError("", None, psycopg.errors.DeadlockDetected("")), False),
    ],
)  # fmt: skip
def test_a_full_disk_is_told_from_other_errors(error: BaseException, full: bool) -> None:
    assert disk.is_full(error) is full


def test_administrators_are_told_of_a_disk_that_is_nearly_full_until_there_is_space(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {"METEOR_VAR": 700 * 1024**2}
    monkeypatch.setattr(disk, "free", lambda: left)
    jobs.watch_disks(now())
    jobs.watch_disks(now())
    notice = db.session.scalars(select(Notice).where(Notice.kind == "disk_low")).one()
    assert (notice.role, notice.detail, notice.acknowledged_at) == (
        "admin",
        {"disk": "METEOR_VAR", "megabytes": 700},
        None,
    )
    left["METEOR_VAR"] = 2 * disk.LOW
    jobs.watch_disks(now())
    db.session.refresh(notice)
    assert notice.acknowledged_at is not None
    left["METEOR_VAR"] = 1
    jobs.watch_disks(now())
    assert len(db.session.scalars(select(Notice).where(Notice.kind == "disk_low")).all()) == 2


def test_the_disks_are_measured(app: Flask) -> None:
    assert disk.free().keys() == {"METEOR_VAR"} | ({"PostgreSQL"} if db.engine.dialect.name == "postgresql" else set())
    assert all(left > 0 for left in disk.free().values())


def test_readyz_says_which_disk_is_nearly_full(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "free", lambda: {"METEOR_VAR": 5 * 1024**2})
    answer = as_user("").get("/readyz")
    assert (answer.status_code, answer.json["checks"]["disk"]) == (503, "METEOR_VAR has 5 MB left")
