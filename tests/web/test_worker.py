"""The web worker's event loop: polls that wait for a thread."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from meteor.web.poll_queue import PollQueue
from meteor.web.pools import POLL_POOLS, POLL_THREADS
from meteor.web.repeats import UNCHANGED, Repeats
from meteor.web.worker import BufferingWorker

POLL = b"GET /incidents/rows?v=7 HTTP/1.1\r\nHost: meteor\r\n\r\n"


def test_waiting_polls_that_another_ones_answer_answers_take_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[Any] = []
    started: list[Any] = []
    worker, pool = BufferingWorker.__new__(BufferingWorker), POLL_POOLS[0]
    worker.alive, worker.answering = True, False
    worker.polls, worker.repeats = PollQueue(), Repeats()
    monkeypatch.setattr(worker, "_answer_again", lambda conn, answer: answered.append(conn))
    monkeypatch.setattr(worker, "_start", lambda conn, pool: started.append(conn))
    worker.repeats.note(POLL, lambda version: UNCHANGED)
    known, new = ([_asks(poll) for _ in range(POLL_THREADS + 1)] for poll in (POLL, POLL.replace(b"rows", b"other")))
    worker.waiting = Counter({pool: len(known + new)})
    for conn in known + new:
        worker._submit(conn, pool)
    assert answered == known
    assert started == new[:POLL_THREADS]
    assert worker.waiting[pool] == len(new)


def _asks(poll: bytes) -> Any:
    """A connection with this poll."""
    return SimpleNamespace(whole=SimpleNamespace(request=poll))
