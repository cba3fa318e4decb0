"""Two hundred connections that never get on: presses do not wait for them."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice

import pytest

from tests.attacks.conftest import LIMIT, Citizens
from tests.processes.conftest import Servers

pytestmark = pytest.mark.alone

CONNECTIONS = 200
SLOW = (
    b"G",
    b"POST /alerts HTTP/1.1\r\nHost: meteor\r\nCookie: meteor=",
    b"POST /sign-in HTTP/1.1\r\nHost: meteor\r\nContent-Length: 4000\r\n\r\nusername=",
    b"POST /sign-in HTTP/1.1\r\nHost: meteor\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\nuser",
)
"""One byte, half a head, half a body, half a chunk; the fifth is a large answer that is never read."""


@contextmanager
def held(port: int, beginnings: tuple[bytes, ...]) -> Iterator[None]:
    """CONNECTIONS that have sent so much, stay, and read nothing."""
    with ExitStack() as stack:
        for beginning in islice(cycle(beginnings), CONNECTIONS):
            sock = stack.enter_context(socket.socket())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(("127.0.0.1", port))
            sock.sendall(beginning)
        yield


def test_slow_connections_do_not_delay_a_press(servers: Servers, citizens: Citizens) -> None:
    large = servers.app.jinja_env.globals["asset"]("vendor/leaflet.js")
    quiet = citizens.p99()
    with held(servers.port, (*SLOW, f"GET {large} HTTP/1.1\r\nHost: meteor\r\n\r\n".encode() * 8)):
        attacked = citizens.p99()
    print(f"p99 of a press: quiet {quiet * 1000:.0f} ms, with {CONNECTIONS} slow connections {attacked * 1000:.0f} ms")
    assert attacked <= max(LIMIT, 3 * quiet)
