"""Ten boards that poll as the page does, against a bare Flask hello in the same gunicorn, and how large answers are.

A board asks for its queue every second, for its units and its strip every 2 s, and for its bar every 15 s. What is
compared is polls for a second of the web workers' processor time: the load comes from the same cores and takes a part
of them that varies. Where nothing changes, the boards ask as fast as they can, so that the queue's polls come again
within the second in which the event loop answers them; at a board's own pace one in five goes to a thread.
At the end: how soon a press is a line of the boards while everybody else is on line.
"""

import gzip
import re
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from os import getloadavg
from time import sleep

from bench import Case
from bench._city import demo_city, people, sign_in, web_server
from bench._command import CHANGED, INCIDENTS, UNITS, CommandCentre
from bench._lines import PRESSES, TABLETS, TRACKERS, press_to_line
from bench._load import Client, WrongAnswer, per_cpu_second, run
from meteor.store.database import db
from meteor.web.poll_cache import FRESH_SECONDS

BOARDS, ROUNDS, SECONDS = 10, 5, 3.0
CHANGES = 10
"""Times that something changes, in a round of "changed"."""

QUICK = ("/board/incidents", "/board/units", "/board/strip")
SLOW = "/board/status"
PARTS = (*QUICK, SLOW)
HALF_MINUTE = (*(QUICK[0], *QUICK) * 15, *(SLOW,) * 2)
"""What a board asks for in 30 s."""

PROMISED_KB, PROMISED_SECONDS = 30.0, 2.5
VERSION = re.compile(rb'data-version="([^"]*)"')
PACKED = b"\x1f\x8b"
"""How a compressed answer begins: METEOR packs what it sends to many, the web server before it everything else."""

LINE = b'<li class="line '
WHAT = f"{BOARDS} boards with {len(QUICK)} connections each, {INCIDENTS} incidents, {UNITS} units"


class Boards:
    """The boards at `port`. `versions` are of what they show, `sizes` the bytes of each part, compressed."""

    def __init__(self, port: int, pid: int, cookies: Sequence[str]) -> None:
        self.port, self.pid, self.cookies = port, pid, cookies
        self.versions: dict[str, str] = dict.fromkeys(PARTS, "")
        self.sizes: dict[str, int] = {}

    def look(self) -> None:
        """Each board asks for everything, and shows it."""
        clients = [self._client(part, cookie, b"200", version="") for part in PARTS for cookie in self.cookies]
        run(self.port, clients)
        for part, client in zip(PARTS, clients[:: len(self.cookies)], strict=True):
            self._show(part, client.body)

    def unchanged(self) -> float:
        """Answers per second of the workers while nothing changes."""
        self.look()
        asked = [[self._get(part, cookie) for part in HALF_MINUTE] for cookie in self.cookies]
        clients = [
            Client(islice(cycle(polls), first * 16, None), b"HTTP/1.1 204")
            for polls in asked
            for first in range(len(QUICK))
        ]
        return per_cpu_second(self.port, self.pid, clients, SECONDS)

    def alone(self) -> dict[str, float]:
        """Answers per second of the workers of each part by itself while nothing changes."""
        self.look()
        return {part: self._only(part) for part in PARTS}

    def _only(self, part: str) -> float:
        clients = [Client(cycle([self._get(part, cookie)]), b"HTTP/1.1 204") for cookie in self.cookies]
        return per_cpu_second(self.port, self.pid, clients, 1.0)

    def changed(self, city: CommandCentre) -> float:
        """Answers per second of the workers when incidents, units and alarms change before each poll."""
        answers, seconds = 0, 0.0
        for _ in range(CHANGES):
            self.look()
            city.change()
            sleep(FRESH_SECONDS * 1.1)  # the poll cache looks again
            clients = [self._client(part, cookie, b"200") for part in QUICK for cookie in self.cookies]
            seconds += len(clients) / per_cpu_second(self.port, self.pid, clients)
            answers += len(clients)
        return answers / seconds

    def _client(self, part: str, cookie: str, status: bytes, version: str | None = None) -> Client:
        return Client(iter([self._get(part, cookie, version)]), b"HTTP/1.1 " + status)

    def _get(self, part: str, cookie: str, version: str | None = None) -> bytes:
        shown = self.versions[part] if version is None else version
        return _get(f"{part}?v={shown}", cookie)

    def _show(self, part: str, body: bytes) -> None:
        shown = gzip.decompress(body) if body.startswith(PACKED) else body
        if part == QUICK[0] and shown.count(LINE) != INCIDENTS:
            raise WrongAnswer(f"{shown.count(LINE)} of {INCIDENTS} incidents are on the board")
        found = VERSION.search(shown)
        if found is None:
            raise WrongAnswer(f"{part} has no version")
        self.versions[part], self.sizes[part] = found[1].decode(), len(gzip.compress(shown, 6))


