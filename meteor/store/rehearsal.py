"""Does urgent work without effect before a process serves, so that its statements are compiled when it is real.

That takes several times as long as all else of a press or an alarm, and everybody else waits to write meanwhile.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import Any, NoReturn

from sqlalchemy import event

from meteor.store.database import db, patience, roll_back
from meteor.store.prepared import watching

log = logging.getLogger(__name__)

SECONDS = 2.0
"""Highest duration of all of it: a process that waits for another to write must still serve."""

HOLD = 0.035
"""Seconds after which a trial gives the right to write back. The next one comes further: much is compiled by then."""

MOST_TRIALS = 6
"""Trials of one work."""


class _LongEnough(BaseException):
    """The trial has lasted for HOLD."""


def rehearse(works: Iterable[Callable[[], object]], context: Callable[[], AbstractContextManager[object]]) -> None:
    """Do each of `works` and roll it back; none can commit. `context` gives each trial an application context.

    Where that fails, as without a database, little is compiled, and the first real work takes longer.
    """
    until = monotonic() + SECONDS
    try:
        for work in works:
            for _ in range(MOST_TRIALS):
                if (left := until - monotonic()) <= 0:
                    return
                with context(), _for_no_longer_than(left):
                    if _was_done(work):
                        break
    except Exception as problem:
        log.warning("What is urgent could not be rehearsed: it takes longer at first. %s", problem)


def _was_done(work: Callable[[], object]) -> bool:
    """Whether the trial came to its end before HOLD was over."""
    try:
        db.session.connection()
        with _watched(monotonic() + HOLD):
            work()
            db.session.flush()
        return True
    except _LongEnough:
        return False
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
def _watched(until: float) -> Iterator[None]:
    """Raise _LongEnough before the first statement after `until`, and RuntimeError before a commit."""

    def look(*_: Any) -> None:
        if monotonic() > until:
            raise _LongEnough

    def refuse(*_: Any) -> NoReturn:
        raise RuntimeError("a rehearsal commits")

    before = watching.set(look)
    event.listen(db.engine, "before_execute", look)
    event.listen(db.engine, "commit", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", refuse)
        event.remove(db.engine, "before_execute", look)
        watching.reset(before)
