"""Which worker accepts a connection: whoever has fewest. Each counts its own, in memory that all of them see."""

from collections.abc import MutableSequence
from multiprocessing.sharedctypes import RawArray
from time import sleep

PATIENCE, PAUSE = 5, 0.001
"""How often, and for how many seconds, a worker leaves a connection to one that has fewer; then it accepts itself."""

_ABSENT = -1
_counts: MutableSequence[int] = RawArray("i", [_ABSENT] * 64)


class Share:
    """The connections of one worker: the kernel would give all that come at once to the one that is awake.

    They stay for minutes, so that one process would do all the work beside idle ones. `number` tells workers apart.
    """

    def __init__(self, number: int) -> None:
        self._slot = number % len(_counts)
        self._left = 0

    def keep(self, connections: int) -> None:
        """Let the other workers know."""
        _counts[self._slot] = connections

    def end(self) -> None:
        """The worker is gone, whatever it had."""
        _counts[self._slot] = _ABSENT

    def leaves_to_others(self) -> bool:
        """Whether to leave a connection that waits, after a pause in which another worker may accept it."""
        fewest = min(count for count in _counts if count != _ABSENT)
        if _counts[self._slot] <= fewest or self._left == PATIENCE:
            self._left = 0
            return False
        self._left += 1
        sleep(PAUSE)
        return True
