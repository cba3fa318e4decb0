"""Statements that are given to the driver directly behave as SQLAlchemy's own do."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, SAWarning, StatementError

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.store import prepared
from meteor.store.database import db, execute, insert_once
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.cast import Cast
from tests.scenes import press

pytestmark = pytest.mark.both_databases

ADD = insert(OutboxItem).returning(OutboxItem.id, OutboxItem.created_at, OutboxItem.payload)
FOUND = select(OutboxItem.key, OutboxItem.payload, OutboxItem.due_at, OutboxItem.done_at, OutboxItem.attempts).where(
    OutboxItem.topic == bindparam("topic")
)
NAMES = select(User.name).where(User.id.in_(bindparam("ids", expanding=True))).order_by(User.name)
OF_ALERT = select(Alert.id, Alert.silent, Alert.received_at).where(Alert.id == bindparam("alert"))


@pytest.fixture
def item(app: Flask) -> dict[str, Any]:
    item = {"key": "one", "topic": "mark", "payload": {"what": "Ini 100 % nyata"}, "due_at": now() + timedelta(hours=1)}
    execute(ADD, **item)
    return item


def test_rows_have_the_values_that_sqlalchemy_gives(item: dict[str, Any]) -> None:
    (row,) = execute(FOUND, topic="mark").all()
    assert row == db.session.connection().execute(FOUND, {"topic": "mark"}).one()
    assert (row.key, row.payload, row.due_at, row.done_at, row.attempts) == (
        "one", item["payload"], item["due_at"], None, 0,
    )  # fmt: skip


def test_ids_truth_and_moments_come_as_they_were_stored(cast: Cast) -> None:
    before = now()
    press(cast, silent=True)
    alert = db.session.scalars(select(Alert)).one()
    found = execute(OF_ALERT, alert=alert.id).one()
    assert (found.id, found.silent) == (alert.id, True)
    assert before <= found.received_at <= now()


def test_what_is_left_out_has_the_value_of_its_column(item: dict[str, Any]) -> None:
    before = now()
    made = execute(ADD, key="two", topic="mark", payload={}).one()
    assert before <= made.created_at <= now()


def test_a_value_that_is_missing_is_an_error(app: Flask) -> None:
    with pytest.raises(InvalidRequestError, match="topic"):
        execute(FOUND)


def test_a_list_of_values_may_have_any_length(cast: Cast) -> None:
    for people in ([], [cast.sari], [cast.sari, cast.wahyu]):
        found = execute(NAMES, ids=[each.id for each in people]).scalars().all()
        assert found == sorted(each.name for each in people)


def test_what_is_refused_is_said_without_the_values(item: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError) as refused, db.session.begin_nested():
        execute(ADD, **item)
    assert "nyata" not in str(refused.value)
    assert execute(FOUND, topic="mark").one()


def test_an_insert_that_found_its_row_there_gives_none(item: dict[str, Any]) -> None:
    assert execute(insert_once(OutboxItem, OutboxItem.id), **item).first() is None


def test_a_value_that_makes_no_sense_is_refused_as_sqlalchemy_does(item: dict[str, Any]) -> None:
    with pytest.raises(StatementError, match="no time zone"):
        execute(ADD, key="two", topic="mark", payload={}, due_at=now().replace(tzinfo=None))


def test_a_join_that_was_forgotten_is_warned_of(app: Flask) -> None:
    with pytest.warns(SAWarning, match="cartesian product"):
        execute(select(OutboxItem.id, User.id))


def test_the_first_statement_begins_a_transaction(app: Flask) -> None:
    with db.engine.connect() as connection:
        prepared.execute(connection, FOUND, {"topic": "mark"})
        assert connection.in_transaction()


@pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute"])
def test_who_listens_to_statements_hears_of_it(app: Flask, moment: str) -> None:
    heard: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        heard.append(statement)

    event.listen(db.engine, moment, note)
    try:
        execute(FOUND, topic="mark")
    finally:
        event.remove(db.engine, moment, note)
    assert "outbox" in heard[-1]


def test_a_statement_is_compiled_once(item: dict[str, Any]) -> None:
    execute(FOUND, topic="mark")
    before = prepared._prepared.cache_info().misses
    execute(FOUND, topic="other")
    assert prepared._prepared.cache_info().misses == before


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_connection_that_was_lost_is_not_used_again(app: Flask) -> None:
    mine = db.session.scalar(text("select pg_backend_pid()"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        other.exec_driver_sql(f"select pg_terminate_backend({mine})")
    with pytest.raises(DBAPIError) as lost:
        execute(FOUND, topic="mark")
    assert lost.value.connection_invalidated
    db.session.rollback()
    assert execute(FOUND, topic="mark").all() == []
