"""A flood of presses by one account or by many, and what other citizens and the scheduler notice of it."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from http.client import HTTPConnection
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import String, cast, func, select

from bench._load import Client, WrongAnswer, run
from meteor.alerts.models import Alert
from meteor.neighbourhood.models import Callout
from meteor.notices.models import Notice
from meteor.store.database import db, only_reading
from meteor.store.models import OutboxItem

CLIENTS = 16
PAUSE = 0.1
"""Seconds from one press of another citizen to the next."""

SETTLED_SECONDS = 120


class Seen(NamedTuple):
    """Others' p99 of a press (ms), the scheduler's share of a core, and seconds until people are rung."""

    p99: float
    core: float
    latest: float
    seconds: float
    others: int


def flood(
    port: int, scheduler_pid: int, cookies: Sequence[str], presses: int, others: Iterator[str], place: str
) -> Seen:
    """So many presses in turn by the accounts of these cookies, while other citizens press too.

    `place` is the latitude and longitude of all of them. Raises WrongAnswer.
    """
    attack = get_context("fork").Process(target=_attack, args=[port, cookies, presses, place], daemon=True)
    cpu, began, times = cpu_seconds(scheduler_pid), monotonic(), list[float]()
    attack.start()
    while attack.is_alive():
        times.append(press(port, next(others), place))
        sleep(PAUSE)
    took = monotonic() - began
    core = (cpu_seconds(scheduler_pid) - cpu) / took
    if attack.exitcode != 0:
        raise WrongAnswer("a press of the flood was not answered with success")
    _settle()
    return Seen(quantiles(times, n=100)[98] * 1000, core, latest_ring(), took, len(times))


def press(port: int, cookie: str, place: str) -> float:
    """One press on a connection of its own; the seconds until it was answered. Raises WrongAnswer."""
    began = monotonic()
    with closing(HTTPConnection("127.0.0.1", port, timeout=SETTLED_SECONDS)) as connection:
        headers = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
        connection.request("POST", "/alerts", _body(place), headers | {"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
    if answer.status != 201:
        raise WrongAnswer(f"a press was answered with {answer.status}")
    return monotonic() - began


def latest_ring() -> float:
    """The longest time from an alert to the push to those who are rung by it, seconds."""
    pushed = select(Alert.received_at, OutboxItem.done_at)
    pushed = pushed.join(Callout, Callout.alert_id == Alert.id).join(Notice, Notice.id == Callout.notice_id)
    pushed = pushed.join(OutboxItem, OutboxItem.key == "push:" + cast(Notice.id, String))
    with only_reading():
        waits = [(done - received).total_seconds() for received, done in db.session.execute(pushed) if done]
    if not waits:
        raise WrongAnswer("nobody was rung")
    return max(waits)


def _settle() -> None:
    """Wait until the scheduler has done what is due."""
    last = monotonic() + SETTLED_SECONDS
    waiting = select(func.count()).where(OutboxItem.done_at.is_(None), OutboxItem.destination.is_(None))
    while True:
        with only_reading():
            if not db.session.scalar(waiting):
                return
        if monotonic() > last:
            raise WrongAnswer("the outbox was not drained in time")
        sleep(0.2)


def _attack(port: int, cookies: Sequence[str], presses: int, place: str) -> None:
    """In a process of its own, which must not run anything that its parent has set up."""
    try:
        share = -(-presses // CLIENTS)
        turns = cycle(cookies)
        clients = [Client(iter(_requests(islice(turns, share), place)), b"HTTP/1.1 201") for _ in range(CLIENTS)]
        run(port, clients)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _requests(cookies: Iterator[str], place: str) -> list[bytes]:
    made = []
    for cookie in cookies:
        body = _body(place).encode()
        head = (
            "POST /alerts HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json", "Sec-Fetch-Site: same-origin",
            "Content-Type: application/json", f"Content-Length: {len(body)}", f"Cookie: {cookie}", "", "",
        )  # fmt: skip
        made.append("\r\n".join(head).encode() + body)
    return made


def _body(place: str) -> str:
    latitude, longitude = map(float, place.split(","))
    fields = {"id": str(uuid4()), "kind": "emergency", "latitude": latitude, "longitude": longitude, "accuracy": 12.0}
    return json.dumps(fields | {"note": ""})


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
