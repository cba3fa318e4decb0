"""The earthquake: a city presses within a minute, while crews, desks and all who have pressed keep their pages open.

Presses come at their own moments, whatever is answered (open loop). Half of it must pass without being felt, all of it
without a loss. METEOR_BENCH_DATABASE_URL is an empty PostgreSQL database.
"""

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import NamedTuple
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from bench import Case
from bench._city import CREW, csrf_token, demo_city, gunicorn, patrols, people, scheduler, sign_in
from bench._crews import POLLS, moves, nothing, post, tablet_screens
from bench._flood import cpu_seconds
from bench._load import WrongAnswer
from bench._screens import Screen
from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.store.database import db

URL = os.environ.get("METEOR_BENCH_DATABASE_URL", "")
SECONDS = 60.0
PRESSES, OFFICERS, DESKS = 5_000, 428, 10
FOLLOWS = 5.0
"""Seconds from poll to poll of a citizen's page."""

KINDS = ("emergency", "medical", "fire", "disaster", "crime", "other")
OLDEST = 20.0
"""Seconds, the greatest age of a page that does not say that it is not live."""


class Quake(NamedTuple):
    """Milliseconds of each press from its moment to its answer; ages of pages (s); what presses were told; cores."""

    times: Sequence[float]
    unsaid: float
    oldest: float
    told: dict[UUID, str]
    core: float


class _Citizen(NamedTuple):
    id: UUID
    cookie: str
    at: float  # seconds
    form: dict[str, object]


def cases() -> Iterator[Case]:
    for name, share, limit in (("half", 0.5, 300.0), ("whole", 1.0, 2000.0)):
        with demo_city(URL) as app:
            quake = _quake(app, share)
            stored = _stored(quake.told)
        cuts = quantiles(quake.times, n=100)
        what = (
            f"{len(quake.times)} presses in {SECONDS:.0f} s, {round(OFFICERS * share)} tablets, p50 {cuts[49]:.0f} ms, "
        )
        what += f"longest {max(quake.times):.0f} ms, scheduler {quake.core:.2f} of a core"
        yield Case(f"{name}: presses, p99", "limit", "ms", [(cuts[98], limit)], 1, "at most", note=what)
        yield Case(f"{name}: kept", "answered", "presses", [(stored, len(quake.told))], 1)
        what = f"oldest of all {quake.oldest:.0f} s"
        yield Case(f"{name}: oldest live page", "limit", "s", [(quake.unsaid, OLDEST)], 1, "at most", note=what)


def _quake(app: Flask, share: float) -> Quake:
    var, random = app.config["SETTINGS"].var, Random(7)
    officers = people("officer", round(OFFICERS * share))
    patrols(officers)
    tablets = sign_in(app, officers)
    desks = sign_in(app, people("dispatcher", round(DESKS * share)))
    cookies = sign_in(app, people("citizen", round(PRESSES * share)))
    moments = sorted(random.uniform(0, SECONDS) for _ in cookies)
    citizens = [
        _Citizen(UUID(int=random.getrandbits(128), version=4), cookie, at, _form(random))
        for cookie, at in zip(cookies, moments, strict=True)
    ]
    with gunicorn("app:app", var) as port, scheduler(var, URL) as pid:
        before, began = cpu_seconds(pid), perf_counter()
        times, screens, told = asyncio.run(_shake(port, citizens, tablets, desks, csrf_token(app)))
        core = (cpu_seconds(pid) - before) / (perf_counter() - began)
    return Quake(times, max(it.unsaid for it in screens), max(it.oldest for it in screens), told, core)


async def _shake(
    port: int, citizens: Sequence[_Citizen], tablets: Sequence[str], desks: Sequence[str], token: str
) -> tuple[list[float], list[Screen], dict[UUID, str]]:
    screens = [
        *tablet_screens(tablets),
        *(Screen(path, it, POLLS, nothing) for it in desks for path in
          ("/incidents/rows", "/notices", "/sas/monitor/state")),
    ]  # fmt: skip
    others = [asyncio.create_task(each.poll(port)) for each in screens]
    others += [asyncio.create_task(moves(port, it, at // CREW, token)) for at, it in enumerate(tablets)]
    await asyncio.sleep(3 * POLLS)  # each shows what there is
    for screen in screens:
        screen.oldest = screen.unsaid = 0.0
    began = perf_counter()
    pressing = [asyncio.create_task(_press(port, citizen, began, screens, others)) for citizen in citizens]
    answered = await asyncio.gather(*pressing)
    await asyncio.sleep(max(0.0, began + SECONDS - perf_counter()))
    for screen in screens:
        screen.grow_old()
    broken = [task for task in others if task.done() and task.exception()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    if broken:
        raise WrongAnswer(f"{len(broken)} pages broke off: {broken[0].exception()!r}")
    told = {citizen.id: number for citizen, (_, number) in zip(citizens, answered, strict=True)}
    return [took * 1000 for took, _ in answered], screens, told


async def _press(
    port: int, citizen: _Citizen, began: float, screens: list[Screen], others: list["asyncio.Task[None]"]
) -> tuple[float, str]:
    """Press at its moment and follow the alert; seconds until the answer, and the number that was told."""
    await asyncio.sleep(max(0.0, began + citizen.at - perf_counter()))
    body = json.dumps({"id": str(citizen.id), **citizen.form}).encode()
    status, answer = await post(port, "/alerts", citizen.cookie, body)
    if status != 201:
        raise WrongAnswer(f"a press was answered with {status}: {answer[:300]!r}")
    took = perf_counter() - began - citizen.at
    follows = Screen(f"/alerts/{citizen.id}/status", citizen.cookie, FOLLOWS, nothing)
    screens.append(follows)
    others.append(asyncio.create_task(follows.poll(port)))
    return took, str(json.loads(answer)["number"])


def _form(random: Random) -> dict[str, object]:
    place = {"latitude": -7.75 + random.random() / 50, "longitude": 113.2 + random.random() / 50}
    return {"kind": random.choice(KINDS), **place, "accuracy": 20.0, "note": ""}


def _stored(told: dict[UUID, str]) -> int:
    """How many presses are stored as they were answered. Raises WrongAnswer if there are others."""
    query = select(Alert.id, Incident.number).join(Incident, Incident.id == Alert.incident_id)
    rows = [(alert, number) for alert, number in db.session.execute(query.where(Alert.source == "panic"))]
    if len(rows) > len(told):
        raise WrongAnswer(f"{len(rows) - len(told)} alerts more are stored than were pressed")
    return sum(told.get(alert) == number for alert, number in rows)
