"""A cheap look whether anything was committed."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.store import audit
from meteor.store.changes import Changes
from meteor.store.database import READER, db
from meteor.store.models import AuditEntry

pytestmark = pytest.mark.both_databases


@pytest.fixture
def changes(app: Flask) -> Iterator[Changes]:
    changes = Changes(db.engines[READER])
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
