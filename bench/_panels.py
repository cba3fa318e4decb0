"""Alarm panels that speak with a receiver until it answers, and METEOR's processes that are killed meanwhile."""

import asyncio
import os
import random
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep
from uuid import uuid4

from sqlalchemy import insert

from bench._held import GREETING
from bench._load import WrongAnswer
from meteor.config import PROJECT
from meteor.premises.models import Premises
from meteor.sas.models import Panel
from meteor.store.database import db
from tests.sas.dialler import Dialler

KEY = "00112233445566778899AABBCCDDEEFF"
KINDS = ("tcp", "tcp, AES-128", "udp")
CODES = ("NBA001", "NBR001", "NTA002", "NFA003", "NOP1", "NHA004", "NBA002", "NYT000", "NRP0000", "NUA005")
LONGEST = 600.0
"""Seconds that anything may take."""

ANSWER_SECONDS = 4.0
"""So long a panel waits for its answer before it says the same again, …"""

AGAIN_SECONDS = (0.3, 1.5)
"""… after a pause between these."""


@dataclass
class Caller:
    """A panel of one of KINDS. `repeats` is how often it had to say something again; `times`, seconds to the answer."""

    dialler: Dialler
    kind: str
    acknowledged: list[str] = field(default_factory=list)
    repeats: int = 0
    times: list[float] = field(default_factory=list)

    async def say(self, port: int, token: str, data: str) -> None:
        """Say it under one number until it is acknowledged. Raises WrongAnswer for any other answer."""
        sequence, began = self.dialler.next(), perf_counter()
        while True:
            frame = self.dialler.frame(token, data, sequence=sequence)
            try:
                said = await asyncio.wait_for(self._ask(port, frame), ANSWER_SECONDS)
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                self.repeats += 1
                await asyncio.sleep(random.uniform(*AGAIN_SECONDS))
                continue
            reply = self.dialler.read(said)
            if (reply.word, reply.sequence) != ("ACK", sequence):
                raise WrongAnswer(f"{self.kind}: {said!r}")
            self.times.append(perf_counter() - began)
            self.acknowledged.append(sequence)
            return

    async def _ask(self, port: int, frame: bytes) -> bytes:
        if self.kind == "udp":
            return await _by_datagram(port, frame, f"#{self.dialler.account}[".encode())
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(frame)
            return await reader.readuntil(b"\r")
        finally:
            writer.close()


class _Waiting(asyncio.DatagramProtocol):
    def __init__(self, ours: bytes) -> None:
        self.ours = ours
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, datagram: bytes, address: object) -> None:
        # a late one may be for another panel, which had this port of the machine before
        if self.ours in datagram and not self.answer.done():
            self.answer.set_result(datagram)

    def error_received(self, problem: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(problem)


async def _by_datagram(port: int, frame: bytes, ours: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    transport, waiting = await loop.create_datagram_endpoint(lambda: _Waiting(ours), remote_addr=("127.0.0.1", port))
    try:
        transport.sendto(frame)
        return await waiting.answer
    finally:
        transport.close()


def callers(count: int, name: str, interval: int = 0) -> list[Caller]:
    """So many panels, a third of each of KINDS, each at premises of its own that are called by `name`; commits."""
    named = [f"{name} {number}" for number in range(count)]
    first = 0xA0000 + (db.session.scalar(db.select(db.func.count()).select_from(Panel)) or 0)
    places = [
        {"name": name, "kind": "minimarket", "address": "Jl. Uji", "latitude": -7.745 - number / 1e5,
         "longitude": 113.216, "opening_hours": [], "hazards": ""}
        for number, name in enumerate(named)
    ]  # fmt: skip
    db.session.execute(insert(Premises), places)
    ids = dict(db.session.execute(db.select(Premises.name, Premises.id).where(Premises.name.in_(named))).all())
    made = []
    for number, name in enumerate(named):
        kind, account = KINDS[number % len(KINDS)], f"{first + number:X}"
        key = KEY if "AES" in kind else ""
        source = "" if key else "127.0.0.1"
        db.session.add(
            Panel(
                id=uuid4(), premises_id=ids[name], account=account, key=key or None, source=source, interval=interval
            )
        )  # fmt: skip
        made.append(Caller(Dialler(account, key), kind))
    db.session.commit()
    return made


@dataclass
class Process:
    """A process of METEOR's that can be killed and started again. It is up when it says `greeting`."""

    command: Sequence[str]
    greeting: str
    var: Path
    url: str
    killed: int = 0
    program: Sequence[str] = ("flask", "--app", "app")

    @property
    def said(self) -> Path:
        return self.var / f"{self.command[0]}.said"

    @property
    def up(self) -> bool:
        """Whether it has said so since it was started for the last time."""
        return self.said.read_text().count(self.greeting) > self.killed

    def start(self) -> None:
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.program, *self.command], cwd=PROJECT,
                env={**os.environ, "METEOR_VAR": str(self.var), "METEOR_DATABASE_URL": self.url},
                stdout=said, stderr=said,
            )  # fmt: skip

    def kill(self) -> None:
        """End it as the kernel does when memory is short. Raises WrongAnswer if it had ended by itself."""
        if self.process.poll() is not None:
            raise WrongAnswer(f"{self.command} ended by itself:\n{self.said.read_text()[-2000:]}")
        self.process.kill()
        self.process.wait()
        self.killed += 1

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def cpu(self) -> float:
        """Seconds of a core that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def both_up(var: Path, url: str, port: int, held: Path | None = None) -> tuple[Process, Process]:
    """Receiver and scheduler, both up. The receiver writes into `held` how long its transactions held the lock."""
    if held:
        receiver = Process((str(port), str(held)), GREETING, var, url, program=("bench._held",))
    else:
        receiver = Process(("sia-server", "--port", str(port)), GREETING, var, url)
    scheduler = Process(("scheduler",), "The scheduler is", var, url)
    for process in (receiver, scheduler):
        process.start()
    last = perf_counter() + LONGEST
    while not (receiver.up and scheduler.up):
        if perf_counter() > last:
            raise WrongAnswer(receiver.said.read_text() + scheduler.said.read_text())
        sleep(0.05)
    return receiver, scheduler


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
