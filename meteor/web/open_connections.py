"""Open connections of a web worker, and those that it gives up when it has too many."""

from collections import Counter
from collections.abc import Iterator

from meteor.web.connections import Connection

MOST_BUFFERED = 128 * 1024 * 1024
"""Bytes that a worker holds for its connections: of requests, whole or not, and of answers that are not sent yet."""


class OpenConnections:
    """The connections of a worker, in the order in which each last had a whole request."""

    def __init__(self) -> None:
        self._all: dict[Connection, None] = {}
        self._of_address: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._all))  # they may be removed on the way

    def add(self, conn: Connection) -> None:
        self._all[conn] = None
        self._of_address[conn.address] += 1

    def renew(self, conn: Connection) -> None:
        """Make it the last one: it has had a whole request."""
        self._all[conn] = self._all.pop(conn)

    def remove(self, conn: Connection) -> None:
        del self._all[conn]
        self._of_address[conn.address] -= 1
        if not self._of_address[conn.address]:
            del self._of_address[conn.address]

    def is_full(self) -> bool:
        """Return whether those that threads work on hold more than MOST_BUFFERED alone."""
        return sum(conn.held() for conn in self._all if not conn.watched) > MOST_BUFFERED

    def most_silent(self) -> Connection | None:
        """Return the connection that has waited longest, of the address that has most of them.

        No fixed limit for an address: one address of a mobile carrier is thousands of phones.
        """
        most = max(self._of_address.values(), default=0)
        silent = (conn for conn in self._all if conn.watched and self._of_address[conn.address] == most)
        return next(silent, None)

    def surplus(self) -> Iterator[Connection]:
        """Yield the connections that hold most, until all others together hold MOST_BUFFERED."""
        sizes = {conn: conn.held() for conn in self._all}
        left = sum(sizes.values()) - MOST_BUFFERED
        for conn in sorted(sizes, key=sizes.__getitem__, reverse=True):
            if left <= 0:
                return
            if conn.watched:  # no thread works on it
                left -= sizes[conn]
                yield conn
