"""Each test has a database file of its own, of which nothing is remembered."""

import pytest

from meteor.hazards import desk, public
from meteor.store.changes import Remembered


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "list_version", Remembered())
    monkeypatch.setattr(public, "known_hazards", Remembered())
