"""Panels that speak by UDP."""

import asyncio
import socket
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any

from meteor.sas.connections import Desk, Trust, place_of
from meteor.sas.dc09.framing import CR, LF, LONGEST

READ, TURN, BREATH = 1024, 64, 0.005
"""Datagrams read and handled at a time, and seconds until the next time: the writing thread needs the processor too."""

MOST, MOST_OF_ONE = 4096, 512
"""Datagrams that wait, in all and of one address. Of a flood the rest is lost here: the kernel would not choose."""


class Datagrams:
    """All panels that speak by UDP: a message is one datagram, and so is its reply.

    Of several frames in one datagram only the first is read: a datagram never brings more than one answer to the
    address that it claims to be from.
    """

    def __init__(self, desk: Desk, loop: asyncio.AbstractEventLoop, listening: socket.socket) -> None:
        self.desk, self.loop, self.socket = desk, loop, listening
        self.socket.setblocking(False)
        self._listens, self._open = False, True
        self._waiting: dict[Any, deque[bytes]] = {}
        self._count = 0
        self._listen()

    def pause(self) -> None:
        """Read nothing more; what was read is still answered."""
        self._open = False
        self._stop()
        while self._waiting:
            self._handle_next()

    def close(self) -> None:
        self.pause()
        self.socket.close()

    def _listen(self) -> None:
        if self._open and not self._listens:
            self._listens = True
            self.loop.add_reader(self.socket, self._drain)

    def _stop(self) -> None:
        if self._listens:
            self._listens = False
            self.loop.remove_reader(self.socket)

    def _drain(self) -> None:
        """Read what has come and handle one turn. With more waiting the next turn follows after BREATH."""
        if self._open:
            self._read()
        for _ in range(min(TURN, self._count)):
            self._handle_next()
        if self._waiting:
            self._stop()
            self.loop.call_later(BREATH, self._drain)
        else:
            self._listen()

    def _read(self) -> None:
        for _ in range(READ):
            try:
                datagram, address = self.socket.recvfrom(LONGEST + 1)
            except (BlockingIOError, ConnectionError):
                return
            if self._count < MOST and len(self._waiting.get(address, ())) < MOST_OF_ONE:
                self._waiting.setdefault(address, deque()).append(datagram)
                self._count += 1

    def _handle_next(self) -> None:
        """Handle one datagram. The addresses take turns: a flood from one delays no other."""
        address = next(iter(self._waiting))
        waiting = self._waiting.pop(address)
        datagram = waiting.popleft()
        self._count -= 1
        if waiting:
            self._waiting[address] = waiting
        self._received(datagram, address)

    def _received(self, datagram: bytes, address: tuple[Any, ...]) -> None:
        place = place_of(address)
        begun, frame, rest = datagram[:1], *datagram[1:].partition(CR)[::2]
        if begun != LF or CR not in datagram or LF in frame:
            self.desk.complain(place, "a datagram is no DC-09")
            return
        if rest.strip():
            self.desk.complain(place, "a datagram holds more than one frame; only the first is read")
        self.desk.read(frame, "udp", place, partial(self._reply, address))

    def _reply(self, address: tuple[Any, ...], said: bytes, trust: Trust) -> None:
        if said and self.socket.fileno() >= 0:
            with suppress(OSError):  # a panel that hears no answer says it again
                self.socket.sendto(said, address)
