"""Statements that go straight to the driver say and keep what SQLAlchemy's own execution would."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import bindparam, insert, select, update

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.alerts.rules import Cry, receive
from meteor.incidents.models import Event, Incident
from meteor.store.database import db, insert_once
from meteor.store.models import AuditEntry, OutboxItem
from meteor.store.moments import now
from meteor.store.statements import execute
from tests.cast import Cast


@pytest.fixture
def alert(cast: Cast) -> Alert:
    """An alert with something in every kind of column: UUID, moment, JSON, truth, number, text and nothing."""
    cry = Cry(uuid4(), "panic", "fire", cast.sari.id, latitude=-7.7337, longitude=113.2166, note="tolong “cepat”",
              silent=True, flags=["late"], given={"accuracy": "far"})  # fmt: skip
    receive(cry, now())
    db.session.commit()
    return db.session.scalars(select(Alert)).one()


def test_every_type_is_read_as_the_orm_reads_it(alert: Alert) -> None:
    columns = list(Alert.__table__.c)
    (row,) = execute(select(*columns).where(Alert.id == bindparam("which")), which=alert.id)
    assert row._asdict() == {column.name: getattr(alert, column.name) for column in columns}
    assert row.received_at.tzinfo is not None


def test_every_type_is_written_as_the_orm_writes_it(alert: Alert) -> None:
    copied = {column.name: getattr(alert, column.name) for column in Alert.__table__.c} | {"id": uuid4()}
    execute(insert(Alert), **copied)
    db.session.expire_all()
    copy = db.session.get_one(Alert, copied["id"])
    assert {name: getattr(copy, name) for name in copied} == copied


def test_columns_that_are_not_given_get_their_defaults(cast: Cast, alert: Alert) -> None:
    before = now()
    execute(insert(AuditEntry), actor_name="METEOR", deed="tried", subject="a:1")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "tried")).one()
    assert before <= entry.at <= now()
    assert entry.detail == {}
    assert entry.actor_id is None


def test_values_that_stand_in_the_statement_go_with_those_that_are_given(cast: Cast, alert: Alert) -> None:
    closes = (
        update(Incident)
        .where(Incident.id == bindparam("which"), Incident.status != "closed")
        .values(status="closed", silent=False)
        .returning(Incident.number, Incident.silent)
    )
    (row,) = execute(closes, which=alert.incident_id)
    assert (row.number, row.silent) == (alert.incident.number, False)
    assert execute(closes, which=alert.incident_id) == []


def test_what_the_session_has_changed_is_seen(cast: Cast) -> None:
    until = now() + timedelta(days=1)
    cast.karto.suspended_until = until
    asked = select(User.suspended_until).where(User.id == bindparam("who"))
    assert execute(asked, who=cast.karto.id).scalar() == until


def test_it_belongs_to_the_sessions_transaction(app: Flask) -> None:
    execute(insert(AuditEntry), actor_name="METEOR", deed="tried", subject="a:1")
    db.session.rollback()
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "tried")).all() == []


def test_a_key_that_is_there_already_is_left_as_it_is(app: Flask) -> None:
    for word in ("first", "second"):
        execute(insert_once(OutboxItem), key="a", topic=word, payload={})
    assert db.session.scalars(select(OutboxItem.topic)).all() == ["first"]


def test_rows_are_asked_for_as_they_are_meant(alert: Alert) -> None:
    words = execute(select(Event.deed).where(Event.incident_id == bindparam("which")), which=alert.incident_id)
    none = execute(select(Event.deed).where(Event.incident_id == bindparam("which")), which=0)
    assert words.first() == (words.scalar(),) == words[0]
    assert (none.first(), none.scalar(), none) == (None, None, [])
    with pytest.raises(ValueError, match="unpack"):
        none.one()