def cases() -> Iterator[Case]:
    with demo_city() as app:
        var = app.config["SETTINGS"].var
        city = CommandCentre()
        cookies = sign_in(app, people("dispatcher", BOARDS))
        with web_server("app:app", var) as (port, pid), web_server("bench._hello:app", var) as hello:
            boards = Boards(port, pid, cookies)
            _hello(*hello)
            boards.unchanged()  # once, to warm up
            rounds = [(boards.unchanged(), _hello(*hello)) for _ in range(ROUNDS)]
            each = ", ".join(f"{part} {rate:,.0f}" for part, rate in boards.alone().items())
            note = f"{WHAT}; each part alone, polls/cpu s: {each}; load {getloadavg()[0]:.0f}"
            yield Case("unchanged", "bare Flask hello", "polls/cpu s", rounds, 1.5, note=note)
            rounds = [(boards.changed(city), _hello_once(*hello)) for _ in range(ROUNDS)]
            note = f"{CHANGED} incidents and units change, {BOARDS} boards ask at once; load {getloadavg()[0]:.0f}"
            yield Case("changed", "bare Flask hello", "polls/cpu s", rounds, 0.3, note=note)
            sizes = {part: size / 1000 for part, size in boards.sizes.items()}
            note = ", ".join(f"{part} {size:.1f}" for part, size in sizes.items())
            yield Case("size", "promised", "KB", [(max(sizes.values()), PROMISED_KB)], 1, "at most", note=note)
        db.session.rollback()
    yield _press_to_line()


def _press_to_line() -> Case:
    with demo_city() as app:
        times = press_to_line(app)
    p50, p95 = (times[round(len(times) * share) - 1] for share in (0.5, 0.95))
    note = f"{PRESSES} presses, {BOARDS} boards, {TABLETS} tablets, {TRACKERS} trackers: p50 {p50:.2f} s, "
    note += f"longest {times[-1]:.2f} s; load {getloadavg()[0]:.0f}"
    return Case("press to line", "promised", "s, p95", [(p95, PROMISED_SECONDS)], 1, "at most", note=note)


def _hello(port: int, pid: int) -> float:
    """Greetings per second of the workers, on as many connections as the boards have."""
    clients = [Client(cycle([_get("/hello", "")]), b"HTTP/1.1 200") for _ in range(BOARDS * len(QUICK))]
    return per_cpu_second(port, pid, clients, SECONDS)


def _hello_once(port: int, pid: int) -> float:
    """The same where each connection asks once after a pause, as the boards do in a round of "changed"."""
    count, seconds = BOARDS * len(QUICK), 0.0
    for _ in range(CHANGES):
        sleep(FRESH_SECONDS * 1.1)  # caches of the processor cool as long as before the boards' polls
        clients = [Client(iter([_get("/hello", "")]), b"HTTP/1.1 200") for _ in range(count)]
        seconds += count / per_cpu_second(port, pid, clients)
    return CHANGES * count / seconds


def _get(address: str, cookie: str) -> bytes:
    lines = [f"GET {address} HTTP/1.1", "Host: 127.0.0.1", "HX-Request: true", "Accept: */*", "Accept-Encoding: gzip"]
    return "\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()
