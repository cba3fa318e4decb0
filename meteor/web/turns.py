"""Presses of one session in turn: an account that sends thousands waits for itself, and keeps no thread from others."""

import re
from collections import deque
from collections.abc import Callable

from werkzeug.http import parse_cookie

Start = Callable[[], object]

_COOKIES = re.compile(rb"\r\ncookie[ \t]*:([^\r\n]*)", re.IGNORECASE)


class Turns:
    """Lets one POST of a session at a time be answered in a worker. `cookie` is the name of the session's cookie."""

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie
        self._waiting: dict[str, deque[Start]] = {}

    def of(self, head: bytes) -> str:
        """The session that the head of a request names, for `begin` and `end`; empty for what need not wait."""
        if not head.lstrip(b"\r\n").startswith(b"POST "):
            return ""
        # As the view reads it: another spelling of the same session must not get a turn of its own.
        header = b";".join(_COOKIES.findall(head)).decode("latin-1")
        return parse_cookie(header).get(self._cookie, "")

    def begin(self, session: str, start: Start) -> None:
        """Call `start` at once, or after the requests of the same session that came before."""
        if session in self._waiting:
            self._waiting[session].append(start)
            return
        if session:
            self._waiting[session] = deque()
        start()

    def end(self, session: str) -> None:
        """The request that was started last is over; the next of its session starts."""
        waiting = self._waiting.get(session)
        if waiting:
            waiting.popleft()()
        else:
            self._waiting.pop(session, None)
