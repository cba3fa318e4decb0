"""A fragment that many see alike: rendered once for each version, served to all."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock


class Renderings:
    """The newest rendering for each key. A rendering under way is waited for, not repeated.

    The one that was asked for longest ago goes when there are more than `most`.
    """

    def __init__(self, most: int = 100) -> None:
        self._most = most
        self._newest: OrderedDict[Hashable, tuple[object, str]] = OrderedDict()
        self._rendering: dict[Hashable, tuple[Lock, int]] = {}  # with how many hold it or wait for it
        self._bookkeeping = Lock()

    def get(self, key: Hashable, version: object, render: Callable[[], str]) -> str:
        """The result of `render` for this key and version, also of an earlier request."""
        text = self.known(key, version)
        if text is not None:
            return text
        with self._alone(key):
            text = self.known(key, version)
            if text is None:
                text = render()
                self._keep(key, version, text)
            return text

    def known(self, key: Hashable, version: object) -> str | None:
        """The result of an earlier request for this key and version, if it is kept."""
        with self._bookkeeping:
            kept = self._newest.get(key)
            if kept is None or kept[0] != version:
                return None
            self._newest.move_to_end(key)
            return kept[1]

    def _keep(self, key: Hashable, version: object, text: str) -> None:
        with self._bookkeeping:
            self._newest[key] = version, text
            self._newest.move_to_end(key)
            if len(self._newest) > self._most:
                self._newest.popitem(last=False)

    @contextmanager
    def _alone(self, key: Hashable) -> Iterator[None]:
        """Wait until no other thread renders this key. The lock goes with the last one who needs it."""
        with self._bookkeeping:
            lock, users = self._rendering.get(key) or (Lock(), 0)
            self._rendering[key] = lock, users + 1
        try:
            with lock:
                yield
        finally:
            with self._bookkeeping:
                _, users = self._rendering.pop(key)
                if users > 1:
                    self._rendering[key] = lock, users - 1
