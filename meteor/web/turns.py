"""Writes of one session in turn: whoever sends thousands waits for themselves, and keeps no thread from others."""

import re
from collections import deque
from collections.abc import Callable

Start = Callable[[], object]


class Turns:
    """Lets one POST of a session at a time be answered in a worker. `cookie` is the name of the session's cookie."""

    def __init__(self, cookie: str) -> None:
        self._session = re.compile(rb"(?i:\r\ncookie[ \t]*:)[^\r\n]*?[ \t;]%b=([^;\r\n]+)" % re.escape(cookie.encode()))
        self._waiting: dict[bytes, deque[Start]] = {}

    def of(self, head: bytes) -> bytes:
        """The session that the head of a request names, for `begin` and `end`; empty for what need not wait."""
        found = self._session.search(head) if head.startswith(b"POST ") else None
        return found[1] if found else b""

    def begin(self, session: bytes, start: Start) -> None:
        """Call `start` at once, or after the requests of the same session that came before."""
        if session in self._waiting:
            self._waiting[session].append(start)
            return
        if session:
            self._waiting[session] = deque()
        start()

    def end(self, session: bytes) -> None:
        """The request that was started last is over; the next of its session starts."""
        waiting = self._waiting.get(session)
        if waiting:
            waiting.popleft()()
        else:
            self._waiting.pop(session, None)
