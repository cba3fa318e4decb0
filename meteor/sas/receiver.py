"""The receiver of alarm panels: DC-09 over TCP and UDP on one port, answered when what was said is on disk."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial

from meteor.sas.complaints import Complaints
from meteor.sas.connections import Connection, Datagrams, Reply
from meteor.sas.dc09 import messages, replies
from meteor.sas.dc09.messages import Damaged, Header, Unreadable
from meteor.sas.intake import REFUSED, Answer, Message
from meteor.sas.storing import Storer, Waiting
from meteor.store.moments import now

MOST_CONNECTIONS = 4_000
BACKLOG = 1_024
UDP_BUFFER = 1 << 20  # bytes: all panels may speak at once, after a power cut
SWEEP = 1.0  # seconds between looks for connections that say nothing
STOP_SECONDS = 8.0  # for what has arrived to be written and answered

NOBODY = Header("", False, "0000", "", "L0", "0", "")
"""Who is answered when a message does not say who sent it."""


class Receiver:
    """Listens until it is stopped, or cannot write any more. `context` gives transactions an application context."""

    def __init__(self, context: Callable[[], AbstractContextManager[object]]) -> None:
        self.connections: set[Connection] = set()
        self.strangers: dict[Connection, None] = {}  # those of whom nothing was taken yet, in their order
        self.stopping = asyncio.Event()
        self.broke = False  # whether it stopped by itself
        self._loop = asyncio.get_running_loop()
        self._complaints = Complaints()
        self._storer = Storer(context, self._deliver, self._storer_ended)

    async def run(self, tcp: socket.socket, udp: socket.socket) -> None:
        """Answer whoever speaks on these sockets, until `stopping` is set."""
        self._storer.start()
        server = await self._loop.create_server(lambda: Connection(self), sock=tcp, backlog=BACKLOG)
        datagrams, _ = await self._loop.create_datagram_endpoint(lambda: Datagrams(self), sock=udp)
        while not self.stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), SWEEP)
            self._sweep()
        server.close()
        for connection in self.connections:
            connection.transport.pause_reading()
        await asyncio.to_thread(self._storer.stop, STOP_SECONDS)
        await asyncio.sleep(0)  # the last answers are handed over
        datagrams.close()
        for connection in list(self.connections):
            connection.transport.close()
        await asyncio.sleep(0.1)  # and sent

    def read(self, frame: bytes, transport: str, place: str, reply: Reply) -> bool:
        """Read a frame and see that `reply` is called once; false if it was damaged, and `reply` will not be."""
        try:
            header = messages.header(frame)
        except Damaged:
            self.complain(place, "a damaged frame is not answered")
            return False
        except Unreadable:
            self.complain(place, "a frame is not as DC-09 has it")
            reply(replies.duh(NOBODY), False)
            return True
        answer = partial(self._answer, place, header, reply)
        waiting = Waiting(Message(header, transport, now()), place, [answer])
        if not self._storer.put(waiting):
            self.complain(place, "too much waits to be written; what comes is not answered")
            reply(b"", False)
        return True

    def complain(self, place: str, what: str, detail: str = "") -> None:
        """Write a line into the log, though not too many."""
        self._complaints.say(place, what, detail)

    def joined(self, connection: Connection) -> None:
        """Where there are too many, whoever has waited longest without a word that was taken makes room."""
        if len(self.connections) >= MOST_CONNECTIONS and self.strangers:
            first = next(iter(self.strangers))
            first.end("there are too many")
            self.left(first)
        self.connections.add(connection)
        self.strangers[connection] = None
        if len(self.connections) > MOST_CONNECTIONS:
            connection.end("there are too many")

    def trusted(self, connection: Connection) -> None:
        """What it said was taken."""
        self.strangers.pop(connection, None)

    def left(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self.strangers.pop(connection, None)

    def _answer(self, place: str, header: Header, reply: Reply, answer: Answer | None) -> None:
        if answer is None:
            reply(b"", False)
            return
        if answer.refused:
            self.complain(place, REFUSED[answer.refused], f"account {header.account}, message {header.sequence}")
        reply(answer.reply, answer.refused is None)

    def _sweep(self) -> None:
        for connection in list(self.connections):
            if why := connection.overdue():
                connection.end(why)

    def _deliver(self, answers: Sequence[tuple[Waiting, Answer | None]]) -> None:
        """Answers come out of the storer's thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends, and panels say it again
            self._loop.call_soon_threadsafe(_hand_out, answers)

    def _storer_ended(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._note_end)

    def _note_end(self) -> None:
        self.broke = not self.stopping.is_set()
        self.stopping.set()


def _hand_out(answers: Sequence[tuple[Waiting, Answer | None]]) -> None:
    for waiting, answer in answers:
        waiting.answer(answer)
