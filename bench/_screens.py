"""Screens that poll as browsers do, each on a connection that stays, and what was on them when."""

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from time import perf_counter, time
from urllib.parse import quote

from bench._load import END, LENGTH, WrongAnswer

VERSION = re.compile(rb'data-version="([^"]*)"')
DATE = re.compile(rb"\r\nDate: ([^\r]*)")
PATIENCE, POLLS_MISSED = 4.0, 1.5
"""Seconds, and times its pace, without an answer until a page says that it is not live, as `static/js/live.js` does."""


@dataclass
class Screen:
    """A page that asks `path` every so many seconds with the version that it shows, and gives what came to `show`.

    `phase` says when it asks first, as a share of `every`; without one, at random. `oldest` is the greatest age in
    seconds of what it showed: the time since the question whose answer that was. `unsaid` is the greatest age of what
    it showed as live: the time since the server's Date of the answer.
    """

    path: str
    cookie: str
    every: float
    show: Callable[[bytes, float], None]
    phase: float | None = None
    version: str = ""
    oldest: float = 0.0
    unsaid: float = 0.0
    shown_of: float = field(default_factory=perf_counter)
    answered: float = field(default_factory=perf_counter)
    dated: float = field(default_factory=time)

    async def poll(self, port: int) -> None:
        """Until it is cancelled. Raises WrongAnswer for whatever is neither 200 nor 204."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            asks_at = perf_counter() + self.every * (random.random() if self.phase is None else self.phase)
            while True:
                await asyncio.sleep(max(0.0, asks_at - perf_counter()))
                asked = perf_counter()
                writer.write(self._request())
                head = await reader.readuntil(END)
                body = await reader.readexactly(_length(head))
                if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")):
                    raise WrongAnswer((head + body)[:600].decode(errors="replace"))
                if found := VERSION.search(body):
                    self.version = found[1].decode()
                self.show(body, perf_counter())
                self.grow_old()
                self.shown_of, self.answered, self.dated = asked, perf_counter(), _date(head)
                asks_at = max(asks_at + self.every, perf_counter())
        finally:
            writer.close()

    def grow_old(self) -> None:
        """Look how old what it shows is."""
        waited = perf_counter() - self.answered
        too_long = max(0.0, waited - max(PATIENCE, POLLS_MISSED * self.every))
        self.oldest = max(self.oldest, perf_counter() - self.shown_of)
        self.unsaid = max(self.unsaid, time() - self.dated - too_long)

    def _request(self) -> bytes:
        lines = (
            f"GET {self.path}?v={quote(self.version)} HTTP/1.1", "Host: 127.0.0.1", "HX-Request: true",
            f"Cookie: {self.cookie}", "", "",
        )  # fmt: skip
        return "\r\n".join(lines).encode()


def _date(head: bytes) -> float:
    found = DATE.search(head)
    if found is None:
        raise WrongAnswer(head.decode(errors="replace"))
    return parsedate_to_datetime(found[1].decode()).timestamp()


def _length(head: bytes) -> int:
    at = head.find(LENGTH)
    return 0 if at < 0 else int(head[at + len(LENGTH) : head.index(b"\r\n", at)])
