"""How soon an alarm sounds: from a panel's first byte to the alarm screen, while every officer's tablet polls."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from functools import partial
from time import perf_counter

from flask import Flask
from sqlalchemy import insert, select, update

from bench import Case
from bench._city import demo_city, gunicorn, people, sign_in
from bench._load import WrongAnswer
from bench._panels import LONGEST, Caller, both_up, callers, free_port
from bench._screens import Screen
from meteor.agencies.models import Agency, Member
from meteor.incidents.models import Incident
from meteor.store.database import db

OFFICERS, ALARMS, ROUNDS, SCREENS = 428, 30, 3, 8
POLL = 2.0  # seconds, of tablets and alarm screens
PROMISED = 3.0  # seconds, p95


def cases() -> Iterator[Case]:
    with demo_city() as app:
        seen = _measured(app)
    size = ALARMS // ROUNDS
    rounds = [
        (_share([one for times in seen[at : at + size] for one in times], 0.95), PROMISED)
        for at in range(0, ALARMS, size)
    ]
    first = [min(times) for times in seen]
    every = [one for times in seen for one in times]
    yield Case(
        "on the screen", "promised", "s, p95", rounds, 1.0, "at most",
        note=f"{OFFICERS} tablets and {SCREENS} alarm screens poll every {POLL:.0f} s, {ALARMS} hold-ups: p50 "
        f"{_share(every, 0.5):.2f} s, p95 {_share(every, 0.95):.2f} s; without the wait for a screen's poll p50 "
        f"{_share(first, 0.5):.2f} s, p95 {_share(first, 0.95):.2f} s",
    )  # fmt: skip


def _measured(app: Flask) -> list[list[float]]:
    """For each hold-up, after how many seconds its premises stood on each of the alarm screens."""
    settings = app.config["SETTINGS"]
    panels, port = callers(ALARMS, "Brankas"), free_port()
    officers = people("officer", OFFICERS)
    police = db.session.scalars(select(Agency.id).where(Agency.code == "POLRES")).one()
    db.session.execute(insert(Member), [{"user_id": officer, "agency_id": police} for officer in officers])
    db.session.commit()
    cookies, (watching,) = sign_in(app, officers), sign_in(app, people("dispatcher", 1))
    processes = both_up(settings.var, "", port)
    try:
        with gunicorn("app:app", settings.var) as web:
            return asyncio.run(_raise(panels, port, web, cookies, watching))
    finally:
        for process in processes:
            process.stop()


async def _raise(
    panels: Sequence[Caller], port: int, web: int, officers: Sequence[str], watching: str
) -> list[list[float]]:
    seen: list[dict[int, float]] = [{} for _ in panels]

    def show(screen: int, body: bytes, at: float) -> None:
        for number, times in enumerate(seen):
            if f">Brankas {number}<".encode() in body:
                times.setdefault(screen, at)

    screens = [
        Screen("/sas/monitor/state", watching, POLL, partial(show, number), number / SCREENS)
        for number in range(SCREENS)
    ]
    tablets = [Screen("/incidents/rows", cookie, POLL, lambda body, at: None) for cookie in officers]
    polling = [asyncio.create_task(each.poll(web)) for each in (*screens, *tablets)]
    found = []
    try:
        await asyncio.sleep(2 * POLL)  # each has been shown what there is
        for panel, times in zip(panels, seen, strict=True):
            began = perf_counter()
            await panel.say(port, "SIA-DCS", f"#{panel.dialler.account}|NHA001")
            while len(times) < SCREENS:
                if perf_counter() > began + LONGEST or any(task.done() for task in polling):
                    raise WrongAnswer("an alarm did not come to the screen")
                await asyncio.sleep(0.02)
            found.append([at - began for at in times.values()])
            _close_all()
            await asyncio.sleep(random.uniform(POLL, 2 * POLL))
    finally:
        for task in polling:
            task.cancel()
        await asyncio.gather(*polling, return_exceptions=True)
    return found


def _close_all() -> None:
    """The next alarm comes to a screen that is quiet."""
    db.session.execute(update(Incident).values(status="closed"))
    db.session.commit()


def _share(values: Sequence[float], share: float) -> float:
    """The value that so large a share of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
