"""Polls that come again byte for byte: a worker's event loop answers them, without a thread, while nothing is new."""

from collections import OrderedDict
from collections.abc import Callable
from email.utils import formatdate

from meteor.web.polling import NOTHING_NEW

REPEATABLE = "meteor.repeatable"
"""The WSGI environment's key of a Holds function, put there with a 204."""

Holds = Callable[[], bool]
"""Says whether a request that was answered with 204 would be again. It neither waits nor asks the database."""

MOST, LONGEST = 4_096, 2_048
"""Number of requests that are remembered, and bytes of the longest."""

_FIELDS = "".join(f"{name}: {value}\r\n" for name, value in NOTHING_NEW)


class Repeats:
    """The requests of a worker that were answered with 204, the one that came longest ago first."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Holds] = OrderedDict()

    def note(self, request: bytes, holds: Holds) -> None:
        """Remember a request, and how to see whether its answer holds."""
        if len(request) <= LONGEST:
            self._known[request] = holds
            self._known.move_to_end(request)
            if len(self._known) > MOST:
                self._known.popitem(last=False)

    def answer(self, received: bytearray) -> bytes | None:
        """The answer to what was received on a connection that stays; None where a thread has to find it."""
        request = bytes(received) if len(received) <= LONGEST else b""
        holds = self._known.get(request)
        if holds is None:
            return None
        if not holds():
            del self._known[request]
            return None
        self._known.move_to_end(request)
        head = f"HTTP/1.1 204 NO CONTENT\r\nServer: gunicorn\r\nDate: {formatdate(usegmt=True)}\r\n"
        return f"{head}Connection: keep-alive\r\n{_FIELDS}\r\n".encode()
