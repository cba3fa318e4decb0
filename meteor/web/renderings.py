"""A fragment that many see alike: rendered once for each version, served to all."""

from collections.abc import Callable, Hashable
from threading import Lock


class Renderings:
    """The newest rendering for each key. A rendering under way is waited for, not repeated."""

    def __init__(self) -> None:
        self._newest: dict[Hashable, tuple[Hashable, str]] = {}
        self._locks: dict[Hashable, Lock] = {}

    def get(self, key: Hashable, version: Hashable, render: Callable[[], str]) -> str:
        """The result of `render` for this key and version, also of an earlier request."""
        with self._locks.setdefault(key, Lock()):
            kept, text = self._newest.get(key, (None, ""))
            if kept != version:
                text = render()
                self._newest[key] = (version, text)
            return text
