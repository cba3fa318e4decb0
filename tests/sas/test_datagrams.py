"""Datagrams of many panels on one socket: who is heard first, and what a flood loses."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from meteor.sas import datagrams
from meteor.sas.connections import Connection, Reply
from meteor.sas.datagrams import Datagrams
from tests.sas.dialler import Dialler


class Desk:
    """Notes the accounts in the order in which their frames are read."""

    def __init__(self) -> None:
        self.read_from: list[str] = []

    def read(self, frame: bytes, transport: str, place: str, reply: Reply) -> bool:
        self.read_from.append(frame.decode().partition("#")[2][:4])
        return True

    def complain(self, place: str, what: str, detail: str = "") -> None: ...
    def joined(self, connection: Connection) -> None: ...
    def trusted(self, connection: Connection) -> None: ...
    def left(self, connection: Connection) -> None: ...


def heard(*panels: tuple[Dialler, int]) -> list[str]:
    """Send so many polls of each panel, from a socket of its own, before the first is read; the order of reading."""
    desk, total = Desk(), 0

    async def listen(listening: socket.socket) -> None:
        panels = Datagrams(desk, asyncio.get_running_loop(), listening)
        while len(desk.read_from) < total:
            await asyncio.sleep(0)
        panels.close()

    with ExitStack() as open_until_the_end:  # so that each panel has a port of its own
        listening, *lines = (
            open_until_the_end.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            for _ in range(1 + len(panels))
        )
        listening.bind(("127.0.0.1", 0))
        for line, (panel, polls) in zip(lines, panels, strict=True):
            total += min(polls, datagrams.MOST_OF_ONE)
            for _ in range(polls):
                line.sendto(panel.poll(), listening.getsockname())
        with ThreadPoolExecutor(1) as thread:  # in this one a browser's loop may be running
            thread.submit(asyncio.run, listen(listening)).result()
    return desk.read_from


def test_a_flood_from_one_address_does_not_delay_another() -> None:
    assert heard((Dialler("1234"), 100), (Dialler("5678"), 1))[:2] == ["1234", "5678"]


def test_addresses_that_send_much_take_turns() -> None:
    assert heard((Dialler("1234"), 3), (Dialler("5678"), 2)) == ["1234", "5678", "1234", "5678", "1234"]


def test_a_flood_loses_its_own_datagrams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datagrams, "MOST_OF_ONE", 8)
    order = heard((Dialler("1234"), 20), (Dialler("5678"), 1))
    assert (order.count("1234"), order.count("5678")) == (8, 1)
