"""The demo city with all its units on duty, as a replay reads it."""

import pytest

from meteor.replay import scratch
from meteor.replay.commands import scratch_database
from meteor.replay.scratch import City
from tests.conftest import Backend


@pytest.fixture(scope="session")
def city(sqlite: Backend) -> City:
    with sqlite.app.app_context(), scratch_database(""):
        return scratch.city()
