"""A process that seals and sends push messages for the scheduler, and gives way to all others on a busy processor.

It never has the right to write. Threads of the scheduler that had less of the processors, or shared an interpreter with
threads that seal, kept that right from presses for as long as they waited themselves.
"""

import os
import signal
import socket
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NoReturn

from meteor.notices import push_message
from meteor.notices.devices import Keys
from meteor.store.outgoing import Refused

NICE = 10
"""Added to the niceness of the process."""


STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that end the scheduler."""


class NotSent(Exception):
    """A message did not reach its push service: the name and the text of the exception in the other process."""


class SenderProcess:
    """The process. Each thread that posts has its own connection there, and is served by a thread of its own."""

    def __init__(self) -> None:
        """Fork it. The caller has no other threads yet, and no connection to the database."""
        self._control, there = socket.socketpair()
        self._own = threading.local()
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # what is raised while Python forks is lost
        try:
            self.pid = os.fork()
            if not self.pid:
                self._control.close()
                _serve(there)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        there.close()

    def post(self, keys: Keys, message: push_message.Message, left: int) -> None:
        """Post a message there. Raises Refused, NotSent; OSError or EOFError if the process has ended."""
        connection = self._connection()
        connection.send((keys, message, left))
        problem = connection.recv()
        if problem is not None:
            raise problem

    def wait(self) -> None:
        """Return when the process has ended, which it does by itself only in an accident."""
        os.waitpid(self.pid, 0)

    def _connection(self) -> Connection:
        if not hasattr(self._own, "connection"):
            here, there = socket.socketpair()
            with there:
                socket.send_fds(self._control, [b"+"], [there.fileno()])
            self._own.connection = Connection(here.detach())
        return self._own.connection


_running: list[SenderProcess] = []


def begin() -> SenderProcess:
    """Fork the process by which this one posts from now on."""
    _running[:] = [SenderProcess()]
    return _running[0]


def post(keys: Keys, message: push_message.Message, left: int) -> None:
    """Post a message, by the other process where there is one. Raises as outgoing.post and SenderProcess.post do."""
    (_running[0].post if _running else push_message.post)(keys, message, left)


def _serve(control: socket.socket) -> NoReturn:
    """Give each connection a thread, until the scheduler has ended. A signal to both is for the scheduler alone."""
    try:
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)
        with suppress(OSError):
            os.nice(NICE)
        while (received := socket.recv_fds(control, 1, 1))[0]:
            threading.Thread(target=_post_all, args=[Connection(received[1][0])], daemon=True).start()
    finally:
        os._exit(0)


def _post_all(connection: Connection) -> None:
    with suppress(EOFError, OSError):
        while True:
            connection.send(_posted(*connection.recv()))


def _posted(keys: Keys, message: push_message.Message, left: int) -> Exception | None:
    try:
        push_message.post(keys, message, left)
    except Refused as refused:
        return refused
    except Exception as problem:  # those of others may not bear to be sent on
        return NotSent(f"{type(problem).__name__}: {problem}")
    return None
