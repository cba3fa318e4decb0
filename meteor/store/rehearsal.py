"""Does urgent work without effect before a process serves, so that its statements are compiled when it is real.

That takes several times as long as all else of a press or an alarm, and everybody else waits to write meanwhile.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from time import monotonic
from typing import Any

from sqlalchemy import event

from meteor.store.database import db, roll_back

log = logging.getLogger(__name__)

HOLD = 0.035
"""Seconds after which a trial gives the right to write back. The next one comes further: much is compiled by then."""

MOST_TRIALS = 6
"""Trials of one work. Each waits for the right to write; while many do, more would keep the process from serving."""


class _LongEnough(Exception):
    """The trial has lasted for HOLD."""


def rehearse(works: Iterable[Callable[[], object]], context: Callable[[], AbstractContextManager[object]]) -> None:
    """Do each of `works` and roll it back; none may commit. `context` gives each trial an application context.

    Where that fails, as without a database, little is compiled, and the first real work takes longer.
    """
    try:
        for work in works:
            for _ in range(MOST_TRIALS):
                with context():
                    if _was_done(work):
                        break
    except Exception:
        log.exception("What is urgent could not be rehearsed: it takes longer at first")


def _was_done(work: Callable[[], object]) -> bool:
    """Whether the trial came to its end before HOLD was over."""
    try:
        db.session.connection()
        until = monotonic() + HOLD

        def look(*_: Any) -> None:
            if monotonic() > until:
                raise _LongEnough

        event.listen(db.engine, "before_cursor_execute", look)
        try:
            work()
            db.session.flush()
            return True
        except _LongEnough:
            return False
        finally:
            event.remove(db.engine, "before_cursor_execute", look)
    finally:
        roll_back()
