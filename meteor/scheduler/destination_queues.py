"""Servers of others, each waited for apart: one that is slow delays none of the others, and nothing of ours."""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Thread

from meteor.scheduler.delivery import deliver_to_partners
from meteor.store import outbox
from meteor.store.moments import now
from meteor.store.work import Handler

log = logging.getLogger(__name__)

WIDTH = 4
"""So many threads at most go to one server at the same time."""


class DestinationQueues:
    """The queues of the outbox. `context` gives each thread an application context, and with it a session."""

    def __init__(self, handlers: Mapping[str, Handler], context: Callable[[], AbstractContextManager[object]]) -> None:
        self.handlers = handlers
        self.context = context
        self.threads: list[Thread] = []

    def run(self, at: datetime) -> None:
        """Start threads for every destination with a due item. Does not wait for them.

        What a thread leaves, because its process was killed, is due again when its lease is over.
        """
        self.threads = [thread for thread in self.threads if thread.is_alive()]
        busy = [thread.name for thread in self.threads]
        for destination, due in outbox.due_by_destination(at, self.handlers.keys()).items():
            for _ in range(min(due, WIDTH - busy.count(destination))):
                self._begin(destination)

    def _begin(self, destination: str) -> None:
        thread = Thread(target=self._see_to, args=[destination], name=destination, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _see_to(self, destination: str) -> None:
        """Until nothing is due. A thread that breaks off is begun anew with the next turn."""
        try:
            with self.context():
                while deliver_to_partners(self.handlers, now(), destination):
                    pass
        except Exception:
            log.exception("What goes to %s was broken off", destination)
