"""A partner that sends reports of hazards: the national complaints system."""

import pytest
from flask import Flask

from meteor.hazards import desk
from meteor.store.changes import Remembered
from tests.cast import Cast
from tests.partners import Partner


@pytest.fixture
def lapor(app: Flask, cast: Cast) -> Partner:
    """SP4N-LAPOR, which may report hazards."""
    return Partner(app, "SP4N-LAPOR", "hazards:write")


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "list_version", Remembered())
