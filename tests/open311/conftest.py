"""Agencies on both sides: one that sends reports of hazards, and one that takes verified ones, with its endpoint."""

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from meteor.hazards import desk
from meteor.open311.forwarding_models import ForwardEndpoint
from meteor.store import outgoing
from meteor.store.changes import Remembered
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.open311.georeport import Agency, agency_server
from tests.partners import Partner

AddEndpoint = Callable[..., ForwardEndpoint]


@pytest.fixture
def lapor(app: Flask, cast: Cast) -> Partner:
    """SP4N-LAPOR, which may report hazards."""
    return Partner(app, "SP4N-LAPOR", "hazards:write")


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "list_version", Remembered())


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agency]:
    """SP4N-LAPOR. It stands on this machine, which for once counts as the public internet."""
    with agency_server(tmp_path) as server:
        trusted = ssl.create_default_context(cafile=str(server.trusted))
        monkeypatch.setattr(outgoing, "context", lambda: trusted)
        monkeypatch.setattr(outgoing, "is_public", lambda address: True)
        yield server


@pytest.fixture
def add_endpoint(app: Flask) -> AddEndpoint:
    """`add_endpoint(url)`: an endpoint that gets floods from now on, committed."""

    def add(url: str, **given: Any) -> ForwardEndpoint:
        values = {
            "name": "SP4N-LAPOR",
            "active": True,
            "since": now() - timedelta(seconds=1),
            "mapping": {"flood": "001"},
        }
        endpoint = ForwardEndpoint(url=url, **(values | given))
        db.session.add(endpoint)
        db.session.commit()
        return endpoint

    return add
