"""A publisher of warnings, and the two hazard officers Bagas and Ratna."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from meteor.accounts.models import User, UserRole
from meteor.store import outgoing
from meteor.store.database import db
from meteor.warnings.areas import City
from meteor.warnings.feed_models import WarningFeed
from tests.conftest import Browser
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


@pytest.fixture
def ratna(app: Flask, as_user: Callable[[str], Browser]) -> Browser:
    """The browser of Ratna, the other hazard officer."""
    ratna = User(username="ratna", name="Ratna BPBD", phone="+6281330000017")
    ratna.roles = [UserRole(role="hazard_officer")]
    db.session.add(ratna)
    db.session.commit()
    return as_user("ratna")


@pytest.fixture
def bagas(as_user: Callable[[str], Browser]) -> Browser:
    return as_user("bagas")
