"""Choice of the worker that accepts a connection: the one that has fewest. Each publishes its own number."""

from collections.abc import MutableSequence
from multiprocessing.sharedctypes import RawArray
from time import sleep

PATIENCE, PAUSE = 5, 0.001
"""Number of pauses, and seconds of each, in which a worker leaves a connection to one that has fewer."""

AT_ONCE = 4
"""Number of connections that it then accepts without a pause, since the other one does not."""

_ABSENT = -1
_counts: MutableSequence[int] = RawArray("i", [_ABSENT] * 256)


class Share:
    """The connections of one worker: the kernel would give all that come at once to the one that is awake.

    They stay for minutes, so that one process would do all the work beside idle ones. `number` tells workers apart.
    """

    def __init__(self, number: int) -> None:
        self._slot = number % len(_counts)
        self._left = self._hurried = 0

    def publish(self, connections: int) -> None:
        """Tell the other workers how many connections this one has."""
        _counts[self._slot] = connections

    def withdraw(self) -> None:
        """The worker accepts no more: nothing is left to it."""
        _counts[self._slot] = _ABSENT

    def leaves_to_others(self) -> bool:
        """Return whether to leave a connection that waits, after a pause in which another worker may accept it."""
        fewest = min((count for count in _counts if count != _ABSENT), default=0)
        if _counts[self._slot] <= fewest:
            self._left = self._hurried = 0
            return False
        if self._left == PATIENCE and self._hurried < AT_ONCE:
            self._hurried += 1
            return False
        self._left, self._hurried = (1, 0) if self._hurried else (self._left + 1, 0)
        sleep(PAUSE)
        return True
