"""From a press to its line on the boards, while tablets poll, crews move and trackers send."""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from time import perf_counter, time
from typing import NamedTuple
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from bench._city import CREW, csrf_token, gunicorn, patrols, people, scheduler, sign_in
from bench._crews import POLLS, moves, nothing, post, tablet_screens
from bench._load import END, LENGTH, WrongAnswer
from bench._screens import Screen
from bench.track import STEP, Fix, osmand
from meteor.agencies.models import Unit
from meteor.board.viewers import SIGN_EVERY
from meteor.board.views.board import QUEUE_EVERY
from meteor.store.database import db
from meteor.store.moments import now
from meteor.trackers import rules

TABLETS, TRACKERS, BOARDS, PRESSES = 428, 30, 10, 20
APART = 6.5
"""Seconds from press to press: 20 of them are no burst, in which some would have no line of their own."""

FIX, BAR, TRAFFIC = 5.0, 15.0, 10.0
"""Seconds between the fixes of a tracker, and between polls of a board's bar and of its closed roads."""

LINE = re.compile(rb'id="line-([^"]+)"')


class Crowd(NamedTuple):
    """Cookie headers of tablets, boards and citizens, the trackers' tokens, and a token for what is sent."""

    tablets: Sequence[str]
    boards: Sequence[str]
    citizens: Sequence[str]
    trackers: Sequence[str]
    csrf: str


def press_to_line(app: Flask) -> list[float]:
    """Seconds from each press to its line on each board, ascending."""
    var, officers = app.config["SETTINGS"].var, people("officer", TABLETS)
    units = patrols(officers)
    crowd = Crowd(
        sign_in(app, officers), sign_in(app, people("dispatcher", BOARDS)), sign_in(app, people("citizen", PRESSES)),
        _trackers(units), csrf_token(app),
    )  # fmt: skip
    with gunicorn("app:app", var) as port, scheduler(var):
        return sorted(asyncio.run(_measured(port, crowd)))


async def _measured(port: int, crowd: Crowd) -> list[float]:
    seen: list[dict[str, float]] = [{} for _ in crowd.boards]
    screens = [*tablet_screens(crowd.tablets)]
    for cookie, on_board in zip(crowd.boards, seen, strict=True):
        screens.append(Screen("/board/incidents", cookie, QUEUE_EVERY, _looks_at(on_board)))
        screens += [Screen(path, cookie, POLLS, nothing) for path in ("/board/units", "/board/strip", "/board/viewers")]
        screens += [Screen("/board/status", cookie, BAR, nothing), Screen("/traffic/state", cookie, TRAFFIC, nothing)]
    others = [asyncio.create_task(each.poll(port)) for each in screens]
    others += [asyncio.create_task(moves(port, it, at // CREW, crowd.csrf)) for at, it in enumerate(crowd.tablets)]
    others += [asyncio.create_task(_sends(port, token, at)) for at, token in enumerate(crowd.trackers)]
    boards = zip(crowd.boards, seen, strict=True)
    others += [asyncio.create_task(_signs(port, cookie, on_board, crowd.csrf)) for cookie, on_board in boards]
    await asyncio.sleep(3 * POLLS)  # each shows what there is
    pressed = [await _press(port, cookie) for cookie in crowd.citizens]
    await asyncio.sleep(3 * POLLS)
    broken = [task for task in others if task.done() and task.exception()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    if broken:
        raise WrongAnswer(f"{len(broken)} pages broke off: {broken[0].exception()!r}")
    return [on_board[number] - began for began, number in pressed for on_board in seen]


def _looks_at(on_board: dict[str, float]) -> Callable[[bytes, float], None]:
    """Notes when each incident is on a board for the first time."""

    def show(body: bytes, at: float) -> None:
        for number in LINE.findall(body):
            on_board.setdefault(number.decode(), at)

    return show


async def _press(port: int, cookie: str) -> tuple[float, str]:
    """The moment of a press, and the number of its incident."""
    random, began = Random(cookie), perf_counter()
    place = {"latitude": -7.75 + random.random() / 50, "longitude": 113.2 + random.random() / 50, "accuracy": 20.0}
    body = json.dumps({"id": str(uuid4()), "kind": "emergency", "note": "", **place}).encode()
    status, answer = await post(port, "/alerts", cookie, body)
    if status != 201:
        raise WrongAnswer(f"a press was answered with {status}: {answer[:300]!r}")
    await asyncio.sleep(max(0.0, began + APART - perf_counter()))
    return began, str(json.loads(answer)["number"])


async def _signs(port: int, cookie: str, on_board: dict[str, float], csrf: str) -> None:
    """A board says every SIGN_EVERY seconds that its newest incident is open on it."""
    await asyncio.sleep(SIGN_EVERY * Random(cookie).random())
    while True:
        if on_board:
            status, answer = await post(port, f"/board/viewers/{list(on_board)[-1]}", cookie, b"", csrf)
            if status != 204:
                raise WrongAnswer(f"a sign was answered with {status}: {answer[:300]!r}")
        await asyncio.sleep(SIGN_EVERY)


async def _sends(port: int, token: str, number: int) -> None:
    """A tracker on its way north sends a fix every FIX seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await asyncio.sleep(FIX * Random(token).random())
        for step in count():
            writer.write(osmand(Fix(token, -7.79 + number / 5000 + step * STEP, int(time()))))
            head = await reader.readuntil(END)
            at = head.find(LENGTH)
            await reader.readexactly(int(head[at + len(LENGTH) : head.index(b"\r\n", at)]) if at >= 0 else 0)
            if not head.startswith(b"HTTP/1.1 200"):
                raise WrongAnswer(head.decode(errors="replace"))
            await asyncio.sleep(FIX)
    finally:
        writer.close()


def _trackers(units: Sequence[int]) -> list[str]:
    """A tracker in each of the first TRACKERS units; their tokens. Commits."""
    found = db.session.scalars(select(Unit).where(Unit.id.in_(units[:TRACKERS]))).all()
    tokens = [rules.new(f"Pelacak {unit.id}", unit, now(), None)[1] for unit in found]
    db.session.commit()
    return tokens
