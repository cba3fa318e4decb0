"""Everything that runs is killed, the disk fills, the clock jumps: nothing acknowledged is lost, nothing is doubled.

bin/serve runs METEOR as on one machine, and starts again what dies. Citizens, panels, crews and boards are on line for
SECONDS, in the middle of which one fault follows the other. A fault is over when all processes run again and then a
press was answered, a panel's event acknowledged and the scheduler's outbox job has run. It takes five minutes.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic, time
from typing import Any

from flask import Flask
from sqlalchemy import select

from bench import Case
from bench._city import csrf_token, demo_city, people, sign_in
from bench._disk import MovedClock, fill, small_disk
from bench._kept import kept
from bench._life import Board, Citizen, Crew, Web
from bench._load import WrongAnswer
from bench._panels import CODES, Caller, callers, free_port
from bench._postgresql import crash, postgresql, uri
from meteor.agencies.models import Shift
from meteor.config import PROJECT
from meteor.store.database import db, only_reading
from meteor.store.models import Heartbeat

SECONDS, FIRST, BETWEEN = 120.0, 8.0, 4.0
CITIZENS, PANELS, CREWS, BOARDS = 20, 30, 12, 8
RECOVERED = 10.0  # seconds, promised
LONGEST = 60.0  # seconds after which a fault counts as never over
FULL_SECONDS, MOVED_SECONDS, MOVED_BY = 4.0, 4.0, 7200
DISK_MEGABYTES = 512
PROCESSES = {"gunicorn": 3, "scheduler": 1, "sia-server": 1}
"""How many processes have each word in their command."""
JOB = "outbox.delivery"

Fault = Callable[[], Awaitable[None]]


def cases() -> Iterator[Case]:
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            disk = stack.enter_context(small_disk(DISK_MEGABYTES))
            folder = disk or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="meteor-")))
            server = stack.enter_context(postgresql(folder)) if database == "PostgreSQL" else None
            app = stack.enter_context(demo_city(uri(server) if server else "", folder))
            clock = MovedClock(folder)
            yield from Chaos(app, database, server, disk, clock).cases()


class Chaos:
    """METEOR under bin/serve on one kind of database, and those who are on line. `disk` None: it cannot be filled."""

    def __init__(self, app: Flask, database: str, server: Any, disk: Path | None, clock: MovedClock) -> None:
        self.app, self.database, self.server, self.disk, self.clock = app, database, server, disk, clock
        self.var = app.config["SETTINGS"].var
        self.web, self.sia_port = Web(free_port()), free_port()
        self.panels = [panel for panel in callers(PANELS * 3 // 2, "Toko") if "AES" not in panel.kind]
        self.citizens = [Citizen(self.web, cookie) for cookie in sign_in(app, people("citizen", CITIZENS))]
        officers = list(db.session.scalars(select(Shift.user_id).where(Shift.ended_at.is_(None)).limit(CREWS)))
        self.crews = [Crew(self.web, cookie, csrf_token(app)) for cookie in sign_in(app, officers)]
        watching = sign_in(app, people("dispatcher", BOARDS))
        self.boards = [
            Board(self.web, cookie, ("/incidents/rows", "/sas/monitor/state")[number % 2])
            for number, cookie in enumerate(watching)
        ]
        self.acknowledged: list[float] = []  # moments of panels' ACKs
        self.living: list[asyncio.Task[None]] = []
        self.killed: set[int] = set()
        db.session.commit()

    def cases(self) -> Iterator[Case]:
        said = (self.var / "serve.said").open("wb")
        serve = subprocess.Popen(
            [sys.executable, "bin/serve", "--port", str(self.web.port)], cwd=PROJECT, stdout=said, stderr=said,
            env={**os.environ, **self.clock.environment, **self._environment()},
        )  # fmt: skip
        self.serve = serve.pid
        try:
            recovered = asyncio.run(self._run())
        except BaseException:
            print((self.var / "serve.said").read_text()[-4000:], file=sys.stderr)
            raise
        finally:
            serve.terminate()
            serve.wait(LONGEST)
        for fault, seconds in recovered.items():
            yield Case(f"{fault}, {self.database}", "promised", "s", [(seconds, RECOVERED)], 1.0, "at most")
        yield kept(
            self.database, self.citizens, self.panels, self.crews, f"{SECONDS:.0f} s with {len(recovered)} faults"
        )

    def _environment(self) -> dict[str, str]:
        url = uri(self.server) if self.server else ""
        return {"METEOR_VAR": str(self.var), "METEOR_DATABASE_URL": url, "SIA_PORT": str(self.sia_port)}

    async def _run(self) -> Mapping[str, float]:
        """For each fault, after how many seconds it was over."""
        await self._until(lambda: bool(self._processes("gunicorn") and self._processes("sia-server")))
        await self.web.insist("GET", "/healthz", "")
        until = monotonic() + SECONDS
        lives = (
            [one.live for one in self.citizens] + [one.live for one in self.crews] + [one.live for one in self.boards]
        )
        self.living = [asyncio.create_task(live(until)) for live in lives]
        self.living += [asyncio.create_task(self._speak(panel, until)) for panel in self.panels]
        recovered = {}
        try:
            await asyncio.sleep(FIRST)
            for name, fault in self._faults().items():
                await fault()
                recovered[name] = await self._recovery()
                await asyncio.sleep(BETWEEN)
            await asyncio.wait_for(asyncio.gather(*self.living), max(until - monotonic(), 0) + 2 * LONGEST)
        finally:
            for task in self.living:
                task.cancel()
            await asyncio.gather(*self.living, return_exceptions=True)
        return recovered

    def _faults(self) -> dict[str, Fault]:
        """What is done, in this order; a fault that cannot be made here is left out, and its row is missing."""
        found: dict[str, Fault] = {
            "web": lambda: self._kill("gunicorn"),
            "web worker": lambda: self._kill("gunicorn", newest=True),
            "scheduler": lambda: self._kill("scheduler"),
            "receiver": lambda: self._kill("sia-server"),
        }
        if self.server:
            found["database"] = lambda: asyncio.to_thread(crash, self.server)
        if disk := self.disk:
            found["disk full"] = lambda: self._fill(disk)
        found["clock ahead and back"] = lambda: self._move(MOVED_BY)
        found["clock behind and back"] = lambda: self._move(-MOVED_BY)
        found["all at once"] = self._kill_all
        return found

    async def _kill(self, name: str, *, newest: bool = False) -> None:
        processes = self._processes(name)
        self._end([max(processes) if newest else min(processes)])

    async def _kill_all(self) -> None:
        if self.server:
            await asyncio.to_thread(crash, self.server)
        self._end([process for name in PROCESSES for process in self._processes(name)])

    def _end(self, processes: Sequence[int]) -> None:
        self.killed.update(processes)
        for process in processes:
            os.kill(process, signal.SIGKILL)

    async def _fill(self, disk: Path) -> None:
        ballast = await asyncio.to_thread(fill, disk)
        await asyncio.sleep(FULL_SECONDS)
        ballast.unlink()
        if self.server:
            await asyncio.to_thread(self.server.ensure_postgres_running)

    async def _move(self, seconds: int) -> None:
        self.clock.move(seconds)
        await asyncio.sleep(MOVED_SECONDS)
        wrong_by = await self.web.clock() - time()
        if abs(wrong_by - seconds) > MOVED_SECONDS:
            raise WrongAnswer(f"METEOR's clock is wrong by {wrong_by:.0f} s")
        self.clock.move(0)

    def _processes(self, name: str) -> list[int]:
        """The ids of METEOR's processes with this word in their command, in order: children of bin/serve."""
        found, left = [], [self.serve]
        while left:
            process = left.pop()
            with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                if name.encode() in Path(f"/proc/{process}/cmdline").read_bytes():
                    found.append(process)
                for file in Path(f"/proc/{process}/task").glob("*/children"):
                    left += map(int, file.read_text().split())
        return sorted(found)

    def _is_whole(self) -> bool:
        """Whether all of METEOR's processes run, and none of those that were killed."""
        return all(
            len(found := self._processes(name)) >= number and self.killed.isdisjoint(found)
            for name, number in PROCESSES.items()
        )

    async def _recovery(self) -> float:
        """Seconds until all processes run, and then a press, a panel and the scheduler have got through again."""
        since = monotonic()
        await self._until(self._is_whole)
        whole = monotonic()
        beaten = await asyncio.to_thread(self._beat)
        await self._until(lambda: bool(self.web.answered) and self.web.answered[-1] > whole)
        await self._until(lambda: bool(self.acknowledged) and self.acknowledged[-1] > whole)
        while await asyncio.to_thread(self._beat) == beaten:
            await asyncio.sleep(0.1)
            if monotonic() - since > LONGEST:
                raise WrongAnswer("the scheduler does not run any more")
        return monotonic() - since

    async def _until(self, holds: Callable[[], bool]) -> None:
        last = monotonic() + LONGEST
        while not holds():
            for one in self.living:
                if one.done():
                    one.result()  # raises what ended it
            if monotonic() > last:
                raise WrongAnswer(f"METEOR did not recover within {LONGEST:.0f} s")
            await asyncio.sleep(0.05)

    def _beat(self) -> Any:
        """The scheduler's last beat, of whatever clock; None while the database does not answer."""
        try:
            with self.app.app_context(), only_reading():
                return db.session.scalar(select(Heartbeat.at).where(Heartbeat.job == JOB))
        except Exception:
            return None

    async def _speak(self, panel: Caller, until: float) -> None:
        number = 0
        while monotonic() < until:
            await asyncio.sleep(random.uniform(2.0, 6.0))
            number += 1
            await panel.say(self.sia_port, "SIA-DCS", f"#{panel.dialler.account}|{CODES[number % len(CODES)]}")
            self.acknowledged.append(monotonic())
