"""Polls that wait in a web worker: they are answered while nothing urgent needs the core that all threads share."""

from collections import deque
from collections.abc import Iterator

from meteor.web.connections import Connection
from meteor.web.pools import POLL_POOLS, POLL_THREADS

POLL_PATIENCE, POLL_TURN = 1.0, 0.25
"""Pause of polls while an urgent request is not answered, then between two of them (s).

All threads of a process share one core, and a press needs it again after each of its statements.
"""


class PollTurns:
    """The number of threads that may answer polls: all, or one and none in turn while something urgent waits."""

    def __init__(self) -> None:
        self._until = 0.0  # when their last turn ended, or will end

    def threads(self, now: float, *, urgent: bool) -> int:
        """The number at the moment `now`, monotonic seconds. `urgent`: something urgent waits or is under way."""
        if not urgent:
            self._until = now
            return POLL_THREADS
        if now - self._until > POLL_PATIENCE:
            self._until = now + POLL_TURN
        return int(now < self._until)


class PollQueue:
    """Polls that no thread has begun, by their pools, and the number of those that a thread answers."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Connection]] = {pool: deque() for pool in POLL_POOLS}
        self._answered = 0
        self._turns = PollTurns()

    def put(self, pool: str, conn: Connection) -> None:
        self._waiting[pool].append(conn)

    def begin(self, now: float, *, urgent: bool) -> Iterator[tuple[str, Connection]]:
        """Yield the polls that threads may begin at the moment `now`, monotonic seconds, with their pools."""
        most = self._turns.threads(now, urgent=urgent)
        while self._answered < most and (pool := next(filter(self._waiting.get, POLL_POOLS), None)):
            self._answered += 1
            yield pool, self._waiting[pool].popleft()

    def end(self) -> None:
        """One poll that was begun is answered."""
        self._answered -= 1

    def abandoned(self) -> Iterator[tuple[str, Connection]]:
        """Take out the polls that nobody waits for any more, since their pages have asked again."""
        for pool, polls in self._waiting.items():
            for conn in [each for each in polls if each.has_left()]:
                polls.remove(conn)
                yield pool, conn
