"""The thread in which the receiver writes: what waits together is one transaction, and is answered after its commit."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Condition, Thread
from time import monotonic

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from meteor import collecting_later
from meteor.sas import intake, supervision
from meteor.sas.intake import Answer
from meteor.sas.waiting import Queue, Waiting
from meteor.store.database import db
from meteor.store.moments import now

log = logging.getLogger(__name__)

BATCH = 20
"""Highest number of messages in one transaction, and …"""

HOLD = 0.005
"""… seconds after which it takes no further message or event: all other writers wait for it."""

LINGER = 0.5
"""Seconds in which supervision polls are collected. A possible alarm does not wait, and no poll waits twice."""

PATIENCE = timedelta(seconds=15)
"""Time for which a message waits for the database. Afterwards the panel has repeated it."""

PAUSE = 0.5  # seconds, before a database that was away is tried again
BEAT = 10.0  # seconds between heartbeats


class Storer:
    """Writes what it is given until it is stopped. `context` gives each transaction an application context.

    `deliver` takes answers out of this thread, all of a transaction together; `ended` is called when it stops.
    """

    def __init__(
        self,
        context: Callable[[], AbstractContextManager[object]],
        deliver: Callable[[Sequence[tuple[Waiting, Answer | None]]], None],
        ended: Callable[[], None],
    ) -> None:
        self._context, self._deliver, self._ended = context, deliver, ended
        self._queue = Queue()
        self._changed = Condition()
        self._stopping = False
        self._beaten = monotonic() - BEAT
        self._said = ""
        self._thread = Thread(target=self._run, name="storer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Let what waits be written, for so long at most."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(seconds)

    def put(self, waiting: Waiting) -> bool:
        """Let a message be written; false if too many wait already, of this panel or in all."""
        with self._changed:
            taken = self._queue.put(waiting)
            self._changed.notify()
        return taken

    def _run(self) -> None:
        try:
            while (batch := self._next()) or not self._stopping:
                self._see_to(batch)
        finally:
            self._ended()  # a receiver that cannot write would look alive; one that ended is started again

    def _next(self) -> list[Waiting]:
        """The waiting messages, a batch at most; empty when a heartbeat is due."""
        with self._changed:
            if not self._queue:  # a poll that is left from the last batch has waited
                self._changed.wait_for(lambda: self._queue or self._stopping, max(0.0, self._beat_in()))
                if self._queue:
                    self._changed.wait_for(lambda: self._queue.is_urgent or self._stopping, LINGER)
            return self._queue.next(BATCH)

    def _see_to(self, batch: Sequence[Waiting]) -> None:
        try:
            answers = self._written(batch)
        except Exception as problem:
            if _is_away(problem) or not batch:
                self._put_back(batch, problem)
            else:
                log.exception("Of %s messages that were to be written together one failed", len(batch))
                for waiting in batch:
                    self._deliver([(waiting, self._written_alone(waiting))])
            return
        self._said = ""
        self._deliver(list(zip(batch, answers, strict=False)))
        with self._changed:
            self._queue.restore(batch[len(answers) :])

    def _written(self, batch: Sequence[Waiting], *, act: bool = True) -> list[Answer]:
        """The answers to the first of a batch, which is committed: to as many as HOLD leaves time for."""
        due, answers = self._beat_in() <= 0, []
        with collecting_later(), self._context():
            db.session.connection()  # from here on others wait to write
            until = monotonic() + HOLD
            if due:
                supervision.beat(now())
                intake.forget(now())
            for waiting in batch:
                answer = intake.store_message(waiting.message, act=act, more=lambda: monotonic() < until)
                if answer is None:
                    break
                answers.append(answer)
                if monotonic() >= until:
                    break
            db.session.commit()
        if due:
            self._beaten = monotonic()
        return answers

    def _beat_in(self) -> float:
        """Seconds until the next heartbeat."""
        return self._beaten + BEAT - monotonic()

    def _written_alone(self, waiting: Waiting) -> Answer | None:
        """Store a message that an error of METEOR kept from being processed, and ask the dispatchers to look."""
        for act in (True, False):
            try:
                while not (answers := self._written([waiting], act=act)):
                    pass
                return answers[0]
            except Exception:
                header = waiting.message.header
                log.exception("Account %s, message %s could not be written", header.account, header.sequence)
        return None

    def _put_back(self, batch: Sequence[Waiting], problem: Exception) -> None:
        """The database is away: try again soon. What has waited for too long is not answered."""
        said = f"{type(problem).__name__}: {getattr(problem, 'orig', problem)}"
        if said != self._said:
            self._said = said
            log.error("The database does not take what panels say; they are not answered. %s", said)
        oldest = now() - PATIENCE
        self._deliver([(waiting, None) for waiting in batch if waiting.message.at < oldest])
        with self._changed:
            kept = [waiting for waiting in batch if waiting.message.at >= oldest]
            self._queue.restore(kept)
            self._changed.wait_for(lambda: self._stopping, PAUSE)


def _is_away(problem: Exception) -> bool:
    lost = isinstance(problem, DBAPIError) and problem.connection_invalidated
    return lost or isinstance(problem, (OperationalError, InterfaceError, NoConnection))
