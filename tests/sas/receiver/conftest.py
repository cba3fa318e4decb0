"""A real receiver on real sockets, beside the test, and the panels that speak with it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from meteor.notices.models import Notice
from meteor.premises.models import Premises
from meteor.sas import storing
from meteor.sas.commands import _listen
from meteor.sas.models import Panel, PanelEvent, Zone
from meteor.sas.receiver import Receiver
from meteor.store.database import db
from tests.cast import Cast
from tests.processes.conftest import rows, until
from tests.sas.dialler import TRANSPORTS, Dialler, Reply, Tcp

KEY = "00112233445566778899AABBCCDDEEFF"
SEMERU = (-7.7445, 113.2170)


class Listening:
    """A receiver in a thread of its own, on a port that was free."""

    def __init__(self, app: Flask) -> None:
        db.session.commit()
        self.app, self._up = app, Event()
        self._tcp, self._udp = _listen("127.0.0.1", 0)
        self.port = self._tcp.getsockname()[1]
        self._thread = Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        self._up.wait()

    async def _run(self) -> None:
        self.receiver, self.loop = Receiver(self.app.app_context), asyncio.get_running_loop()
        self._up.set()
        await self.receiver.run(self._tcp, self._udp)

    def stop(self) -> None:
        db.session.rollback()  # the test may hold the right to write, which what is left waits for
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.receiver.stopping.set)
            self._thread.join()

    def within(self, look: Callable[[], Any]) -> Any:
        """What `look` finds in the receiver's own thread."""

        async def found() -> Any:
            return look()

        return asyncio.run_coroutine_threadsafe(found(), self.loop).result()


class Away:
    """The database takes nothing while it is held; `noticed` when the receiver has found out."""

    def __init__(self) -> None:
        self.noticed = Event()

    def __enter__(self) -> "Away":
        event.listen(db.engine, "before_cursor_execute", self._refuse)
        return self

    def __exit__(self, *problem: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._refuse)

    def _refuse(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        self.noticed.set()
        raise OperationalError(statement, None, Exception("disk full"))


@pytest.fixture
def receiver(panels: None, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    monkeypatch.setattr(storing, "LINGER", 0.02)  # polls of a test come one by one
    listening = Listening(app)
    yield listening
    listening.stop()


@pytest.fixture
def panels(cast: Cast) -> None:
    """Toko Emas Semeru has a panel that speaks plainly (1234), Bank Semeru one that encrypts (5678)."""
    for name, account, key in (("Toko Emas Semeru", "1234", None), ("Bank Semeru", "5678", KEY)):
        premises = Premises(
            name=name, kind="bank" if key else "gold_shop", address="Jl. Semeru 1", latitude=SEMERU[0],
            longitude=SEMERU[1], opening_hours=[], hazards="",
        )  # fmt: skip
        panel = Panel(premises_id=None, account=account, key=key, interval=60)
        panel.premises = premises
        panel.zones = [Zone(number="001", name="Pintu depan"), Zone(number="002", name="Brankas")]
        db.session.add_all([premises, panel])
    db.session.commit()


@pytest.fixture
def shop() -> Dialler:
    """The gold shop's panel, in plain text."""
    return Dialler("1234")


@pytest.fixture
def bank() -> Dialler:
    """The bank's panel, which has a key."""
    return Dialler("5678", KEY)


@pytest.fixture(params=TRANSPORTS)
def line(request: pytest.FixtureRequest, receiver: Listening) -> Iterator[Tcp]:
    """A panel's line to the receiver, by TCP and by UDP."""
    line = TRANSPORTS[request.param](receiver.port)
    yield line
    line.close()


@pytest.fixture
def tcp(receiver: Listening) -> Iterator[Tcp]:
    line = Tcp(receiver.port)
    yield line
    line.close()


def said(line: Tcp, panel: Dialler, frame: bytes) -> Reply:
    """What the receiver answers to a frame."""
    line.send(frame)
    return panel.read(line.receive())


def stored() -> Sequence[PanelEvent]:
    """What is on disk of what panels said, in order."""
    db.session.rollback()
    return db.session.scalars(select(PanelEvent).order_by(PanelEvent.received_at, PanelEvent.code)).all()


def told() -> list[tuple[str, str | None, str]]:
    """Kind, role and account of every notice."""
    found = rows(select(Notice.kind, Notice.role, Notice.detail).order_by(Notice.id))
    return [(kind, role, detail.get("account", "")) for kind, role, detail in found]


def panel_of(account: str) -> Panel:
    db.session.rollback()
    return db.session.scalars(select(Panel).where(Panel.account == account)).one()


def heard(account: str) -> datetime | None:
    return panel_of(account).heard_at


__all__ = ["KEY", "Away", "Listening", "heard", "panel_of", "said", "stored", "told", "until"]
