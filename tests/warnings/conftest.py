"""A publisher of warnings, and the turn that reads it."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from meteor.store import outgoing
from meteor.store.database import db
from meteor.warnings.areas import City
from meteor.warnings.models import WarningFeed
from tests.warnings.publisher import Publisher, publishing

AddFeed = Callable[..., WarningFeed]


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """BMKG. It stands on this machine, which for once counts as the public internet."""
    with publishing(tmp_path) as server:
        trusted = ssl.create_default_context(cafile=str(server.trusted))
        monkeypatch.setattr(outgoing, "context", lambda: trusted)
        monkeypatch.setattr(outgoing, "is_public", lambda address: True)
        yield server


@pytest.fixture
def add_feed(app: Flask) -> AddFeed:
    """`add_feed(url)`: a feed that is read from now on."""

    def add(url: str, kind: str = "cap") -> WarningFeed:
        feed = WarningFeed(name=url, url=url, kind=kind)
        db.session.add(feed)
        db.session.commit()
        return feed

    return add


@pytest.fixture
def city(app: Flask) -> City:
    """The cast's city: Mayangan and Sukabumi, without boundaries."""
    return City()
