"""Alarm panels: nothing lost and nothing twice while everything is killed, and what their supervision costs."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from sqlalchemy import select

from bench import Case
from bench._city import demo_city
from bench._load import WrongAnswer
from bench._panels import CODES, KINDS, LONGEST, Caller, Process, both_up, callers, free_port
from bench._postgresql import crash, postgresql, uri
from meteor.sas.dc09.reading import MOST_EVENTS
from meteor.sas.models import Panel, PanelEvent
from meteor.store.database import db

PANELS, EVENTS, SECONDS = 500, 5_000, 60.0
POLLED, INTERVAL, WINDOWS = 200, 60.0, 3
LONGEST_LOCK = 50.0
"""Milliseconds."""

LIVES = (3.0, 9.0)
"""Seconds that a process lives once it is up, from and to."""


def cases() -> Iterator[Case]:
    with demo_city() as app:
        yield _storm("SQLite", app.config["SETTINGS"].var, "", ())
        yield _supervision(app.config["SETTINGS"].var)
        yield _lock(app.config["SETTINGS"].var)
    with postgresql() as server, demo_city(uri(server)) as app:
        yield _storm("PostgreSQL", app.config["SETTINGS"].var, uri(server), (lambda: crash(server),))


def _storm(database: str, var: Path, url: str, crashes: Sequence[Callable[[], object]]) -> Case:
    """Every panel sends its events over a minute; receiver, scheduler and PostgreSQL are killed meanwhile."""
    panels = callers(PANELS, "Tempat")
    port = free_port()
    receiver, scheduler = both_up(var, url, port)
    try:
        began = perf_counter()
        kills = asyncio.run(_speak_and_kill(panels, port, (receiver, scheduler), crashes))
        took = perf_counter() - began
    finally:
        receiver.stop()
        scheduler.stop()
    stored = _stored()
    twice = [which for which, times in stored.items() if times > 1]
    lost = [which for which in _acknowledged(panels) if which not in stored]
    if twice or lost:
        raise WrongAnswer(f"{len(lost)} acknowledged events are not there, {len(twice)} are there twice")
    times = sorted(seconds for panel in panels for seconds in panel.times)
    cuts = quantiles(times, n=100)
    note = (
        f"{PANELS} panels, {EVENTS:,} events over {SECONDS:.0f} s, all stored after {took:.0f} s; killed: receiver "
        f"{receiver.killed}, scheduler {scheduler.killed}, database {kills}; said again "
        f"{sum(it.repeats for it in panels):,} times; from first try to ACK p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s"
    )
    rounds = [(_count(stored, panels, kind), EVENTS / PANELS * sum(it.kind == kind for it in panels)) for kind in KINDS]
    return Case(f"killed, {database[:6]}", "events sent (TCP, AES, UDP)", "events", rounds, 1.0, note=note)


async def _speak_and_kill(
    panels: Sequence[Caller], port: int, processes: Sequence[Process], crashes: Sequence[Callable[[], object]]
) -> int:
    """How often the database was killed."""
    killing = [asyncio.create_task(_keep_killing(process)) for process in processes]
    crashing = [asyncio.create_task(_keep_crashing(crash)) for crash in crashes]
    speaking = asyncio.gather(*(_speak(panel, port) for panel in panels))
    try:
        await asyncio.sleep(SECONDS)
        crashed = sum([await _ended(task) for task in crashing])
        for kill in killing:
            await _ended(kill)
        await asyncio.wait_for(speaking, LONGEST)
    finally:
        speaking.cancel()
        for one in (*killing, *crashing):
            one.cancel()
    return crashed


async def _speak(panel: Caller, port: int) -> None:
    moments = sorted(random.uniform(0, SECONDS) for _ in range(EVENTS // PANELS))
    began = perf_counter()
    for number, moment in enumerate(moments):
        await asyncio.sleep(max(0.0, began + moment - perf_counter()))
        await panel.say(port, "SIA-DCS", f"#{panel.dialler.account}|{CODES[number % len(CODES)]}")


async def _keep_killing(process: Process) -> int:
    while True:
        try:
            while not process.up:
                await asyncio.sleep(0.05)
            await asyncio.sleep(random.uniform(*LIVES))
        except asyncio.CancelledError:
            return process.killed
        process.kill()
        process.start()


async def _keep_crashing(crash: Callable[[], object]) -> int:
    crashed = 0
    while True:
        try:
            await asyncio.sleep(random.uniform(*LIVES) * 2)
        except asyncio.CancelledError:
            return crashed
        await asyncio.to_thread(crash)
        crashed += 1


async def _ended(task: "asyncio.Task[int]") -> int:
    task.cancel()
    return await task


def _acknowledged(panels: Sequence[Caller]) -> Iterator[tuple[str, str]]:
    return ((panel.dialler.account, sequence) for panel in panels for sequence in panel.acknowledged)


def _stored() -> Counter[tuple[str, str]]:
    """How often each event is there, by account and number."""
    db.session.rollback()
    query = select(Panel.account, PanelEvent.sequence).join(Panel).where(PanelEvent.digest != "")
    return Counter((account, sequence) for account, sequence in db.session.execute(query))


def _count(stored: Counter[tuple[str, str]], panels: Sequence[Caller], kind: str) -> int:
    accounts = {panel.dialler.account for panel in panels if panel.kind == kind}
    return sum(account in accounts for account, _ in stored)


def _supervision(var: Path) -> Case:
    """The share of a core that the receiver uses while nothing but polls arrives."""
    db.session.query(PanelEvent).delete()
    db.session.commit()
    panels = callers(POLLED, "Toko", int(INTERVAL))
    port = free_port()
    receiver, scheduler = both_up(var, "", port)
    try:
        rounds = asyncio.run(_poll(panels, port, receiver))
    finally:
        receiver.stop()
        scheduler.stop()
    note = f"{POLLED} panels, each polled every {INTERVAL:.0f} s, a third each by TCP, AES and UDP, SQLite"
    return Case("supervision", "one core", "s of CPU", rounds, 0.03, "at most", note=note)


async def _poll(panels: Sequence[Caller], port: int, receiver: Process) -> list[tuple[float, float]]:
    polling = asyncio.gather(*(_keep_polling(panel, port, number) for number, panel in enumerate(panels)))
    rounds = []
    await asyncio.sleep(5.0)  # it has begun
    for _ in range(WINDOWS):
        began, used = perf_counter(), receiver.cpu()
        await asyncio.sleep(INTERVAL / 2)
        rounds.append((receiver.cpu() - used, perf_counter() - began))
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling
    return rounds


async def _keep_polling(panel: Caller, port: int, number: int) -> None:
    await asyncio.sleep(INTERVAL * number / POLLED)
    while True:
        began = perf_counter()
        await panel.say(port, "NULL", "")
        await asyncio.sleep(max(0.0, began + INTERVAL - perf_counter()))


def _lock(var: Path) -> Case:
    """How long transactions of the receiver hold the lock when all panels send their longest frame at once."""
    panels, port, file = callers(PANELS, "Kantor"), free_port(), var / "held"
    receiver, scheduler = both_up(var, "", port, file)
    try:
        asyncio.run(_all_at_once(panels, port))
    finally:
        receiver.stop()
        scheduler.stop()
    lines = [line.split() for line in file.read_text().splitlines()]
    held, used = (sorted(float(line[column]) * 1000 for line in lines) for column in (0, 1))
    note = (
        f"{PANELS} panels in one second, {MOST_EVENTS} events a frame, beside the scheduler, for {SECONDS:.0f} s: "
        f"{len(held)} transactions, "
        f"p50 {held[len(held) // 2]:.0f} ms, p99.9 {_quantile(held, 0.999):.0f} ms, longest {held[-1]:.0f} ms; of the "
        f"processor p50 {used[len(used) // 2]:.0f} ms, p99.9 {_quantile(used, 0.999):.0f} ms, longest {used[-1]:.0f} ms"
    )
    rounds = [(held[-1], LONGEST_LOCK)]
    return Case("longest lock of receiver", "limit", "ms", rounds, 1, "at most", note=note)


async def _all_at_once(panels: Sequence[Caller], port: int) -> None:
    said = "/".join(f"{'BA' if number % 2 else 'FA'}{number:03d}" for number in range(MOST_EVENTS))

    async def say(panel: Caller, after: float) -> None:
        await asyncio.sleep(after)
        await panel.say(port, "SIA-DCS", f"#{panel.dialler.account}|N{said}")

    frames = [asyncio.create_task(say(panel, random.random())) for panel in panels]
    await asyncio.wait(frames, timeout=SECONDS)
    for frame in frames:
        frame.cancel()
    await asyncio.gather(*frames, return_exceptions=True)


def _quantile(ascending: Sequence[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))]
