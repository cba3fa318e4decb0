"""Messages that wait to be written: alarms before polls, proven senders before others, one panel after the other."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from meteor.sas.admission import Message
from meteor.sas.intake import Answer

MOST_WAITING = 5_000
"""Messages that wait in all. A confirmed alarm is taken beyond it: forged polls must not shut it out."""

MOST_OF_ONE = 128
"""Messages of one panel that wait. Others in its name are not answered: it repeats what it said."""

MOST_LISTENERS = 16

POLLS_FIRST = 4
"""One batch in so many begins with polls, so that no flood makes panels look silent."""


class Waiting(NamedTuple):
    """A message from a place, and the listeners for its answer: None if there will be none.

    Repetitions that arrive meanwhile join its listeners: a storm must not grow by what it makes panels repeat.
    `confirmed`: the sender is proven by a key or by its address.
    """

    message: Message
    place: str
    listeners: list[Callable[[Answer | None], None]]
    confirmed: bool = True

    @property
    def key(self) -> tuple[str, ...]:
        """The part shared with its repetition, which may have a new time. Encrypted content is not read yet."""
        header = self.message.header
        words = header.rest if header.encrypted else header.rest.rpartition("]")[0]
        return self.place, header.account, header.token, header.sequence, words

    @property
    def queue(self) -> tuple[int, str]:
        """Its urgency, 0 first, and its account: forged messages do not fill the queue of the panel's own."""
        urgency = 2 if self.message.is_poll else int(not self.confirmed)
        return urgency, self.message.header.account

    def answer(self, answer: Answer | None) -> None:
        """Tell every listener."""
        for listener in self.listeners:
            listener(answer)


class Queue:
    """Bounded for each panel; but for confirmed alarms also in all. Its owner holds a lock: no two threads at once."""

    def __init__(self) -> None:
        self._queues: tuple[OrderedDict[str, deque[Waiting]], ...] = (OrderedDict(), OrderedDict(), OrderedDict())
        self._by_key: dict[tuple[str, ...], Waiting] = {}
        self._batches = 0

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def is_urgent(self) -> bool:
        """Return whether anything waits that is no poll."""
        return bool(self._queues[0] or self._queues[1])

    def put(self, waiting: Waiting) -> bool:
        """False if too many wait already, of this panel or in all."""
        if first := self._by_key.get(waiting.key):
            room = len(first.listeners) < MOST_LISTENERS
            first.listeners.extend(waiting.listeners if room else ())
            return room
        urgency, account = waiting.queue
        is_full = urgency > 0 and len(self) >= MOST_WAITING
        if is_full or len(self._queues[urgency].get(account, ())) >= MOST_OF_ONE:
            return False
        self._by_key[waiting.key] = waiting
        self._queues[urgency].setdefault(account, deque()).append(waiting)
        return True

    def restore(self, unwritten: Iterable[Waiting]) -> None:
        """Put back what `next` gave, in front of what the same panels said since."""
        for waiting in reversed(list(unwritten)):
            if later := self._by_key.get(waiting.key):
                waiting.listeners.extend(later.listeners)
                self._remove(later)
            self._by_key[waiting.key] = waiting
            urgency, account = waiting.queue
            self._queues[urgency].setdefault(account, deque()).appendleft(waiting)

    def next(self, most: int) -> list[Waiting]:
        """Remove and return the messages to write next, `most` at most, one of each panel in turn."""
        self._batches += 1
        order = (2, 0, 1) if self._batches % POLLS_FIRST == 0 else (0, 1, 2)
        batch: list[Waiting] = []
        for queues in (self._queues[urgency] for urgency in order):
            while queues and len(batch) < most:
                account, queue = queues.popitem(last=False)
                waiting = queue.popleft()
                if queue:
                    queues[account] = queue
                del self._by_key[waiting.key]
                batch.append(waiting)
        return batch

    def _remove(self, waiting: Waiting) -> None:
        urgency, account = waiting.queue
        self._queues[urgency][account].remove(waiting)
        if not self._queues[urgency][account]:
            del self._queues[urgency][account]
