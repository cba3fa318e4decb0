"""People and panels on line while METEOR breaks: each tries again until it is answered, and remembers what it was told.

Times are of the monotonic clock, in seconds.
"""

import asyncio
import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from time import monotonic
from uuid import uuid4

from bench._load import END, LENGTH, WrongAnswer

ANSWER_SECONDS = 5.0
OFFER = re.compile(r"/assignments/(\d+)/acceptance")
STEPS = ("acceptance", "departure", "arrival")
TOO_LATE = (404, 409)
UNWELL = (429, 502, 503, 504)


@dataclass
class Web:
    """The web server at `port`. `answered` holds the moment of each success."""

    port: int
    answered: list[float] = field(default_factory=list)

    async def ask(self, method: str, path: str, cookie: str, token: str = "", **form: str) -> tuple[int, bytes]:
        """One request on a connection of its own. Raises OSError, EOFError or TimeoutError without a whole answer."""
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(_request(method, path, cookie, token, form))
                head = await reader.readuntil(END)
                return int(head.split()[1]), await reader.readexactly(_length(head))
            finally:
                writer.close()

    async def clock(self) -> float:
        """The web server's own time, seconds since 1970."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(_request("GET", "/healthz", "", "", {}))
        head = (await reader.readuntil(END)).decode()
        writer.close()
        return parsedate_to_datetime(re.findall(r"(?im)^date: (.*?)\r$", head)[0]).timestamp()

    async def insist(self, method: str, path: str, cookie: str, token: str = "", **form: str) -> tuple[int, bytes]:
        """Ask again until METEOR answers with something else than that it is unwell (5xx of a fault, 429)."""
        while True:
            with suppress(OSError, EOFError, TimeoutError):
                status, body = await self.ask(method, path, cookie, token, **form)
                if status not in UNWELL:
                    return status, body
            await asyncio.sleep(random.uniform(0.2, 0.5))


@dataclass
class Citizen:
    """Presses every few seconds, each press again under its UUID until it is answered. `told`: UUID to number."""

    web: Web
    cookie: str
    told: dict[str, str] = field(default_factory=dict)

    async def live(self, until: float) -> None:
        while monotonic() < until:
            await asyncio.sleep(random.uniform(1.0, 3.0))
            press, place = str(uuid4()), (-7.75 + random.random() / 50, 113.2 + random.random() / 50)
            form = {"id": press, "kind": "crime", "latitude": f"{place[0]:.5f}", "longitude": f"{place[1]:.5f}"}
            status, body = await self.web.insist("POST", "/alerts", self.cookie, **form, accuracy="20")
            if status not in (200, 201):
                raise WrongAnswer(f"a press was answered {status}: {body[:300]!r}")
            self.told[press] = json.loads(body)["number"]
            self.web.answered.append(monotonic())


@dataclass
class Crew:
    """Takes what it is offered, drives, arrives, closes. `told`: step and assignment, or "closure" and number."""

    web: Web
    cookie: str
    token: str
    told: set[tuple[str, str]] = field(default_factory=set)

    async def live(self, until: float) -> None:
        while monotonic() < until:
            await asyncio.sleep(random.uniform(0.5, 1.5))
            _, body = await self.web.insist("GET", "/unit/offers", self.cookie)
            if offer := OFFER.search(body.decode(errors="replace")):
                await self._see_to(offer[1])

    async def _see_to(self, offer: str) -> None:
        number = ""
        for step in STEPS:
            status, body = await self.web.insist("POST", f"/assignments/{offer}/{step}", self.cookie, self.token)
            if status in TOO_LATE:
                return  # somebody else was faster, or an answer of ours was lost on its way
            if status != 200:
                raise WrongAnswer(f"{step} was answered {status}: {body[:300]!r}")
            self.told.add((step, offer))
            number = json.loads(body)["url"].rsplit("/", 1)[1]
        path = f"/incidents/{number}/closure"
        status, _ = await self.web.insist("POST", path, self.cookie, self.token, outcome="helped", note="")
        if status not in TOO_LATE:
            self.told.add(("closure", number))


@dataclass
class Board:
    """A screen that polls. `answers` counts what was shown."""

    web: Web
    cookie: str
    path: str
    answers: int = 0

    async def live(self, until: float) -> None:
        while monotonic() < until:
            await asyncio.sleep(2.0)
            status, body = await self.web.insist("GET", self.path, self.cookie)
            if status not in (200, 204):
                raise WrongAnswer(f"{self.path} was answered {status}: {body[:300]!r}")
            self.answers += 1


def _request(method: str, path: str, cookie: str, token: str, form: dict[str, str]) -> bytes:
    body = "&".join(f"{name}={value}" for name, value in form.items())
    return "\r\n".join(_lines(method, path, cookie, token, body)).encode()


def _lines(method: str, path: str, cookie: str, token: str, body: str) -> Iterator[str]:
    yield f"{method} {path} HTTP/1.1"
    yield from ("Host: 127.0.0.1", "Connection: close", "Sec-Fetch-Site: same-origin", f"Cookie: {cookie}")
    if method == "GET":
        yield "HX-Request: true"
    else:
        yield from ("Accept: application/json", f"X-CSRFToken: {token}")
        yield from ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}")
    yield from ("", body)


def _length(head: bytes) -> int:
    at = head.find(LENGTH)
    return 0 if at < 0 else int(head[at + len(LENGTH) : head.index(b"\r\n", at)])
