"""Answers in memory that the workers of a server share: what one has rendered, the others give too."""

import fcntl
import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic, sleep
from typing import Any, NamedTuple
from weakref import finalize
from zlib import crc32

from meteor.web.repeats import Answer

SLOTS, SIZE = 64, 256 * 1024
"""Number of shared answers, and bytes of a slot; only what is written takes memory. Larger answers are not shared."""

PATIENCE, PAUSE = 0.25, 0.002
"""Seconds for which a process waits for the answer that another one renders, and between two looks.

A worker that stands still must not hold up the polls of the others.
"""

_HEAD = 8
"""Bytes before the content of a slot: its length and its checksum. A process can be killed while it writes."""


class SharedAnswer(NamedTuple):
    """An answer: its version, an int or a str, its headers, and its body, compressed by gzip."""

    version: Any
    headers: list[tuple[str, str]]
    packed: bytes

    def for_client(self, *, packs: bool) -> Answer:
        """The answer for a client, which takes gzip if it `packs`."""
        body = self.packed if packs else gzip.decompress(self.packed)
        encoding = [("Content-Encoding", "gzip")] if packs else []
        return Answer("200 OK", [*self.headers, *encoding, ("Content-Length", str(len(body)))], body)


class SharedAnswers:
    """The newest answer for each key, in memory without a name. Processes that are forked from its maker share it.

    Keys are texts. Two keys may fall into one slot: the newer answer replaces the other.
    """

    def __init__(self) -> None:
        self._memory = os.memfd_create("answers")
        finalize(self, os.close, self._memory)
        self._locks = [Lock() for _ in range(SLOTS)]  # of threads; the memory's are of processes

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Wait until nobody else reads or renders what falls into the key's slot, for PATIENCE at most."""
        slot, until = _slot(key), monotonic() + PATIENCE
        if not self._locks[slot].acquire(timeout=PATIENCE):
            yield  # another thread of this process holds the memory's lock as well
            return
        try:
            while not (mine := self._lock(slot)) and monotonic() < until:
                sleep(PAUSE)
            yield
        finally:
            if mine:
                fcntl.lockf(self._memory, fcntl.LOCK_UN, 1, slot)
            self._locks[slot].release()

    def read(self, key: str) -> SharedAnswer | None:
        """The key's newest answer. None if there is none, or another one's is in its slot."""
        memory, at = self._memory, _slot(key) * SIZE
        head = os.pread(memory, _HEAD, at)
        length, checksum = int.from_bytes(head[:4]), int.from_bytes(head[4:])
        content = os.pread(memory, length, at + _HEAD)
        if not length or crc32(content) != checksum:
            return None
        says, _, packed = content.partition(b"\n")
        owner, version, headers = json.loads(says)
        return SharedAnswer(version, [(name, value) for name, value in headers], packed) if owner == key else None

    def write(self, key: str, answer: SharedAnswer) -> None:
        """Put the answer in the place of what is in the key's slot."""
        content = json.dumps([key, answer.version, answer.headers]).encode() + b"\n" + answer.packed
        if _HEAD + len(content) <= SIZE:
            head = len(content).to_bytes(4) + crc32(content).to_bytes(4)
            with suppress(OSError):  # no memory is left: the others render it themselves
                os.pwrite(self._memory, head + content, _slot(key) * SIZE)

    def _lock(self, slot: int) -> bool:
        """Take the lock of a slot for this process, with whose end it is released. False if another one has it."""
        try:
            fcntl.lockf(self._memory, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
        except OSError:
            return False
        return True


def _slot(key: str) -> int:
    return crc32(key.encode()) % SLOTS
