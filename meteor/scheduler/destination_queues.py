"""Delivery to external servers, in threads by destination: a slow server delays no other and no alarm."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from meteor.scheduler.delivery import deliver_to_partners
from meteor.store import outbox
from meteor.store.moments import now
from meteor.store.work import PartnerHandler

log = logging.getLogger(__name__)

WIDTH = 4
"""Highest number of threads for one server."""

MOST_CLAIMED = 8
"""Highest number of items that a thread takes at once. A thread that is killed repeats at most those."""


class DestinationQueues:
    """The queues of the outbox by destination. `context` gives each thread an application context with a session."""

    def __init__(
        self, handlers: Mapping[str, PartnerHandler], context: Callable[[], AbstractContextManager[object]]
    ) -> None:
        self.handlers = handlers
        self.context = context
        self.threads: list[threading.Thread] = []

    def run(self, at: datetime) -> None:
        """Start threads for every destination with a due item. Does not wait for them.

        An item whose process was killed is due again when its lease is over.
        """
        self.threads = [thread for thread in self.threads if thread.is_alive()]
        busy = [thread.name for thread in self.threads]
        for destination, due in outbox.due_by_destination(at, self.handlers.keys()).items():
            for _ in range(min(due, WIDTH - busy.count(destination))):
                self._begin(destination)

    def _begin(self, destination: str) -> None:
        thread = threading.Thread(target=self._see_to, args=[destination], name=destination, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _see_to(self, destination: str) -> None:
        """Deliver until nothing is due. A thread that fails is started again at the next turn.

        It takes one item, and twice as many in each turn after one that was quick: few items are shared by all threads.
        """
        most = 1
        try:
            with self.context():
                while seen_to := deliver_to_partners(self.handlers, now(), destination, most):
                    most = min(2 * seen_to, MOST_CLAIMED) if seen_to == most else 1
        except Exception:
            log.exception("Delivery to %s failed", destination)
