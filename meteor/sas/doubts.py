"""The thread for messages that the panels in memory do not admit: reads all panels, then admits or refuses.

So a panel that was just entered is heard at once, and a flood of messages of no panel costs a few reads a second and
no transaction that writes.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from threading import Condition, Thread
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from meteor.sas import admission, intake, refusals
from meteor.sas.admission import KeyLocked
from meteor.sas.dc09.messages import Unreadable
from meteor.sas.directory import Directory
from meteor.sas.intake import Answer
from meteor.sas.refusals import REFUSED
from meteor.sas.waiting import Waiting
from meteor.store.database import db
from meteor.store.work import within_share

log = logging.getLogger(__name__)

MOST_UNKNOWN, MOST_KNOWN = 64, 256
"""Messages in doubt that wait: of accounts that no panel has, and of panels. Others are not answered."""

SHORTEST_PAUSE = 0.02
"""Seconds between two reads of the panels, and …"""

SHARE = 20
"""… so many times as long as a read takes: reading never takes more of the time than one part in so many."""

MOST_TOLD = 256
"""Notices a day about refused messages. Further ones are only in the log."""


class Doubts:
    """`admit` takes what is admitted after all, `deliver` the answers to the rest; `ended` is called at the end."""

    def __init__(
        self,
        directory: Directory,
        context: Callable[[], AbstractContextManager[object]],
        admit: Callable[[Waiting], None],
        deliver: Callable[[Sequence[tuple[Waiting, Answer | None]]], None],
        ended: Callable[[], None],
    ) -> None:
        self.directory = directory
        self._context, self._admit, self._deliver, self._ended = context, admit, deliver, ended
        self._unknown: deque[Waiting] = deque()
        self._known: deque[Waiting] = deque()
        self._held: set[str] = set()  # accounts of which unknown messages wait
        self._changed = Condition()
        self._stopping = False
        self._not_before = 0.0
        self._day, self._told = date.min, set[str]()
        self._thread = Thread(target=self._run, name="doubts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """See to what waits, for so long at most."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(seconds)

    @property
    def is_full(self) -> bool:
        """Return whether messages of unknown accounts are refused now."""
        return len(self._unknown) >= MOST_UNKNOWN

    def holds(self, account: str) -> bool:
        """Return whether messages of an account that was unknown wait here.

        Later ones must not overtake them.
        """
        with self._changed:
            return account in self._held

    def put(self, waiting: Waiting, *, known: bool) -> bool:
        """False if too many wait already."""
        with self._changed:
            queue, most = (self._known, MOST_KNOWN) if known else (self._unknown, MOST_UNKNOWN)
            if len(queue) >= most:
                return False
            queue.append(waiting)
            if not known:
                self._held.add(waiting.message.header.account)
            self._changed.notify()
        return True

    def _run(self) -> None:
        try:
            while batch := self._next():
                self._see_to(batch)
        finally:
            self._ended()  # as with the storer: a receiver that cannot judge messages would look alive

    def _next(self) -> list[Waiting]:
        """The waiting messages, those of panels first; empty when it is time to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._known or self._unknown or self._stopping)
            self._changed.wait_for(lambda: self._stopping, max(0.0, self._not_before - monotonic()))
            batch = [*self._known, *self._unknown]
            self._known.clear()
            self._unknown.clear()
        return batch

    def _see_to(self, batch: Sequence[Waiting]) -> None:
        try:
            self._load()
        except Exception as problem:  # a panel that is not answered sends its message again
            _log_problem("The panels cannot be read", problem)
            with self._changed:
                self._held = {waiting.message.header.account for waiting in self._unknown}
            self._deliver([(waiting, None) for waiting in batch])
            return
        refused = []
        with self._changed:  # nothing of these accounts goes past them meanwhile
            for waiting in (*batch, *self._unknown):
                if why := self.doubt(waiting):
                    refused.append((waiting, why))
                else:
                    self._admit(waiting)
            self._unknown.clear()
            self._held.clear()
        try:
            self._tell(refused)
        except Exception as problem:  # the next refused message is told instead
            _log_problem("The dispatchers cannot be told of refused messages", problem)
        self._deliver([(waiting, intake.refusal(why, waiting.message)) for waiting, why in refused])

    def _load(self) -> None:
        began = monotonic()
        try:
            with self._context():
                self.directory.load()
        finally:
            ended = monotonic()
            self._not_before = ended + max(SHORTEST_PAUSE, SHARE * (ended - began))

    def doubt(self, waiting: Waiting) -> type[Exception] | None:
        """Return why memory refuses a message; an unreadable one is a sign of life."""
        sender = self.directory.find(waiting.message.header.account)
        if sender is not None and sender.locked:
            return KeyLocked
        try:
            admission.read(waiting.message, sender)
        except Unreadable:
            return None
        except tuple(REFUSED) as why:
            return type(why)
        except Exception:  # a mistake of ours: the storer sees to it that no message is lost by it
            log.exception("A message of account %s could not be judged", waiting.message.header.account)
        return None

    def _tell(self, refused: Sequence[tuple[Waiting, type[Exception]]]) -> None:
        """Tell the dispatchers what they were not told today. Others wait to write for a share of the time at most."""
        new: dict[str, tuple[type[Exception], str, str | None, datetime]] = {}
        for waiting, why in refused:
            message = waiting.message
            known = self.directory.find(message.header.account)
            key = refusals.key_of(why, message.header.account, known=known is not None, at=message.at)
            if message.at.date() != self._day:
                self._day, self._told = message.at.date(), set()
            if key not in self._told and len(self._told) + len(new) < MOST_TOLD:
                new[key] = (why, message.header.account, known.premises if known else None, message.at)
        while new:
            with self._context():
                db.session.connection()  # waits for the right to write, before the share begins
                told = set()
                for key in within_share(new):
                    refusals.tell(*new[key])
                    told.add(key)
                db.session.commit()
            self._told |= told
            new = {key: refused for key, refused in new.items() if key not in told}


def _log_problem(what: str, problem: Exception) -> None:
    """The database's problems without a traceback: it is away, and they name what was to be written."""
    log.error("%s: %s", what, type(problem).__name__, exc_info=not isinstance(problem, SQLAlchemyError))
