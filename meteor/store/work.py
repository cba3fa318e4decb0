"""Jobs of packages for the scheduler, and handlers of their outbox topics."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

TOO_OLD = timedelta(minutes=60)
"""Age after which a due step (no scheduler ran) is reported instead of done: it would mislead."""


SHARE = 0.02
"""Seconds after which a job gives the right to write back: a press may be waiting for it."""


def within_share(items: Iterable[T]) -> Iterator[T]:
    """The first of the items, and more of them until SHARE is over. What is left is for the next transaction."""
    until = monotonic() + SHARE
    for item in items:
        yield item
        if monotonic() >= until:
            return


class Job(NamedTuple):
    """Something that comes round `every` so many seconds.

    `run(at)` does one short transaction's worth and leaves the commit to the scheduler. It answers true when there is
    more to be done at once: the scheduler then runs it again, after everybody who waits to write. One that comes round
    every 10 s or less often stays away while many write.

    `due(at)` only reads: from which moment on there will be something to do if nobody writes anything until then. At
    `at` or before is now, None is never. A job that says so is not run in vain; one that does not is run each time.
    """

    name: str
    every: float
    run: Callable[[datetime], object]
    due: Callable[[datetime], datetime | None] | None = None


Handler = Callable[[dict[str, Any], datetime], None]
"""Sees to one item of the outbox, given its payload and the moment.

What it writes is committed together with the item's end, and with other items: it must not end the transaction.
"""


class Note(NamedTuple):
    """The `outcome` of a delivery. `write` writes those of several, in the transaction that ends their items."""

    write: Callable[[Sequence[Any]], None]
    outcome: Any


PartnerHandler = Callable[[dict[str, Any], datetime], Note | None]
"""A handler of PARTNERS reaches outside (a push, a call).

It ends the transaction before, so that nobody waits for the outside to be allowed to write. It can be killed between
the outside's answer and the commit, so what it does there has to bear being done once more. One that is asked thousands
of times returns a Note instead of writing.
"""
