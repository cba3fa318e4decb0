"""Panels that speak by UDP."""

import asyncio
import socket
from contextlib import suppress
from functools import partial
from typing import Any

from meteor.sas.connections import Desk, Trust, place_of
from meteor.sas.dc09.framing import CR, LF, LONGEST

DRAIN, BREATH = 64, 0.005
"""Datagrams read at a time, and seconds until the next reading: the writing thread needs the processor too."""


class Datagrams:
    """All panels that speak by UDP: a message is one datagram, and so is its reply.

    Of several frames in one datagram only the first is read: a datagram never brings more than one answer to the
    address that it claims to be from.
    """

    def __init__(self, desk: Desk, loop: asyncio.AbstractEventLoop, listening: socket.socket) -> None:
        self.desk, self.loop, self.socket = desk, loop, listening
        self.socket.setblocking(False)
        self._listens, self._open = False, True
        self._listen()

    def pause(self) -> None:
        """Read nothing more; what was read is still answered."""
        self._open = False
        self._stop()

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
        for _ in range(DRAIN):
            try:
                datagram, address = self.socket.recvfrom(LONGEST + 1)
            except (BlockingIOError, ConnectionError):
                return
            self._received(datagram, address)
        self._stop()
        self.loop.call_later(BREATH, self._listen)

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
