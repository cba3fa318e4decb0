"""Polls that came before, with any version: a worker's event loop answers them, without a thread, where it can."""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from email.utils import formatdate
from typing import NamedTuple
from urllib.parse import unquote_plus

from meteor.web.polling import NOTHING_NEW

REPEATABLE = "meteor.repeatable"
"""Key in the WSGI environ: the Again function of a poll that was answered."""


class Answer(NamedTuple):
    """An answer in front of Flask: its status line, its headers, and its body."""

    status: str
    headers: Sequence[tuple[str, str]]
    body: bytes


UNCHANGED = Answer("204 NO CONTENT", NOTHING_NEW, b"")

Again = Callable[[str], Answer | None]
"""The answer to a poll that came before, now with this version. It neither waits nor asks the database: None then."""

MOST, LONGEST = 4_096, 2_048
"""Number of polls that are remembered, and bytes of the longest."""

_VERSION = re.compile(rb"[^\r]*?[?&]v=([^& \r]*)")


class Repeats:
    """The polls of a worker, without their versions, the one that came longest ago first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[bytes, bytes], Again] = OrderedDict()

    def note(self, request: bytes, again: Again) -> None:
        """Remember a poll, and how to answer it with another version."""
        found = _VERSION.match(request) if len(request) <= LONGEST else None
        if found:
            key = _without_version(request, found)
            self._known[key] = again
            self._known.move_to_end(key)
            if len(self._known) > MOST:
                self._known.popitem(last=False)

    def answer(self, received: bytes | bytearray) -> bytes | None:
        """The answer to what was received on a connection that stays; None where a thread has to find it."""
        request = bytes(received) if len(received) <= LONGEST else b""
        found = _VERSION.match(request)
        key = found and _without_version(request, found)
        again = self._known.get(key) if key else None
        if found is None or key is None or again is None:
            return None
        answer = again(unquote_plus(found[1].decode("latin-1")))
        if answer is None:
            return None
        self._known.move_to_end(key)
        head = f"HTTP/1.1 {answer.status}\r\nServer: gunicorn\r\nDate: {formatdate(usegmt=True)}\r\n"
        fields = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
        return f"{head}Connection: keep-alive\r\n{fields}\r\n".encode("latin-1") + answer.body


def _without_version(request: bytes, found: re.Match[bytes]) -> tuple[bytes, bytes]:
    return request[: found.start(1)], request[found.end(1) :]
