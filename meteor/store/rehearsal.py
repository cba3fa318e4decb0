"""Does urgent work without effect before a process serves, so that its statements are compiled when it is real.

That takes several times as long as all else of a press or an alarm, and everybody else waits to write meanwhile.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import Any, NoReturn

from sqlalchemy import event

from meteor.store.database import db, roll_back
from meteor.store.prepared import watching
from meteor.store.transactions import patience

log = logging.getLogger(__name__)

SECONDS = 2.0
"""Highest duration of all of it: a process that waits for another to write must still serve."""

HOLD = 0.035
"""Seconds after which a trial gives the right to write back. The next one comes further: much is compiled by then."""

IN_VAIN = 2
"""Trials in a row that come no further, after which a work is given up: one may have had no processor."""


class _LongEnough(BaseException):
    """The trial has lasted for HOLD."""


def rehearse(works: Iterable[Callable[[], object]], context: Callable[[], AbstractContextManager[object]]) -> None:
    """Do each of `works` and roll it back; none can commit. `context` gives each trial an application context.

    A work that is cut off is tried again until it comes no further. Where it fails, as without a database, little is
    compiled, and the first real work takes longer.
    """
    until = monotonic() + SECONDS
    try:
        for work in works:
            furthest, in_vain = 0, 0
            while in_vain < IN_VAIN:
                if (left := until - monotonic()) <= 0:
                    return
                with context(), _for_no_longer_than(left):
                    reached = _reached(work)
                if reached is None:
                    break
                in_vain = 0 if reached > furthest else in_vain + 1
                furthest = max(furthest, reached)
    except BlockingIOError:
        log.info("What is urgent was not rehearsed to its end: another process writes. It takes longer at first.")
    except Exception as problem:
        log.warning("What is urgent could not be rehearsed: it takes longer at first. %s", problem)


def _reached(work: Callable[[], object]) -> int | None:
    """The number of statements before HOLD was over. None if the trial came to its end."""
    statements = 0

    def look() -> None:
        nonlocal statements
        if monotonic() > until:
            raise _LongEnough
        statements += 1

    try:
        db.session.connection()
        until = monotonic() + HOLD
        with _watched(look):
            work()
            db.session.flush()
        return None
    except _LongEnough:
        return statements
    finally:
        roll_back()


@contextmanager
def _for_no_longer_than(seconds: float) -> Iterator[None]:
    before = patience.set(seconds)
    try:
        yield
    finally:
        patience.reset(before)


@contextmanager
def _watched(look: Callable[[], None]) -> Iterator[None]:
    """Call `look` before each statement, and raise RuntimeError before a commit."""

    def refuse(*_: Any) -> NoReturn:
        raise RuntimeError("a rehearsal commits")

    def hear(*_: Any) -> None:
        look()

    before = watching.set(look)
    event.listen(db.engine, "before_execute", hear)
    event.listen(db.engine, "commit", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", refuse)
        event.remove(db.engine, "before_execute", hear)
        watching.reset(before)
