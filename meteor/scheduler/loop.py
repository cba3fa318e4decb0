"""The scheduler's loop: each job has its own thread, so that a hanging or failing job stops no other."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from contextvars import Context
from threading import Event, Thread
from time import monotonic

from meteor.scheduler import rules
from meteor.scheduler.agenda import Agenda
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.work import Job

log = logging.getLogger(__name__)

STOP_SECONDS = 0.7
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # before a job that failed is tried again, seconds
POLL_SECONDS = 0.2  # between two looks at what is due
AGENDA = "scheduler.agenda"
CAN_WAIT, GIVES_WAY = 10.0, 10
"""A job that comes round every so many seconds or less often takes its next turn, if it has more to do, after so many
times as long as it waited to write: presses wait in the same line. Where nobody else writes it goes on at once."""

BEAT = 5.0  # seconds between heartbeats of jobs that have nothing to do


class Scheduler:
    """Runs `jobs` until it is stopped. `context` gives each turn an application context with a session."""

    def __init__(self, jobs: Sequence[Job], context: Callable[[], AbstractContextManager[object]]) -> None:
        self.jobs = jobs
        self.context = context
        self.me = rules.holder()
        self.stopping = Event()
        self.ended = False
        """True once a signal has ended it: its exception is lost where it hits a finalizer."""
        self.agenda = Agenda(context)
        self._said: dict[str, str] = {}

    def run(self) -> None:
        """Run until a signal's exception, or `ended`. Returns too if a thread ends: the process must be started again.

        Turns under way have STOP_SECONDS to end; an interrupted turn is rolled back.
        """
        threads = [Thread(target=self._keep, args=[job], name=job.name, daemon=True) for job in self.jobs]
        threads.append(Thread(target=self._beat, name="heartbeats", daemon=True))
        for thread in threads:
            thread.start()
        try:
            pause = POLL_SECONDS
            # A signal for another thread is seen by this one on waking.
            while not self.ended and not self.stopping.wait(pause):
                pause = self._look()
        finally:
            self._stop(threads)

    def end_with(self, wait: Callable[[], None]) -> None:
        """End as if a thread had ended when `wait` returns."""

        def follow() -> None:
            wait()
            self.stopping.set()

        Thread(target=follow, name="sender", daemon=True).start()

    def turn(self, job: Job) -> float:
        """Run `job` once unless another scheduler holds it. Returns the seconds until the next try, from the start."""
        with self.context():
            try:
                wait = self._work(job)
                self._said.pop(job.name, None)
                return wait
            except Exception as problem:
                self._complain(job, f"{type(problem).__name__}: {problem}")
                return min(max(job.every, SHORTEST_PAUSE), LONGEST_PAUSE)

    def _look(self) -> float:
        """Wake the jobs that are due, or all if that cannot be known. Returns the seconds until the next look."""
        try:
            self.agenda.look()
            self._said.pop(AGENDA, None)
            return POLL_SECONDS
        except Exception as problem:
            said = f"{type(problem).__name__}: {problem}"
            if self._said.get(AGENDA) != said:
                self._said[AGENDA] = said
                log.exception("What is due cannot be read: every job takes its turn")
            self.agenda.wake_all()
            self.agenda.close()
            return SHORTEST_PAUSE

    def _beat(self) -> None:
        """Write the heartbeats of the jobs that have nothing to do."""
        try:
            while not self.stopping.wait(BEAT):
                with suppress(Exception), self.context():  # the jobs' own turns say what is wrong
                    rules.beat_idle(self.agenda.waiting(), now())
                    db.session.commit()
        finally:
            self.stopping.set()

    def _stop(self, threads: Sequence[Thread]) -> None:
        self.stopping.set()
        self.agenda.stop()
        last = monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, last - monotonic()))
        if not any(thread.is_alive() for thread in threads):
            Context().run(self._give_back)  # its own context: a signal may have left this one in the midst of a look

    def _give_back(self) -> None:
        with self.context():
            rules.give_back(self.me)
            db.session.commit()

    def _keep(self, job: Job) -> None:
        try:
            while not self.stopping.is_set():
                began = monotonic()
                wait = self.turn(job)
                self.stopping.wait(max(0.0, began + wait - monotonic()))
                if wait and job.due and job.name not in self._said:
                    self.agenda.wait(job)
        finally:
            self.stopping.set()  # a scheduler without one of its jobs would look alive; an ended one is started again

    def _work(self, job: Job) -> float:
        at, began = now(), monotonic()
        others_until = rules.take_lease(job, self.me, at)
        if others_until:
            db.session.rollback()
            return max((others_until - at).total_seconds(), 0.0)
        waited = monotonic() - began  # for the right to write
        more = job.run(at)
        rules.beat(job, at)
        db.session.commit()
        if not more:
            return job.every
        return GIVES_WAY * waited if job.every >= CAN_WAIT else 0.0

    def _complain(self, job: Job, problem: str) -> None:
        """Log each problem once, and write it into the heartbeat if the database answers."""
        if self._said.get(job.name) != problem:
            self._said[job.name] = problem
            log.exception("The scheduler's job %r failed", job.name)
        try:
            db.session.rollback()
            rules.beat(job, now(), problem)
            db.session.commit()
        except Exception:
            db.session.rollback()
