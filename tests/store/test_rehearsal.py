"""Urgent work is rehearsed before a process serves: the first real one compiles nothing, and nobody hears of it."""

from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from meteor.panic import rehearsal as pressing
from meteor.store import prepared, rehearsal
from meteor.store.database import Base, db

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("cast")]


def rows_of_each_table() -> dict[str, Any]:
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}


def compiled() -> int:
    return prepared._prepared.cache_info().misses


@pytest.fixture(autouse=True)
def _nothing_is_compiled(cast: Any) -> None:
    db.session.commit()
    prepared._prepared.cache_clear()


def test_nothing_of_it_stays(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "HOLD", 10.0)
    before = rows_of_each_table()
    db.session.rollback()
    rehearsal.rehearse(pressing.REHEARSED, app.app_context)
    assert compiled()
    assert rows_of_each_table() == before


def test_the_first_press_finds_its_prepared_statements_compiled(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "HOLD", 10.0)
    rehearsal.rehearse(pressing.REHEARSED, app.app_context)
    before = compiled()
    pressing.press_for_trial()
    assert before == compiled() > 0


def test_what_lasts_too_long_is_cut_off(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, done = [], []

    def work() -> None:
        begun.append(1)
        pressing.press_for_trial()
        done.append(1)

    monkeypatch.setattr(rehearsal, "HOLD", 0.0)
    rehearsal.rehearse([work], app.app_context)
    assert (len(begun), done) == (rehearsal.MOST_TRIALS, [])


def test_a_work_that_commits_is_kept_from_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        pressing.press_for_trial()
        db.session.commit()

    monkeypatch.setattr(rehearsal, "HOLD", 10.0)
    before = rows_of_each_table()
    db.session.rollback()
    rehearsal.rehearse([work], app.app_context)
    assert "a rehearsal commits" in caplog.text
    assert rows_of_each_table() == before


def test_while_somebody_else_writes_it_is_given_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[int] = []
    db.session.connection()  # the right to write is ours
    with monkeypatch.context() as impatient:
        impatient.setattr(rehearsal, "SECONDS", 0.1)
        rehearsing = Thread(target=lambda: rehearsal.rehearse([lambda: done.append(1)], app.app_context))
        rehearsing.start()
        rehearsing.join(10)
    assert (rehearsing.is_alive(), done) == (False, [])
    db.session.rollback()
    rehearsal.rehearse([lambda: done.append(1)], app.app_context)
    assert done == [1]


def test_without_a_database_the_process_starts_all_the_same(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("", None, Exception("disk full"))

    event.listen(db.engine, "before_cursor_execute", away)
    try:
        rehearsal.rehearse(pressing.REHEARSED, app.app_context)
    finally:
        event.remove(db.engine, "before_cursor_execute", away)
    assert "it takes longer at first" in caplog.text
