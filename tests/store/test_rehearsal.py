"""Urgent work is rehearsed before a process serves: the first real one compiles nothing, and nobody hears of it."""

from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
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


def test_what_lasts_too_long_is_cut_off_and_tried_again_while_it_comes_further(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, reached = [0.0], []

    def work() -> None:
        trial = len(reached)
        reached.append(0)
        for _ in range(50):
            clock[0] += 0.05 / (1 + min(trial, 3))  # the first three times much is compiled
            db.session.execute(text("select 1"))
            reached[-1] += 1

    monkeypatch.setattr(rehearsal, "monotonic", lambda: clock[0])
    monkeypatch.setattr(rehearsal, "HOLD", 0.2)
    monkeypatch.setattr(rehearsal, "SECONDS", 100.0)
    rehearsal.rehearse([work], app.app_context)
    assert reached == [4, 7, 11, 16, 16, 16]


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
    assert "Errno" not in caplog.text
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
