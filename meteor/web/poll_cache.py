"""A cache in front of Flask for polled addresses: an unchanged poll is answered without a request to Flask."""

import logging
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from flask import Flask

from meteor.store.changes import Changes
from meteor.store.database import READER, db
from meteor.store.sessionless import without_session
from meteor.web.kept_answers import KeptAnswers
from meteor.web.origin import asks_for_us
from meteor.web.poll_gate import LONGEST, REMEMBERED
from meteor.web.polling import NOTHING_NEW, version_shown
from meteor.web.repeats import REPEATABLE, UNCHANGED, Answer
from meteor.web.session_cookie import SessionCookie

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0
"""Lifetime of cached entries: the longest delay of a change, and of the end of a session."""

Reader = tuple[frozenset[str], Hashable]
"""A reader with a live session: roles, and the scope shared by readers of the same answer."""

NOBODY: Reader = (frozenset(), None)


@dataclass
class _Known:
    """The cached state: the version, and the readers by their sessions."""

    version: int
    readers: Mapping[str, Reader]
    cookies: dict[str, tuple[str, Reader]] = field(default_factory=dict)  # by Cookie header: session key and reader


class PollCache:
    """WSGI middleware that answers polls itself where it can.

    204 when a page shows the newest version already; and an answer that a view has marked as shared (see polling), at
    that version, again to everybody who sees the same. `addresses` are the paths whose version is what `version()`
    says, a number that only grows, each with the roles that it admits; `readers()` gives the reader behind every live
    session, by its key. Both are asked in a reading transaction, once in FRESH_SECONDS at most, and not even then when
    nothing was written. `used` is told the key and roles of each session that the cache answers.
    A request that the cache is not sure of
    goes on to Flask.
    """

    def __init__(
        self,
        app: Flask,
        addresses: Mapping[str, frozenset[str]],
        version: Callable[[], int],
        readers: Callable[[], Mapping[str, Reader]],
        used: Callable[[str, frozenset[str]], None],
    ) -> None:
        self._flask, self._behind = app, app.wsgi_app
        self._addresses, self._version, self._readers = addresses, version, readers
        self._used, self._key = used, lru_cache(REMEMBERED)(partial(SessionCookie().key, app))
        self._lock = Lock()
        self._changes: Changes | None = None
        self._known: _Known | None = None
        self._asked = -FRESH_SECONDS  # monotonic seconds
        self._kept = KeptAnswers()
        with app.app_context():
            self._engine = db.engines[READER]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        admitted = self._addresses.get(environ["PATH_INFO"])
        if admitted is None or environ["REQUEST_METHOD"] != "GET" or not asks_for_us(self._flask, environ):
            return self._behind(environ, start_response)
        shown = _shown(environ["QUERY_STRING"])
        known = self._up_to_date() if shown is not None else None
        if shown is None or known is None or shown > known.version:
            return self._ask_flask(environ, start_response)
        key, (roles, sees) = self._reader(environ, known)
        if admitted.isdisjoint(roles):
            return self._ask_flask(environ, start_response)
        self._used(key, roles)
        environ[REPEATABLE] = partial(self._again, key, (roles, sees), self._kept.finder(environ, sees))
        if shown == known.version:
            start_response("204 NO CONTENT", NOTHING_NEW)
            return ()
        newest = known.version
        return self._kept.give(self._behind, environ, start_response, sees, lambda version: version >= newest)

    def close(self) -> None:
        """Let go of the database; the next poll takes hold of it again."""
        if self._changes is not None:
            self._changes.close()
        self._known = self._changes = None
        self._asked = -FRESH_SECONDS

    def _ask_flask(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._kept.ask(self._behind, environ, start_response)

    def _reader(self, environ: "WSGIEnvironment", known: _Known) -> tuple[str, Reader]:
        """The session key in the request's cookie, and the reader behind it."""
        header = environ.get("HTTP_COOKIE", "")
        found = known.cookies.get(header)
        if found is None:
            key = self._key(header) if len(header) <= LONGEST else ""
            found = known.cookies[header] = key, known.readers.get(key, NOBODY)
        return found

    def _again(
        self, key: str, reader: Reader, find: Callable[[Callable[[Any], bool]], Answer | None], version: str
    ) -> Answer | None:
        """The answer to a session whose page shows `version`, as far as it is known without asking or rendering."""
        is_fresh, known = monotonic() - self._asked < FRESH_SECONDS, self._known  # in this order: threads renew both
        if not is_fresh or known is None or known.readers.get(key) != reader or not version.isdecimal():
            return None
        newest = known.version
        answer = UNCHANGED if int(version) == newest else find(lambda kept: kept >= newest)
        if int(version) > newest or answer is None:
            return None
        self._used(key, reader[0])
        return answer

    def _up_to_date(self) -> _Known | None:
        """The cached state, read again when it is too old; None if the database does not answer."""
        if monotonic() - self._asked < FRESH_SECONDS:
            return self._known
        with self._lock:
            if monotonic() - self._asked >= FRESH_SECONDS:
                began = monotonic()
                try:
                    self._known = self._ask(self._known)
                except Exception:
                    self.close()
                    log.exception("The poll cache cannot read the version; polls go on to Flask")
                self._asked = began
            return self._known

    def _ask(self, known: _Known | None) -> _Known:
        if self._changes is None:
            self._changes = Changes(self._engine)
        if not self._changes.any() and known:
            return _Known(known.version, known.readers)
        with without_session(self._engine):
            return _Known(self._version(), self._readers())


def _shown(query: str) -> int | None:
    """The version in a query string; what is no number is left to Flask."""
    text = version_shown(query) or ""
    return int(text) if text.isdecimal() else None
