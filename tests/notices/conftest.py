"""A push service on this machine, and the scheduler that sends to it."""

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from meteor.notices.jobs import PARTNERS, PUSHES
from meteor.scheduler.delivery import deliver, deliver_to_partners
from meteor.store import outgoing
from meteor.store.database import db
from meteor.store.moments import now
from tests.conftest import Browser
from tests.integrations.receiver import receiving
from tests.notices.push_service import Device, PushService

Tick = Callable[..., None]
TurnOn = Callable[[Browser], Device]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """The browsers' push service. It stands on this machine, which for once counts as the public internet."""
    with receiving(tmp_path) as server:
        trusted = ssl.create_default_context(cafile=str(server.trusted))
        monkeypatch.setattr(outgoing, "context", lambda: trusted)
        monkeypatch.setattr(outgoing, "is_public", lambda address: True)
        server.status = 201
        yield PushService(server)


@pytest.fixture
def turn_on(service: PushService) -> TurnOn:
    """`turn_on(as_user("komang"))`: Komang turns push on in this browser; the device."""

    def on(browser: Browser) -> Device:
        device = service.subscribe()
        answer = browser.post("/notices/devices", data=device.form)
        assert answer.status_code == 303, answer.text
        return device

    return on


@pytest.fixture
def tick(app: Flask) -> Tick:
    """The scheduler sees to the outbox, `later` than now."""

    def round_(later: timedelta = timedelta()) -> None:
        db.session.commit()
        while deliver(PUSHES, now() + later, elsewhere=PARTNERS):
            pass
        while deliver_to_partners(PARTNERS, now() + later):
            pass
        db.session.rollback()
        db.session.expire_all()

    return round_
