"""What parsers of tables look up: the cast's city, in one database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from meteor.store.database import db
from tests.conftest import Backend


@pytest.fixture
def app_of_sqlite(sqlite: Backend) -> Iterator[Flask]:
    """METEOR with the cast. Parsing is the same on both databases."""
    sqlite.reset()
    with sqlite.app.app_context():
        yield sqlite.app
        db.session.remove()
        sqlite.leave()
