"""A fragment that many see alike: rendered once for each version, served to all."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class Renderings:
    """The newest rendering for each key. A rendering under way is waited for, not repeated.

    The one that was asked for longest ago goes when there are more than `most`.
    """

    def __init__(self, most: int = 100) -> None:
        self._most = most
        self._newest: OrderedDict[Hashable, tuple[object, str]] = OrderedDict()
        self._locks: dict[Hashable, Lock] = {}

    def get(self, key: Hashable, version: object, render: Callable[[], str]) -> str:
        """The result of `render` for this key and version, also of an earlier request."""
        with self._locks.setdefault(key, Lock()):
            kept, text = self._newest.pop(key, (None, ""))
            if kept != version:
                text = render()
            self._newest[key] = (version, text)  # the last one now
        self._forget()
        return text

    def has(self, key: Hashable, version: object) -> bool:
        """Whether this version is rendered already."""
        kept = self._newest.get(key)
        return kept is not None and kept[0] == version

    def _forget(self) -> None:
        while len(self._newest) > self._most:
            oldest, _ = self._newest.popitem(last=False)
            self._locks.pop(oldest, None)
