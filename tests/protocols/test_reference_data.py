"""What a city needs before its first alert."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.alerts.rules import IncomingAlert, receive
from meteor.incidents.models import Incident
from meteor.protocols import reference_data
from meteor.protocols.models import IncidentType
from meteor.store.database import Base, db
from meteor.store.moments import now
from tests.cast import Cast

pytestmark = pytest.mark.both_databases


@pytest.fixture
def empty(app: Flask) -> Flask:
    """A database in which nobody has done anything yet."""
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    return app


def seed(app: Flask, *options: str) -> Any:
    result = app.test_cli_runner().invoke(args=["seed-city", *options])
    db.session.rollback()
    return result


def test_a_seeded_city_takes_an_alert_of_every_kind(empty: Flask) -> None:
    assert len(reference_data.kinds_without_type()) == 7
    assert seed(empty).exit_code == 0
    assert reference_data.kinds_without_type() == []
    receive(IncomingAlert(id=uuid4(), source="panic", kind="fire", reporter_id=None), now())
    assert db.session.scalars(select(Incident)).one().type.code == "fire"


def test_a_city_is_seeded_once(cast: Cast, app: Flask) -> None:
    before = db.session.scalars(select(IncidentType.code)).all()
    again = seed(app)
    assert (again.exit_code, again.output.strip()) == (
        1,
        "Error: this city has agencies or incident types already; change them as admin",
    )
    assert seed(app, "--if-empty").exit_code == 0
    assert db.session.scalars(select(IncidentType.code)).all() == before


def test_a_city_that_cannot_take_a_kind_says_so(empty: Flask, as_user: Any) -> None:
    answer = as_user("").get("/readyz")
    assert answer.status_code == 503
    assert "no incident type for crime" in answer.json["checks"]["kinds"]
    assert "flask --app wsgi seed-city" in answer.json["checks"]["kinds"]
