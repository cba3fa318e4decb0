"""What the attacks share: real servers, and citizens who press meanwhile."""

import json
from collections.abc import Iterator
from contextlib import closing
from time import perf_counter
from uuid import uuid4

import pytest
from flask import Flask

from tests.cast import HOME, Cast
from tests.processes.conftest import Connection, Servers, motorbikes, people
from tests.processes.conftest import servers as servers

PRESSES = 100
LIMIT = 0.3
"""Seconds for the slowest hundredth of presses. On a machine that is slow by itself: three times its quiet time."""


class Citizens:
    """Citizens who press once each, one after the other, on a connection of their own."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.cookies: Iterator[str] = iter([servers.cookie(who) for who in people("citizen", 3 * PRESSES)])

    def press(self) -> float:
        """The seconds until the press was answered; it must be taken."""
        press = {"id": str(uuid4()), "kind": "medical", "latitude": HOME[0], "longitude": HOME[1], "accuracy": 12.0}
        headers = {"Content_Type": "application/json", "Sec_Fetch_Site": "same-origin"}
        began = perf_counter()
        with closing(Connection(self.servers.port, next(self.cookies))) as phone:
            assert phone.ask("POST", "/alerts", json.dumps(press), **headers).status == 201
        return perf_counter() - began

    def p99(self) -> float:
        """The slowest hundredth of PRESSES, in seconds."""
        return sorted(self.press() for _ in range(PRESSES))[-1 - PRESSES // 100]


@pytest.fixture
def citizens(app: Flask, cast: Cast, servers: Servers) -> Citizens:
    """Citizens in a city with motorbikes, and gunicorn ready and warm."""
    motorbikes(cast, 30)
    citizens = Citizens(servers)
    servers.start_gunicorn()
    for _ in range(8):
        citizens.press()
    return citizens
