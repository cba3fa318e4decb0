"""Panels that speak by TCP: their connections, and how much of anything is too much."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from time import monotonic
from typing import Any, Protocol, cast

from meteor.sas.dc09.framing import Framer


class Trust(IntEnum):
    """Results of a message: refused, accepted, or accepted from a sender proven by key or address."""

    NONE = 0
    TAKEN = 1
    CONFIRMED = 2


Reply = Callable[[bytes, Trust], None]
"""Takes the bytes to be sent, which may be none, and how the message was received."""


class Desk(Protocol):
    """The reader of frames, implemented by the receiver."""

    def read(self, frame: bytes, transport: str, place: str, reply: Reply) -> bool:
        """Read a frame and see that `reply` is called once; false if it was damaged, and `reply` will not be."""

    def complain(self, place: str, what: str, detail: str = "") -> None:
        """Write a line into the log, though not too many."""

    def joined(self, connection: "Connection") -> None: ...
    def trusted(self, connection: "Connection") -> None: ...
    def left(self, connection: "Connection") -> None: ...


STRANGER_SECONDS = 30.0
"""Time until a connection's first accepted message, and until an incomplete frame must be complete."""

SILENT_SECONDS = 600.0
"""Time for which a panel's connection may be idle. The panel connects again for its next message."""

MOST_GARBAGE = 64 * 1024
"""Bytes that are no frames, and …"""

MOST_FAULTS = 20
"""… frames that are none, on one connection."""

MOST_REFUSED = 100
"""Messages one after the other that were not taken: then the connection ends."""

MOST_UNANSWERED = 64
"""Messages of one connection that are seen to at once; what it sends further waits in its own machine."""

MOST_UNREAD = 64 * 1024
"""Bytes of replies that a connection may leave unread."""


class Connection(asyncio.Protocol):
    """A TCP connection, of a panel or of an unknown sender."""

    transport: asyncio.Transport

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.framer = Framer()
        self.place = "?"
        self.faults = self.refused = self.unanswered = 0
        self.frames: deque[bytes] = deque()
        self.trust = Trust.NONE
        self.since = self.heard_at = monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.place = place_of(transport.get_extra_info("peername"))
        _keep_alive(transport.get_extra_info("socket"))
        self.desk.joined(self)

    def connection_lost(self, problem: Exception | None) -> None:
        if self.framer.holds:
            self.desk.complain(self.place, "the connection ended within a frame")
        self.desk.left(self)

    def data_received(self, piece: bytes) -> None:
        self.heard_at = monotonic()
        self.frames.extend(self.framer.feed(piece))
        self._read()

    def _read(self) -> None:
        """Have frames seen to, as many at once as a connection may have."""
        while self.frames and self.unanswered < MOST_UNANSWERED and not self.transport.is_closing():
            self.unanswered += 1
            if not self.desk.read(self.frames.popleft(), "tcp", self.place, self._reply):
                self.unanswered -= 1
                self.faults += 1
            if self.faults > MOST_FAULTS:
                break
        if self.faults > MOST_FAULTS or self.framer.passed_over > MOST_GARBAGE:
            self.end("it sends what is no DC-09")
        elif self.frames:
            self.transport.pause_reading()

    def end(self, why: str) -> None:
        """End the connection, and say why."""
        self.desk.complain(self.place, "the connection was ended", why)
        self.transport.abort()

    def overdue(self) -> str:
        """Return why it is time to end the connection; empty if it is not."""
        silent = monotonic() - self.heard_at
        if self.unanswered > 0:
            return ""
        if self.framer.holds and silent > STRANGER_SECONDS:
            return "it began a frame and did not end it"
        if not self.trust and monotonic() - self.since > STRANGER_SECONDS:
            return "nothing that it said was taken"
        return "it has been silent" if silent > SILENT_SECONDS else ""

    def _reply(self, reply: bytes, trust: Trust) -> None:
        self.unanswered -= 1
        if self.transport.is_closing():
            return
        if trust > self.trust:
            self.trust = trust
            self.desk.trusted(self)
        self.refused = 0 if trust else self.refused + 1
        self.transport.write(reply)
        if self.transport.get_write_buffer_size() > MOST_UNREAD:
            self.end("it does not read its answers")
        elif self.refused > MOST_REFUSED:
            self.end("nothing that it says is taken")
        elif self.unanswered <= MOST_UNANSWERED // 2:
            self._resume()

    def _resume(self) -> None:
        if self.frames:
            asyncio.get_running_loop().call_soon(self._read)
        else:
            self.transport.resume_reading()


def place_of(address: tuple[Any, ...] | None) -> str:
    """The host of an address without its port, which changes with each connection."""
    return str(address[0]) if address else "?"


def _keep_alive(connection: socket.socket) -> None:
    """Let the kernel find out when a panel's network has gone: after about two minutes."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
