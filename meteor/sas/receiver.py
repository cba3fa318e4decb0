"""The receiver of alarm panels: DC-09 over TCP and UDP on one port, answered when what was said is on disk."""

import asyncio
import contextlib
import re
import socket
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial

from meteor.sas.admission import Message, is_confirmed
from meteor.sas.complaints import Complaints
from meteor.sas.connections import Connection, Reply, Trust
from meteor.sas.datagrams import Datagrams
from meteor.sas.dc09 import messages, replies
from meteor.sas.dc09.messages import Damaged, Header, Unreadable
from meteor.sas.directory import Directory
from meteor.sas.doubts import Doubts
from meteor.sas.intake import Answer
from meteor.sas.refusals import REFUSED
from meteor.sas.storing import Storer
from meteor.sas.waiting import Waiting
from meteor.store.moments import now

MOST_CONNECTIONS = 4_000
BACKLOG = 1_024
UDP_BUFFER = 1 << 20  # bytes: all panels may speak at once, after a power cut
SWEEP = 1.0  # seconds between looks for connections that say nothing
STOP_SECONDS = 8.0  # for what has arrived to be written and answered
SWITCH = 0.0005  # seconds until a thread that writes gets its turn beside one that reads a flood

NOBODY = Header("", False, "0000", "", "L0", "0", "")
"""The account in answers to messages without a readable one."""

_ACCOUNT = re.compile(rb"#([0-9A-Fa-f]{1,16})\[")


class Receiver:
    """Listens until it is stopped, or one of its threads ends. `context` gives transactions an application context."""

    def __init__(self, context: Callable[[], AbstractContextManager[object]]) -> None:
        self.connections: set[Connection] = set()
        self.strangers: dict[Connection, None] = {}  # those of whom nothing was taken yet, in their order
        self.unconfirmed: dict[Connection, None] = {}  # those of whom only messages were taken that anybody can send
        self.stopping = asyncio.Event()
        self.broke = False  # whether it stopped by itself
        self._loop = asyncio.get_running_loop()
        self._complaints = Complaints()
        self._storer = Storer(context, self._deliver, self._thread_ended)
        self._directory = Directory()
        self._doubts = Doubts(self._directory, context, self._admit, self._deliver, self._thread_ended)

    async def run(self, tcp: socket.socket, udp: socket.socket) -> None:
        """Serve these sockets until `stopping` is set."""
        sys.setswitchinterval(SWITCH)
        self._storer.start()
        self._doubts.start()
        server = await self._loop.create_server(lambda: Connection(self), sock=tcp, backlog=BACKLOG)
        datagrams = Datagrams(self, self._loop, udp)
        while not self.stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), SWEEP)
            self._sweep()
        server.close()
        for connection in self.connections:
            connection.transport.pause_reading()
        datagrams.pause()
        await asyncio.to_thread(self._doubts.stop, STOP_SECONDS)
        await asyncio.to_thread(self._storer.stop, STOP_SECONDS)
        await asyncio.sleep(0)  # the last answers are handed over
        datagrams.close()
        for connection in list(self.connections):
            connection.transport.close()
        await asyncio.sleep(0.1)  # and sent

    def read(self, frame: bytes, transport: str, place: str, reply: Reply) -> bool:
        """Read a frame and see that `reply` is called once; false if it was damaged, and `reply` will not be."""
        if self._doubts.is_full and not self._is_known(frame):
            self.complain(place, "too many messages of unknown accounts; they are not answered")
            reply(b"", Trust.NONE)
            return True
        try:
            header = messages.header(frame)
        except Damaged:
            self.complain(place, "a damaged frame is not answered")
            return False
        except Unreadable:
            self.complain(place, "a frame is not as DC-09 has it")
            reply(replies.duh(NOBODY), Trust.NONE)
            return True
        self._see_to(Message(header, transport, now(), place), reply)
        return True

    def complain(self, place: str, what: str, detail: str = "") -> None:
        """Write a line into the log, though not too many."""
        self._complaints.say(place, what, detail)

    def joined(self, connection: Connection) -> None:
        """Close an unconfirmed connection if there are too many."""
        if len(self.connections) >= MOST_CONNECTIONS and (first := self._dispensable()):
            first.end("there are too many")
            self.left(first)
        self.connections.add(connection)
        self.strangers[connection] = None
        if len(self.connections) > MOST_CONNECTIONS:
            connection.end("there are too many")

    def trusted(self, connection: Connection) -> None:
        """A message of it was taken, or is the first that is confirmed."""
        self.strangers.pop(connection, None)
        self.unconfirmed.pop(connection, None)
        if connection.trust < Trust.CONFIRMED and connection in self.connections:
            self.unconfirmed[connection] = None

    def left(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self.strangers.pop(connection, None)
        self.unconfirmed.pop(connection, None)

    def _dispensable(self) -> Connection | None:
        """The one that has waited longest without a taken message, else the oldest of the place that has most."""
        if self.strangers:
            return next(iter(self.strangers))
        places = Counter(each.place for each in self.unconfirmed)
        most = max(places, key=places.__getitem__, default="")
        return next((each for each in self.unconfirmed if each.place == most), None)

    def _see_to(self, message: Message, reply: Reply) -> None:
        """Have a message written if memory admits it, else looked at again."""
        waiting = Waiting(message, message.source, [partial(self._answer, message, reply)])
        account = message.header.account
        held = self._doubts.holds(account)
        if not held and self._doubts.doubt(waiting) is None:
            self._admit(waiting)
        elif not self._doubts.put(waiting, known=not held and self._directory.find(account) is not None):
            self.complain(message.source, "too many messages that are not taken; they are not answered")
            waiting.answer(None)

    def _admit(self, waiting: Waiting) -> None:
        """Hand a message to the storer. Is called by the event loop and by the thread of the doubts."""
        if not self._storer.put(waiting._replace(confirmed=self._confirms(waiting.message))):
            self._deliver([(waiting, None)])
            self._loop.call_soon_threadsafe(
                self.complain, waiting.place, "too much waits to be written; what comes is not answered"
            )

    def _is_known(self, frame: bytes) -> bool:
        """Return whether a frame names a panel, looked at first: a flood is dropped early."""
        account = _ACCOUNT.search(frame, 0, 64)
        return account is not None and self._directory.find(account[1].decode().upper()) is not None

    def _confirms(self, message: Message) -> bool:
        """Return whether something proves the sender, as far as memory knows now."""
        sender = self._directory.find(message.header.account)
        return sender is not None and is_confirmed(message, sender)

    def _answer(self, message: Message, reply: Reply, answer: Answer | None) -> None:
        if answer is None:
            reply(b"", Trust.NONE)
            return
        if answer.refused:
            said = f"account {message.header.account}, message {message.header.sequence}"
            self.complain(message.source, REFUSED[answer.refused], said)
            reply(answer.reply, Trust.NONE)
        else:
            reply(answer.reply, Trust.CONFIRMED if self._confirms(message) else Trust.TAKEN)

    def _sweep(self) -> None:
        for connection in list(self.connections):
            if why := connection.overdue():
                connection.end(why)

    def _deliver(self, answers: Sequence[tuple[Waiting, Answer | None]]) -> None:
        """Answers come out of the storer's thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends, and panels say it again
            self._loop.call_soon_threadsafe(_hand_out, answers)

    def _thread_ended(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._note_end)

    def _note_end(self) -> None:
        self.broke = self.broke or not self.stopping.is_set()
        self.stopping.set()


def _hand_out(answers: Sequence[tuple[Waiting, Answer | None]]) -> None:
    for waiting, answer in answers:
        waiting.answer(answer)
