"""Answers that the workers share: one renders, the others give the same; none of them can hold up the others."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

import pytest

from meteor.web import shared_answers
from meteor.web.kept_answers import KeptAnswers
from meteor.web.polling import SHARED
from meteor.web.shared_answers import SIZE, SharedAnswer, SharedAnswers

QUEUE, UNITS = "queue", "units"
RENDERED = SharedAnswer(278, [("Content-Type", "text/html")], b"a line\nand another")
FORK = get_context("fork")


@pytest.fixture
def answers() -> SharedAnswers:
    return SharedAnswers()


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[Connection], None]], int]]:
    """Runs a function in another process until that has sent a word; the process's id."""
    processes = []

    def run(function: Callable[[Connection], None]) -> int:
        ours, theirs = FORK.Pipe()
        process = FORK.Process(target=function, args=(theirs,))
        process.start()
        processes.append(process)
        ours.recv()
        return int(process.pid or 0)

    yield run
    for process in processes:
        process.kill()
        process.join()


def test_what_one_worker_has_rendered_the_others_give(answers: SharedAnswers, beside: Callable[..., int]) -> None:
    def renders(said: Connection) -> None:
        with answers.alone(QUEUE):
            answers.write(QUEUE, RENDERED)
        said.send(True)

    beside(renders)
    assert answers.read(QUEUE) == RENDERED


def test_a_view_that_one_worker_has_asked_is_not_asked_by_the_others(beside: Callable[..., int]) -> None:
    kept = KeptAnswers()

    def view(environ: dict[str, Any], start_response: Callable[..., None]) -> list[bytes]:
        environ[SHARED] = 278, "id"
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "6")])
        return [b"a line"]

    def worker(said: Connection) -> None:
        said.send(_given(kept, view))

    def nobody(environ: dict[str, Any], start_response: Callable[..., None]) -> list[bytes]:
        raise AssertionError("asked again")

    beside(worker)
    assert _given(kept, nobody) == b"a line"


def test_an_answer_is_given_for_its_own_key_alone(answers: SharedAnswers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_answers, "SLOTS", 1)
    answers.write(QUEUE, RENDERED)
    assert answers.read(UNITS) is None
    answers.write(UNITS, RENDERED)
    assert answers.read(QUEUE) is None


def test_an_answer_that_a_killed_worker_left_half_written_is_not_given(answers: SharedAnswers) -> None:
    answers.write(QUEUE, RENDERED)
    newer = RENDERED._replace(packed=b"A LINE\nand another")
    whole = SharedAnswers()
    whole.write(QUEUE, newer)
    at = shared_answers._slot(QUEUE) * SIZE
    os.pwrite(answers._memory, os.pread(whole._memory, 60, at), at)
    assert answers.read(QUEUE) is None


def test_an_answer_that_fits_no_slot_leaves_the_others_whole(answers: SharedAnswers) -> None:
    answers.write(QUEUE, RENDERED)
    answers.write(QUEUE, RENDERED._replace(packed=bytes(SIZE)))
    assert answers.read(QUEUE) == RENDERED


def test_a_worker_waits_for_the_one_that_renders_but_not_for_ever(
    answers: SharedAnswers, beside: Callable[..., int]
) -> None:
    beside(_holding(answers))
    began = monotonic()
    with answers.alone(QUEUE):
        assert monotonic() - began >= shared_answers.PATIENCE


def test_a_thread_that_waits_too_long_lets_nobody_in_beside_the_one_that_renders(
    answers: SharedAnswers,
) -> None:
    def looks(said: Connection) -> None:
        said.send(answers._lock(shared_answers._slot(QUEUE)))

    with answers.alone(QUEUE), ThreadPoolExecutor(1) as pool:
        pool.submit(_waits, answers).result()
        ours, theirs = FORK.Pipe()
        process = FORK.Process(target=looks, args=(theirs,))
        process.start()
        assert ours.recv() is False
        process.join()


def _waits(answers: SharedAnswers) -> None:
    with answers.alone(QUEUE):
        pass


def test_a_worker_that_was_killed_while_it_rendered_holds_up_nobody(
    answers: SharedAnswers, beside: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_answers, "PATIENCE", 60.0)
    os.kill(beside(_holding(answers)), signal.SIGKILL)
    began = monotonic()
    with answers.alone(QUEUE):
        assert monotonic() - began < 30.0


def _given(kept: KeptAnswers, view: Any) -> bytes:
    """The answer of the kept answers' owner at version 278."""
    asked = {"PATH_INFO": "/board/incidents", "QUERY_STRING": "v=277"}
    return b"".join(kept.give(view, asked, lambda *status: None, "id", lambda version: version == 278))  # type: ignore[arg-type]


def _holding(answers: SharedAnswers) -> Callable[[Connection], None]:
    def holds(said: Connection) -> None:
        with answers.alone(QUEUE):
            said.send(True)
            signal.pause()

    return holds
