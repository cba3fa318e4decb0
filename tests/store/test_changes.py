"""A cheap look whether anything was committed."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.store import audit
from meteor.store.changes import Changes, Remembered
from meteor.store.database import READER, db, execute, hang_up
from meteor.store.models import AuditEntry
from meteor.store.sessionless import without_session

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


class Counted:
    """How many entries the audit log has, remembered; `reads` is how often the database was asked."""

    def __init__(self) -> None:
        self.remembered: Remembered[int] = Remembered()
        self.reads = 0

    def read(self) -> int:
        self.reads += 1
        return execute(select(func.count()).select_from(AuditEntry)).scalar_one()

    def get(self, during: int = 0, of: str = "") -> int:
        return self.remembered.get(db.engines[READER], during, self.read, of=of)


def entry() -> None:
    audit.record(None, "marked", "job:mark")
    db.session.commit()


@pytest.mark.usefixtures("app")
class TestRemembered:
    def test_it_is_read_again_only_when_something_was_committed_or_its_time_is_over(self) -> None:
        counted = Counted()
        before = counted.get()
        assert (counted.get(), counted.reads) == (before, 1)
        entry()
        assert (counted.get(), counted.reads) == (before + 1, 2)
        assert (counted.get(during=1), counted.reads) == (before + 1, 3)

    def test_it_is_read_again_after_the_process_has_hung_up(self) -> None:
        counted = Counted()
        counted.get()
        hang_up()  # as before a database is put back from a copy
        assert (counted.get(), counted.reads) == (counted.get(), 2)

    def test_what_a_transaction_that_began_before_sees_is_not_remembered(self) -> None:
        counted = Counted()
        before = counted.get()
        with without_session(db.engines[READER]):
            counted.read()  # its state is fixed now
            entry()
            assert counted.get() == before + 1
        assert counted.get() == before + 1

    def test_values_of_different_things_stay_apart_until_something_is_committed(self) -> None:
        counted = Counted()
        for of in ("a", "b", "a", "b"):
            counted.get(of=of)
        assert counted.reads == 2
        entry()
        for of in ("a", "b"):
            counted.get(of=of)
        assert counted.reads == 4

    def test_what_is_known_asks_nothing_of_the_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        counted, engine = Counted(), db.engines[READER]
        counted.get()
        if engine.dialect.name == "sqlite":  # elsewhere the look at the changes is a statement itself
            monkeypatch.setattr(type(engine), "connect", lambda self: 1 // 0)
        with without_session(engine):
            assert counted.get() == counted.get()
        assert counted.reads == 1

    def test_a_reading_that_failed_is_made_again(self) -> None:
        counted = Counted()
        before = counted.get()
        entry()
        with pytest.raises(ZeroDivisionError):
            counted.remembered.get(db.engines[READER], 0, lambda: 1 // 0)
        assert counted.get() == before + 1
