"""A database that is away for a moment: whoever asks is told to come again, and nothing is lost by it."""

import logging
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask, request_finished
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection

from meteor.store import database
from meteor.store.database import db, is_away, roll_back
from meteor.web import errors
from tests.conftest import Browser

pytestmark = pytest.mark.both_databases


@contextmanager
def away(after: int = 0) -> Iterator[None]:
    """No engine reaches the database after so many statements."""
    statements = count()

    def refuse(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if next(statements) < after:
            return
        raise OperationalError(statement, None, psycopg.OperationalError("connection is bad"))

    for engine in db.engines.values():
        event.listen(engine, "before_cursor_execute", refuse)
    yield
    for engine in db.engines.values():
        event.remove(engine, "before_cursor_execute", refuse)


def test_a_press_is_asked_to_come_again_and_the_outage_is_one_line_in_the_log(
    as_user: Callable[[str], Browser], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "_logged", {})
    sari = as_user("sari")
    form = {"id": str(uuid4()), "kind": "fire"}
    with caplog.at_level(logging.ERROR):
        db.session.commit()
        with away():
            answers = [sari.post("/alerts", data=form, headers={"Accept": "application/json"}) for _ in range(3)]
    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in answers] == [(503, "5")] * 3
    assert "112" in answers[0].text
    assert [record.exc_info for record in caplog.records if "database is away" in record.message] == [None]
    assert sari.post("/alerts", data=form, headers={"Accept": "application/json"}).status_code == 201


def test_a_poll_that_meets_the_outage_after_its_user_was_found_is_asked_to_come_again(
    as_user: Callable[[str], Browser],
) -> None:
    agus = as_user("agus")
    db.session.commit()
    with away(after=1):
        answer = agus.get("/incidents/rows", headers={"HX-Request": "true"})
    assert answer.status_code == 503


def refuse(connection: Any) -> None:
    raise OperationalError("rollback", None, psycopg.OperationalError("server closed the connection"))


@pytest.fixture
def gone() -> Iterator[Callable[..., None]]:
    """From its call on no transaction can be rolled back."""
    yield lambda *given, **named: [event.listen(each, "rollback", refuse) for each in db.engines.values()]  # type: ignore[misc]
    for each in db.engines.values():
        event.remove(each, "rollback", refuse)


def test_a_page_is_answered_though_the_database_goes_away_after_its_last_question(
    app: Flask, as_user: Callable[[str], Browser], gone: Callable[..., None]
) -> None:
    sari = as_user("sari")
    db.session.commit()
    with request_finished.connected_to(gone, app):
        assert sari.get("/account").status_code == 200


def test_a_failure_is_told_though_its_transaction_cannot_be_rolled_back(app: Flask, gone: Callable[..., None]) -> None:
    db.session.execute(text("select 1"))
    gone()
    roll_back()
    assert db.session.scalar(text("select 1")) == 1


def sqlite_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError()
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("", None, psycopg.OperationalError("connection is bad")), True),
        (OperationalError("", None, psycopg.errors.AdminShutdown("")), True),
        (OperationalError("", None, psycopg.errors.CannotConnectNow("")), True),
        (OperationalError("", None, sqlite_error("SQLITE_BUSY")), True),
        (OperationalError("", None, psycopg.OperationalError(""), connection_invalidated=True), True),
        (InterfaceError("", None, psycopg.InterfaceError("the connection is closed")), True),
        (NoConnection("QueuePool limit"), True),
        (OperationalError("", None, sqlite_error("SQLITE_ERROR")), False),
        (OperationalError("", None, psycopg.errors.DeadlockDetected("")), False),
        (ProgrammingError("", None, psycopg.errors.UndefinedColumn("")), False),
        (IntegrityError("", None, sqlite_error("SQLITE_CONSTRAINT_FOREIGNKEY")), False),
        (ValueError(), False),
    ],
)  # fmt: skip
def test_an_absent_database_is_told_from_other_errors(error: BaseException, expected: bool) -> None:
    assert is_away(error) is expected


def test_a_server_that_does_not_answer_is_away_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CONNECT_SECONDS", 2)  # libpq knows none shorter
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = make_url(f"postgresql+psycopg://meteor@127.0.0.1:{mute.getsockname()[1]}/meteor")
        made = database.configuration(url)
        for options in (made["SQLALCHEMY_ENGINE_OPTIONS"], made["SQLALCHEMY_BINDS"][database.READER]):
            with pytest.raises(OperationalError) as refused:
                create_engine(url, connect_args=options["connect_args"]).connect()
            assert is_away(refused.value)
