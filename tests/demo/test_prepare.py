"""`flask prepare` makes any database ready to be served: schema, then the demo city or the reference data alone."""

from dataclasses import replace

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.accounts.models import User
from meteor.demo.people import PASSWORD
from meteor.protocols import reference_data
from meteor.store.database import db


@pytest.fixture
def bare(app: Flask) -> Flask:
    """METEOR on a database without a table."""
    flask_migrate.downgrade(revision="base")
    return app


@pytest.mark.parametrize("demo", [True, False])
def test_a_database_without_a_table_is_filled_once(bare: Flask, monkeypatch: pytest.MonkeyPatch, demo: bool) -> None:
    monkeypatch.setitem(bare.config, "SETTINGS", replace(bare.config["SETTINGS"], demo=demo))
    prepared = people = None
    for _ in range(2):
        result = bare.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        assert (PASSWORD in result.output) == demo
        assert reference_data.kinds_without_type() == []
        prepared, people = people, db.session.scalar(select(func.count()).select_from(User))
        db.session.rollback()
    assert prepared == people
    assert bool(people) == demo
