"""Connection of a client to a web worker: bytes in and out, and a deadline. Never blocks."""

import socket
from collections.abc import Callable
from math import inf
from time import monotonic
from typing import Any

from gunicorn.config import Config
from gunicorn.http import get_parser
from gunicorn.http.unreader import Unreader

from meteor.web.framing import RequestBuffer
from meteor.web.repeats import Again

HEAD_SECONDS = 20.0  # a phone on a bad network sends its packet again after 1, 2, 4 and 8 s
BODY_SECONDS = 30.0
SLOWEST = 4096
"""Bytes a second, once BODY_SECONDS are over: the slowest upload and the slowest reader that are waited for."""

_RECEIVED = 32 * 1024
_PIECE = 8192


class ClientSocket(socket.socket):
    """A socket that keeps what is written until flush(), so that no thread waits for a slow reader."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        super().setblocking(False)
        self.unsent = bytearray()
        self.again: Again | None = None  # of the answer under way

    def setblocking(self, flag: bool) -> None:
        """Stay as it is: gunicorn would make it wait."""

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.unsent += data

    def send(self, data: Any, flags: int = 0) -> int:
        """Ignore what gunicorn sends besides answers: "100 Continue" was sent when the head was there."""
        return len(data)

    def send_now(self, data: bytes) -> int:
        """Returns the number of bytes that the kernel accepted. Raises OSError."""
        try:
            return super().send(data)
        except BlockingIOError:
            return 0

    def flush(self) -> None:
        """Send what the kernel takes. Raises OSError when the client is gone."""
        if self.unsent:
            del self.unsent[: self.send_now(self.unsent)]  # type: ignore[arg-type]


class WholeRequest(Unreader):
    """A source for gunicorn's parser: one complete request, and then the end."""

    def __init__(self) -> None:
        super().__init__()
        self.load(b"")

    def load(self, request: bytes) -> None:
        self._request, self._read = request, 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        # In pieces: the parser copies what remains of a piece with every chunk of a body.
        piece = self._request[self._read : self._read + max(size_hint or 0, _PIECE)]
        self._read += len(piece)
        return piece

    @property
    def request(self) -> bytes:
        return self._request

    def is_read(self) -> bool:
        return self._read == len(self._request) and not self.buf.getvalue()


class Connection:
    """A connection for gunicorn's thread worker, around received bytes."""

    initialized = data_ready = True
    is_http2 = False

    def __init__(
        self, cfg: Config, sock: ClientSocket, client: Any, server: Any, longest_body: Callable[[bytes, bytes], int]
    ) -> None:
        self.cfg, self.sock, self.client, self.server = cfg, sock, client, server
        self.address = client[0] if isinstance(client, tuple) else ""
        self.request = RequestBuffer(longest_body)
        self.parser = get_parser(cfg, (), client)
        self.parser.unreader = self.whole = WholeRequest()
        self.session = ""  # whose turn the request under way takes (see turns)
        self.watched = 0  # the events that the worker's poller looks for
        self.cut = self.stays = self.reads = False  # `reads`: its request changes nothing
        self.wait_for_request()

    def init(self) -> None:
        """Do nothing: the parser is there already."""

    def wait_for_request(self) -> None:
        """The next request may begin within the keep-alive time; bytes of it may be there already."""
        self.reading, self._began, self._moved = True, 0.0, 0
        self.whole.load(b"")  # what was answered takes no memory while the connection stays
        self.deadline = monotonic() + self.cfg.keepalive

    def held(self) -> int:
        """Bytes in memory: of what was sent, and of the answer that the client has not taken yet."""
        return len(self.request.data) + len(self.whole.request) + len(self.sock.unsent)

    def receive(self) -> bool:
        """Read what is there; false when the client has gone."""
        try:
            data = self.sock.recv(_RECEIVED)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.request.data += data
        return bool(data)

    def has_left(self) -> bool:
        """Return whether the client has closed the connection, and sent nothing more before."""
        try:
            return self.sock.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def must_get_on(self) -> None:
        """Set by when more of a request must be there."""
        self._began = self._began or monotonic()
        grace = BODY_SECONDS if self.request.has_head else HEAD_SECONDS
        self.deadline = self._began + grace + len(self.request.data) / SLOWEST

    def take_request(self) -> None:
        """Give the whole request to the parser; from now on a thread works, and ends by itself."""
        self.reading, self.deadline, self._began = False, inf, 0.0
        self.cut = self.request.cut
        self.whole.load(self.request.take())

    def flush(self) -> None:
        """Send on. Raises OSError when the client is gone."""
        self._began = self._began or monotonic()
        before = len(self.sock.unsent)
        self.sock.flush()
        self._moved += before - len(self.sock.unsent)
        self.deadline = self._began + BODY_SECONDS + self._moved / SLOWEST
