"""What several threads write at once is one transaction, in which each piece of work stands for itself."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from meteor.accounts.models import User
from meteor.alerts import reading
from meteor.alerts import rules as alerts
from meteor.alerts.models import Alert
from meteor.store import audit, group_commit
from meteor.store.database import db, only_reading
from meteor.store.group_commit import committed
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.cast import Cast
from tests.processes.conftest import until

pytestmark = pytest.mark.both_databases


def note(word: str) -> str:
    audit.record(None, "noted", f"word:{word}")
    return word


def fail() -> str:
    note("lost")
    raise ZeroDivisionError


def press(user_id: int, alert_id: UUID) -> bool:
    fields = {"id": str(alert_id), "kind": "fire"}
    return alerts.receive(reading.incoming_alert(fields, user_id), now()).first


def noted() -> list[str]:
    with only_reading():
        subjects = select(AuditEntry.subject).where(AuditEntry.action == "noted").order_by(AuditEntry.id)
        return list(db.session.scalars(subjects))


@contextmanager
def commits() -> Iterator[list[object]]:
    """The commits of writing transactions inside."""
    seen: list[object] = []
    with hearing("commit", lambda connection: seen.append(connection)):
        yield seen


@contextmanager
def hearing(what: str, listener: Callable[[object], None]) -> Iterator[None]:
    """Call the listener at each commit, or begin, of a writing transaction inside."""
    event.listen(db.engine, what, listener)
    try:
        yield
    finally:
        event.remove(db.engine, what, listener)


@pytest.fixture(autouse=True)
def enough_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction takes in all that waits, also on a slow machine."""
    monkeypatch.setattr("meteor.store.work.SHARE", 60.0)


def at_once(app: Flask, *works: Callable[[], object]) -> list[Future[object]]:
    """Each piece of work in a thread of its own; none begins before all of them wait."""
    db.session.rollback()
    with ThreadPoolExecutor(len(works)) as threads, group_commit._leading:
        return [enter(app, threads, work, number) for number, work in enumerate(works, start=1)]


def enter(app: Flask, threads: ThreadPoolExecutor, work: Callable[[], object], number: int) -> Future[object]:
    """Returns when it waits, as the one with this `number`."""

    def run() -> object:
        with app.app_context():
            return committed(work, app.app_context)

    future = threads.submit(run)
    until(lambda: len(group_commit._waiting) == number)
    return future


def test_what_waits_together_is_one_transaction(app: Flask) -> None:
    with commits() as seen:
        answers = at_once(app, lambda: note("one"), lambda: note("two"), lambda: note("three"))
    assert [answer.result() for answer in answers] == ["one", "two", "three"]
    assert noted() == ["word:one", "word:two", "word:three"]
    assert len(seen) == 1


def test_work_that_fails_fails_alone(app: Flask) -> None:
    first, second, third = at_once(app, lambda: note("one"), fail, lambda: note("three"))
    assert isinstance(second.exception(), ZeroDivisionError)
    assert (first.result(), third.result()) == ("one", "three")
    assert noted() == ["word:one", "word:three"]


def test_nobody_is_told_of_success_when_the_commit_fails(app: Flask) -> None:
    def full(connection: object) -> None:
        raise OSError("no space left")

    with hearing("commit", full):
        answers = at_once(app, lambda: note("one"), lambda: note("two"))
    assert [type(answer.exception()) for answer in answers] == [OSError, OSError]
    assert noted() == []


def test_what_comes_while_the_first_waits_for_the_right_to_write_goes_along(app: Flask) -> None:
    with commits() as seen, ThreadPoolExecutor(2) as threads:
        db.session.connection()  # the right to write
        first = enter(app, threads, lambda: note("one"), 1)
        second = enter(app, threads, lambda: note("two"), 2)
        db.session.rollback()
        assert [first.result(), second.result()] == ["one", "two"]
    assert len(seen) == 1


def test_all_are_told_when_no_transaction_begins(app: Flask) -> None:
    def away(connection: object) -> None:
        raise OSError("the database is away")

    with hearing("begin", away):
        answers = at_once(app, lambda: note("one"), lambda: note("two"))
    assert [type(answer.exception()) for answer in answers] == [OSError, OSError]
    assert not group_commit._waiting
    assert noted() == []


def test_nobody_waits_for_ever_where_a_thread_is_ended(app: Flask) -> None:
    def end() -> str:
        raise SystemExit

    answers = at_once(app, lambda: note("one"), end, lambda: note("three"))
    assert [type(answer.exception()) for answer in answers] == [SystemExit] * 3
    assert committed(lambda: note("later"), app.app_context) == "later"
    assert noted() == ["word:later"]


def test_where_the_database_goes_away_nothing_is_tried_again(app: Flask) -> None:
    tries = []

    def lose() -> str:
        tries.append("lose")
        raise OperationalError("", {}, sqlite3.OperationalError(), connection_invalidated=True)

    answers = at_once(app, lambda: tries.append("first"), lose)
    assert [type(answer.exception()) for answer in answers] == [OperationalError, OperationalError]
    assert tries == ["first", "lose"]


def test_two_presses_with_one_uuid_in_one_transaction_are_one_alert(app: Flask, cast: Cast) -> None:
    sari, alert_id = cast.sari.id, uuid4()
    db.session.commit()
    with commits() as seen:
        answers = at_once(app, lambda: press(sari, alert_id), lambda: press(sari, alert_id))
    assert [answer.result() for answer in answers] == [True, False]
    assert len(seen) == 1
    assert db.session.scalar(select(func.count()).select_from(Alert)) == 1


def test_presses_of_one_account_in_one_transaction_join_one_incident(app: Flask, cast: Cast) -> None:
    sari = cast.sari.id
    db.session.commit()
    at_once(app, lambda: press(sari, uuid4()), lambda: press(sari, uuid4()), lambda: press(sari, uuid4()))
    rows = db.session.execute(select(Alert.incident_id, Alert.repeat).order_by(Alert.repeat)).all()
    assert [row.repeat for row in rows] == [False, True, True]
    assert len({row.incident_id for row in rows}) == 1


def test_work_never_meets_what_the_session_of_its_request_has_not_committed(app: Flask, cast: Cast) -> None:
    sari = cast.sari.id
    db.session.commit()
    db.session.get_one(User, sari).name = "unsaved"
    seen = committed(lambda: db.session.get_one(User, sari).name, app.app_context)
    assert seen == "Sari Wulandari"
