"""The tablets of crews on duty: what they poll, and where they say that they are."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from random import Random

from bench._load import END, LENGTH, WrongAnswer
from bench._screens import Screen

PATIENCE = 120.0
POLLS, STRIP, POSITION = 2.0, 10.0, 10.0
"""Seconds from poll to poll of a page and of the unit's strip, and between positions."""


def tablet_screens(cookies: Sequence[str]) -> list[Screen]:
    """What the tablets poll."""
    parts = (("/incidents/rows", POLLS), ("/unit/offers", POLLS), ("/unit/status", POLLS), ("/unit/strip", STRIP))
    return [Screen(path, it, every, nothing) for it in cookies for path, every in parts]


def nothing(body: bytes, at: float) -> None:
    """Nobody looks at it."""


async def moves(port: int, cookie: str, unit: int, token: str) -> None:
    """A tablet of the unit says where it is."""
    random = Random(unit)
    north, east = -7.75 + random.random() / 50, 113.2 + random.random() / 50
    while True:
        await asyncio.sleep(POSITION * random.uniform(0.8, 1.2))
        place = {"latitude": north, "longitude": east + random.random() / 2000, "accuracy": 8.0}
        status, answer = await post(port, "/unit/position", cookie, json.dumps(place).encode(), token)
        if status not in (200, 204):
            raise WrongAnswer(f"a position was answered with {status}: {answer[:300]!r}")


async def post(port: int, path: str, cookie: str, body: bytes, token: str = "") -> tuple[int, bytes]:
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError):
            try:
                lines = (
                    f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Accept: application/json",
                    "Sec-Fetch-Site: same-origin", f"Cookie: {cookie}", f"X-CSRFToken: {token}",
                    "Content-Type: application/json", f"Content-Length: {len(body)}", "", "",
                )  # fmt: skip
                writer.write("\r\n".join(lines).encode() + body)
                head = await reader.readuntil(END)
                at = head.find(LENGTH)
                size = int(head[at + len(LENGTH) : head.index(b"\r\n", at)]) if at >= 0 else 0
                return int(head.split()[1]), await reader.readexactly(size)
            finally:
                writer.close()
    raise WrongAnswer(f"{path} was not answered")
