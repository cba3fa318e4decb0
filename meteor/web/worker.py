"""gunicorn's worker for METEOR: threads never wait for a client, and presses keep threads of their own."""

import selectors
import socket
import sys
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from errno import EAGAIN, ECONNABORTED, EMFILE, ENFILE
from functools import partial
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from meteor.web.bodies import longest_body
from meteor.web.connections import ClientSocket, Connection
from meteor.web.framing import HeadTooLarge
from meteor.web.open_connections import OpenConnections
from meteor.web.overload import Refusals
from meteor.web.poll_queue import PollQueue
from meteor.web.pools import (
    GENERAL,
    GENERAL_THREADS,
    MOST_WAITING,
    PASSWORDS,
    POLL_POOLS,
    POLL_THREADS,
    URGENT,
    pool_chooser,
)
from meteor.web.repeats import REPEATABLE, Repeats
from meteor.web.shares import Share
from meteor.web.turns import Turns

LINGER_SECONDS = 2.0

SWITCH_SECONDS = 0.0005
"""A thread that comes back from the database waits so long while another computes.

Python's own 5 ms would be added to each statement of a press.
"""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class BufferingWorker(ThreadWorker):
    """Reads whole requests and sends answers in its event loop; a thread works only on a request that is there.

    Each request goes to a pool of threads that its view names (see pools). When connections run out, one is given up.
    """

    wsgi: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cfg.set("sendfile", False)  # it would bypass ClientSocket
        self.connections = OpenConnections()
        self.waiting: Counter[str] = Counter()  # requests of each pool, also those under way
        self.polls = PollQueue()
        self.swept = monotonic()
        self.share = Share(self.age)
        self.repeats = Repeats()
        self.answering = False  # waiting polls, at this moment

    def run(self) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        urgent, polls, passwords = map(ThreadPoolExecutor, (self.cfg.threads, POLL_THREADS, 1))
        self.pools = {URGENT: urgent, **dict.fromkeys(POLL_POOLS, polls), GENERAL: self.tpool, PASSWORDS: passwords}
        self.pool_of = pool_chooser(self.wsgi)
        self.refusals = Refusals(self.wsgi)
        self.turns = Turns(self.wsgi.config["SESSION_COOKIE_NAME"])
        self.longest_body = longest_body(self.wsgi)
        self.wsgi = partial(_told_how_to_repeat, self.wsgi)
        super().run()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(GENERAL_THREADS)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if enabled:
            self.share.publish(self.nr_conns)
        else:
            self.share.withdraw()

    def accept(self, listener: socket.socket) -> None:
        if self.share.leaves_to_others():
            return
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room()
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in (EMFILE, ENFILE):
                self._make_room()
            elif error.errno not in (EAGAIN, ECONNABORTED):
                raise
            return
        conn = Connection(self.cfg, ClientSocket(sock), client, listener.getsockname(), self.longest_body)
        self.nr_conns += 1
        self.share.publish(self.nr_conns)
        self.connections.add(conn)
        self._watch(conn, selectors.EVENT_READ, self._receive)

    def handle(self, conn: Connection) -> bool:
        """Answer a whole request in a thread. The event loop sends what the socket does not accept at once.

        A client that gave up waiting asks again: its old request costs nothing, unless it may change something.
        """
        if conn.reads and conn.has_left():
            return False
        stays = super().handle(conn)
        with suppress(OSError):  # the event loop meets it again
            conn.sock.flush()
        return bool(stays)

    def handle_request(self, req: Any, conn: Connection) -> bool:
        if conn.cut:
            req.force_close()  # said in the answer, or a proxy would send its next request here
        return bool(super().handle_request(req, conn))

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except Exception:
            return False  # the body made no sense; gunicorn would send a second answer

    def finish_request(self, conn: Connection, pool: str, future: "Future[bool]") -> None:
        """Send the rest of the answer, in the event loop."""
        self.waiting[pool] -= 1
        if pool in POLL_POOLS:
            self.polls.end()
        self.turns.end(conn.session)
        answered = not future.cancelled() and future.exception() is None and future.result()
        # The parser and RequestBuffer must agree where the request ended: nothing else may follow as a request.
        conn.stays = answered and conn.whole.is_read() and not conn.cut
        if conn.stays and conn.sock.again:
            self.repeats.note(conn.whole.request, conn.sock.again)
        self._flush(conn)
        self._answer_polls()

    def murder_keepalived(self, force: bool = False) -> None:
        """Close what has not got on in time, once a second; with `force` everything."""
        self._answer_polls()
        now = monotonic()
        if now - self.swept < 1.0 and not force:
            return
        self.swept = now
        for conn in self.connections:
            if force:
                self._close(conn)
            elif conn.deadline < now:
                self._refuse(conn, 408) if conn.reading and conn.request.data else self._close(conn)
        for pool, conn in self.polls.abandoned():
            self.waiting[pool] -= 1
            self._close(conn)
        for conn in self.connections.surplus():
            self._close(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait no longer than that for requests that are not whole: the worker is about to stop."""
        for conn in self.connections:
            if conn.reading:
                conn.deadline = min(conn.deadline, deadline)

    def _receive(self, conn: Connection) -> None:
        if conn.receive():
            self._advance(conn)
        else:
            self._close(conn)

    def _advance(self, conn: Connection) -> None:
        """Hand the request to its pool if it is whole."""
        try:
            whole = conn.request.whole()
        except HeadTooLarge:
            return self._refuse(conn, 431)
        if not whole:
            if conn.request.must_say_continue():
                with suppress(OSError):
                    conn.sock.send_now(_CONTINUE)
            return conn.must_get_on()
        if self.alive and (again := self.repeats.answer(conn.request.data)):
            conn.take_request()
            return self._answer_again(conn, again)
        method, target = conn.request.method_and_target()
        pool, conn.reads = self.pool_of(method, target), method in (b"GET", b"HEAD")
        if pool in MOST_WAITING and self.waiting[pool] >= MOST_WAITING[pool]:
            return self._refuse(conn, 503)
        if pool not in (URGENT, *POLL_POOLS) and self.connections.is_full():
            return self._refuse(conn, 503)
        self.waiting[pool] += 1
        self._watch(conn, 0)
        # Other pools are no one's own: a press must not wait there behind a form of the same session.
        conn.session = self.turns.of(conn.request.head) if pool == URGENT else ""
        conn.take_request()
        self.turns.begin(conn.session, partial(self._submit, conn, pool))
        return None

    def _answer_again(self, conn: Connection, answer: bytes) -> None:
        """Answer a poll in the event loop."""
        conn.sock.sendall(answer)
        conn.stays = True
        self._flush(conn)

    def _submit(self, conn: Connection, pool: str) -> None:
        if pool in POLL_POOLS:
            self.polls.put(pool, conn)
            self._answer_polls()
        else:
            self._start(conn, pool)

    def _answer_polls(self) -> None:
        """Let threads answer polls, unless something urgent needs the core that all threads share.

        What the answer to another poll has brought to hand meanwhile needs no thread any more.
        """
        if self.answering:
            return  # within its own loop, which goes on
        self.answering = True
        try:
            for pool, conn in self.polls.begin(monotonic(), urgent=self.waiting[URGENT] > 0):
                again = self.repeats.answer(conn.whole.request) if self.alive else None
                if again is None:
                    self._start(conn, pool)
                else:
                    self.waiting[pool] -= 1
                    self.polls.end()
                    self._answer_again(conn, again)
        finally:
            self.answering = False

    def _start(self, conn: Connection, pool: str) -> None:
        future = self.pools[pool].submit(self.handle, conn)
        future.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn, pool))

    def _refuse(self, conn: Connection, status: int) -> None:
        conn.reading = conn.stays = False
        conn.sock.sendall(self.refusals.answer(status, bytes(conn.request.data)))
        self._flush(conn)

    def _flush(self, conn: Connection) -> None:
        try:
            conn.flush()
            if conn.sock.unsent:
                self._watch(conn, selectors.EVENT_WRITE, self._flush)
            elif conn.stays:
                self._await_request(conn)
            else:
                self._linger(conn)
        except OSError:
            self._close(conn)

    def _await_request(self, conn: Connection) -> None:
        self.connections.renew(conn)
        conn.wait_for_request()
        if not self.alive:
            self._cap_keepalive(monotonic() + LINGER_SECONDS)
        self._watch(conn, selectors.EVENT_READ, self._receive)
        if conn.request.data:
            self._advance(conn)

    def _linger(self, conn: Connection) -> None:
        """Close the connection in two steps (RFC 9112 section 9.6), so that the client receives the whole answer."""
        conn.reading = False
        conn.deadline = monotonic() + LINGER_SECONDS
        conn.sock.shutdown(socket.SHUT_WR)
        self._watch(conn, selectors.EVENT_READ, self._discard)

    def _discard(self, conn: Connection) -> None:
        conn.request.data.clear()
        if not conn.receive():
            self._close(conn)

    def _make_room(self) -> None:
        if conn := self.connections.most_silent():
            self._close(conn)

    def _watch(self, conn: Connection, events: int, callback: Any = None) -> None:
        if conn.watched and not events:
            self.poller.unregister(conn.sock)
        elif events:
            change = self.poller.modify if conn.watched else self.poller.register
            # An event of this round of the loop may be of a connection that was closed in it to make room.
            change(conn.sock, events, lambda _: callback(conn) if conn.watched else None)
        conn.watched = events

    def _close(self, conn: Connection) -> None:
        self._watch(conn, 0)
        conn.sock.close()
        self.nr_conns -= 1
        if self._accepting:
            self.share.publish(self.nr_conns)
        self.connections.remove(conn)


def _told_how_to_repeat(app: Any, environ: Any, start_response: Any) -> Any:
    """Call `app`, and leave the Again function of its answer, if it has one, with the request's socket."""
    answer = app(environ, start_response)
    environ["gunicorn.socket"].again = environ.get(REPEATABLE)
    return answer
