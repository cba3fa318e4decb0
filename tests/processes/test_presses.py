"""Hundreds of presses while processes are killed: what was answered with success is there once."""

import json
from collections import defaultdict
from collections.abc import Iterator
from http.client import HTTPException
from itertools import chain
from random import Random
from threading import Lock, Thread
from time import monotonic
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from meteor.agencies.models import Unit
from meteor.alerts.models import KINDS, Alert
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from tests.cast import HOME, Cast
from tests.processes.conftest import (
    LONGEST,
    Answer,
    Connection,
    Servers,
    count,
    kill_worker,
    motorbikes,
    people,
    rows,
    until,
)

pytestmark = pytest.mark.both_databases

PRESSES = 240
CLIENTS = 16
REPORTERS = 60
LATEST_REPEAT = 40  # so many other presses may lie between one and its repetition, or none


class Press(NamedTuple):
    """What a phone sends, as often as it must."""

    id: UUID
    cookie: str
    body: str


class Crowd:
    """CLIENTS phones that press all at once, each again until it has its answer."""

    def __init__(self, port: int, presses: list[Press]) -> None:
        self.port = port
        self.waiting = iter(presses)
        self.lock = Lock()
        self.answers: dict[UUID, list[Answer]] = defaultdict(list)
        self.answered = self.broken = 0
        self.threads = [Thread(target=self._press, daemon=True) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def reaches(self, share: float) -> None:
        """Wait until this share of everything has been answered."""
        until(lambda: self.answered >= share * 2 * PRESSES or not any(each.is_alive() for each in self.threads))

    def _press(self) -> None:
        connection = Connection(self.port, "")
        for press in iter(self._next, None):
            answer = self._insist(connection, press)
            with self.lock:
                self.answers[press.id].append(answer)
                self.answered += 1
        connection.close()

    def _next(self) -> Press | None:
        with self.lock:
            return next(self.waiting, None)

    def _insist(self, connection: Connection, press: Press) -> Answer:
        connection.cookie, last = press.cookie, monotonic() + LONGEST
        headers = {"Content_Type": "application/json", "Sec_Fetch_Site": "same-origin"}
        while True:
            try:
                return connection.ask("POST", "/alerts", press.body, **headers)
            except (OSError, HTTPException):
                with self.lock:
                    self.broken += 1
                if monotonic() > last:
                    raise


def test_every_press_that_was_answered_is_there_once_whatever_was_killed(cast: Cast, servers: Servers) -> None:
    motorbikes(cast, 30)
    gunicorn, scheduler = servers.start_gunicorn(), servers.start_scheduler()
    crowd = Crowd(servers.port, each_twice(list(presses(servers))))
    crowd.reaches(1 / 3)
    kill_worker(gunicorn)
    crowd.reaches(2 / 3)
    servers.kill(scheduler)
    servers.start_scheduler()
    crowd.reaches(1)

    assert crowd.broken > 0, "the worker was killed while nobody waited for it"
    answered = {name: number_in(answers) for name, answers in crowd.answers.items()}
    on_disk = rows(select(Alert.id, Incident.number).join(Alert.incident))
    assert len(on_disk) == PRESSES
    assert dict(map(tuple, on_disk)) == answered
    assert count(select(Incident)) == REPORTERS
    nothing_contradicts()
    until(lambda: servers.ask("GET", "/readyz").status == 200)


def presses(servers: Servers) -> Iterator[Press]:
    """PRESSES of REPORTERS, for whatever reason, one reporter's far apart."""
    cookies = [servers.cookie(who) for who in people("citizen", REPORTERS)]
    for number in range(PRESSES):
        name = uuid4()
        fields = {"id": str(name), "kind": KINDS[number % len(KINDS)], "latitude": HOME[0], "longitude": HOME[1],
                  "accuracy": 12.0, "note": ""}  # fmt: skip
        yield Press(name, cookies[number % REPORTERS], json.dumps(fields))


def each_twice(presses: list[Press]) -> list[Press]:
    """Every press and its repetition: at the same moment, or a little later."""
    random = Random(112)
    repeats = ((place + random.uniform(0, LATEST_REPEAT), press) for place, press in enumerate(presses))
    return [press for _, press in sorted(chain(enumerate(presses), repeats), key=lambda entry: entry[0])]


def number_in(answers: list[Answer]) -> str:
    """The incident's number in the answers to a press and its repetition: both took it, one at most as a new one."""
    assert sorted(answer.status for answer in answers) in ([200, 201], [200, 200]), answers
    (number,) = {json.loads(answer.body)["number"] for answer in answers}
    return str(number)


def nothing_contradicts() -> None:
    """No unit is in two places, no offer without its unit, no incident that nobody minds and nobody knows of."""
    now_open = select(Assignment.incident_id, Assignment.unit_id).where(Assignment.ended_at.is_(None))
    twice = now_open.with_only_columns(Assignment.unit_id).group_by(Assignment.unit_id).having(func.count() > 1)
    assert rows(twice) == []
    asked = select(Assignment.unit_id).where(Assignment.ended_at.is_(None))
    assert rows(select(Unit.call_sign).where(Unit.status == "offered", Unit.id.not_in(asked))) == []
    assert rows(select(Unit.call_sign).where(Unit.status == "available", Unit.id.in_(asked))) == []
    minded = select(Assignment.incident_id).where(Assignment.ended_at.is_(None))
    forgotten = select(Incident.number).where(
        Incident.status != "closed", ~Incident.shortfall.any(), Incident.id.not_in(minded)
    )
    assert rows(forgotten) == []
    assert count(now_open) > 0
