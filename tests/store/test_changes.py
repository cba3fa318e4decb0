"""A cheap look whether anything was committed."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from meteor.store import audit
from meteor.store.changes import Changes
from meteor.store.database import db
from meteor.store.models import AuditEntry

pytestmark = pytest.mark.both_databases


@pytest.fixture
def changes(app: Flask) -> Iterator[Changes]:
    changes = Changes(db.engine)
    yield changes
    changes.close()


def test_the_first_look_finds_a_change_and_the_next_ones_none(changes: Changes) -> None:
    assert [changes.any() for _ in range(3)] == [True, False, False]


def test_each_commit_is_found_once(changes: Changes) -> None:
    changes.any()
    for _ in range(2):
        audit.record(None, "marked", "job:mark")
        db.session.commit()
        assert [changes.any(), changes.any()] == [True, False]


def test_who_only_reads_changes_nothing(changes: Changes) -> None:
    changes.any()
    db.session.scalars(select(AuditEntry)).all()
    db.session.commit()
    assert not changes.any()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_it_keeps_no_old_row_from_being_cleaned_up(changes: Changes) -> None:
    changes.any()
    held = text("select count(*) from pg_stat_activity where backend_xmin is not null and pid != pg_backend_pid()")
    assert db.session.scalar(held) == 0
    locks = text("select count(*) from pg_locks where relation is not null and pid != pg_backend_pid()")
    assert db.session.scalar(locks) == 0


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_it_is_no_writer_and_outlasts_a_pause(changes: Changes) -> None:
    changes.any()
    writers = text("select count(*) from pg_locks where locktype = 'advisory' and pid != pg_backend_pid()")
    assert db.session.scalar(writers) == 0
    assert changes._connection.execute("show idle_in_transaction_session_timeout").fetchone() == ("0",)
