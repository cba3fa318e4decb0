"""The agenda: which jobs are due. Looks into the database only after it, or the wall clock, has changed."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Event
from time import monotonic

from meteor.store import boot
from meteor.store.changes import Changes
from meteor.store.database import READER, db, only_reading
from meteor.store.moments import now
from meteor.store.work import Job

log = logging.getLogger(__name__)

LONGEST_WAIT = 300.0
"""Seconds after which a job takes its turn even if nothing says that it is due."""

CURRENT = 3.0
"""Seconds for which the last look counts. Where none ends any more, the jobs take their turns without it."""

STEP = 1.0
"""Shortest jump of the wall clock, in seconds, that counts as a step."""


class Agenda:
    """Wakes the jobs that wait here, each in a thread of its own. `look` is called by one thread, again and again."""

    def __init__(self, context: Callable[[], AbstractContextManager[object]]) -> None:
        self._context = context
        self._changes: Changes | None = None
        self._waiting: dict[str, tuple[Job, Event]] = {}
        self._due: dict[str, datetime | None] = {}
        """The last answers of `Job.due`."""
        self._asked: dict[str, float] = {}
        """The last question to each waiting job. This and the next two are moments in monotonic seconds."""
        self._changed = self._looked = 0.0
        self._clock = 0.0
        self._problems: dict[str, str] = {}
        self._stopped = False

    def wait(self, job: Job) -> None:
        """Return when the job is due, on `wake_all` or `stop`, or when no look has ended for CURRENT seconds."""
        woken, last = Event(), monotonic() + LONGEST_WAIT
        self._waiting[job.name] = job, woken
        while not self._stopped and not woken.wait(CURRENT):
            if monotonic() > last or not self._is_current():
                break
        del self._waiting[job.name]
        self._due.pop(job.name, None)
        self._asked.pop(job.name, None)

    def waiting(self) -> Sequence[str]:
        """The jobs with nothing to do, as far as that is known."""
        return list(self._waiting) if self._is_current() else []

    def look(self) -> None:
        """Wake the jobs that are due. After a change each job is asked again, at most once in its interval.

        Until then its last answer counts. A job that is woken in vain finds nothing to do.
        """
        tick = monotonic()
        if self._any_change():
            self._changed = tick
        waiting = list(self._waiting.values())
        self._wake(waiting)
        if unknown := [(job, woken) for job, woken in waiting if self._is_to_be_asked(job, tick)]:
            with self._context(), only_reading():
                for job, woken in unknown:
                    self._ask(job)
                    self._wake([(job, woken)])
        self._looked = monotonic()

    def wake_all(self) -> None:
        """Let every job take its turn: it will find out what is wrong."""
        for _, woken in list(self._waiting.values()):
            woken.set()

    def stop(self) -> None:
        """Let nobody wait any more."""
        self._stopped = True
        self.wake_all()

    def close(self) -> None:
        """Let go of the database; the next look takes hold of it again."""
        if self._changes is not None:
            self._changes.close()
        self._changes = None

    def _any_change(self) -> bool:
        clock = now().timestamp() - boot.uptime()
        stepped, self._clock = abs(clock - self._clock) > STEP, clock
        if self._changes is None:
            with self._context():
                self._changes = Changes(db.engines[READER])
        return self._changes.any() or stepped

    def _is_current(self) -> bool:
        return monotonic() - self._looked < CURRENT

    def _is_to_be_asked(self, job: Job, tick: float) -> bool:
        asked = self._asked.get(job.name)
        return asked is None or (asked <= self._changed and tick - asked >= job.every)

    def _wake(self, waiting: Sequence[tuple[Job, Event]]) -> None:
        at = now()
        for job, woken in waiting:
            moment = self._due.get(job.name)
            if moment is not None and moment <= at:
                woken.set()

    def _ask(self, job: Job) -> None:
        """Read when the job is due; one that cannot say is due, and that is logged once."""
        at = now()
        try:
            self._due[job.name] = job.due(at) if job.due else at
            self._problems.pop(job.name, None)
        except Exception as problem:
            db.session.rollback()
            self._due[job.name] = at
            if self._problems.get(job.name) != str(problem):
                self._problems[job.name] = str(problem)
                log.exception("Whether the job %r is due cannot be read", job.name)
        self._asked[job.name] = monotonic()
