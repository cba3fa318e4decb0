"""A gate in front of Flask for polls whose version is one statement: nothing new is said without a request to Flask."""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException

from meteor.store.database import READER, db, without_session
from meteor.web.access import allowed_roles
from meteor.web.polling import NOTHING_NEW, Reader, version_shown, versions
from meteor.web.session_cookie import SessionCookie

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

REMEMBERED, LONGEST = 10_000, 1_000
"""Number of remembered addresses with their views, and of Cookie headers with their keys; their longest length."""


class _Polled(NamedTuple):
    """A polled address: whom it admits, how its version is asked for, and the path's values."""

    admitted: frozenset[str]
    version: Callable[..., object]
    values: Mapping[str, Any]


class PollGate:
    """WSGI middleware that answers 204 to a poll whose page shows the newest version already.

    It asks, in one transaction that reads, who polls and which version they should see now, as Flask would: no version
    and no right is remembered, so an ended session and a changed right hold from their commit on. `reader` gives the
    reader of a session's key, or None for whom the gate shall not answer; `used` is told the key and roles of each
    session that it answered. Whatever else a poll is, and whatever fails here, goes on to Flask.
    """

    def __init__(
        self, app: Flask, reader: Callable[[str], Reader | None], used: Callable[[str, frozenset[str]], None]
    ) -> None:
        self._flask, self._behind = app, app.wsgi_app
        self._reader, self._used = reader, used
        self._routes = app.url_map.bind("")
        self._versions = versions(app)
        self._polled = lru_cache(REMEMBERED)(self._match)
        self._key = lru_cache(REMEMBERED)(partial(SessionCookie().key, app))
        self._failed = False
        with app.app_context():
            self._engine = db.engines[READER]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        shown = version_shown(environ["QUERY_STRING"]) if environ["REQUEST_METHOD"] == "GET" else None
        if shown and self._is_newest(shown, environ):
            start_response("204 NO CONTENT", NOTHING_NEW)
            return ()
        return self._behind(environ, start_response)

    def _is_newest(self, shown: str, environ: "WSGIEnvironment") -> bool:
        path, cookies = environ["PATH_INFO"], environ.get("HTTP_COOKIE", "")
        if len(path) > LONGEST or len(cookies) > LONGEST:
            return False
        polled = self._polled(path)
        key = self._key(cookies) if polled else ""
        if polled is None or not key:
            return False
        try:
            with without_session(self._engine):
                reader = self._reader(key)
                if reader is None or polled.admitted.isdisjoint(reader.roles):
                    return False
                newest = polled.version(reader, environ["QUERY_STRING"], **polled.values)
        except Exception:
            if not self._failed:  # once, not at each of thousands of polls
                log.exception("The poll gate cannot read versions; polls go on to Flask")
            self._failed = True
            return False
        self._failed = False
        if newest is None or str(newest) != shown:
            return False
        self._used(key, reader.roles)
        return True

    def _match(self, path: str) -> _Polled | None:
        try:
            endpoint, values = self._routes.match(path, "GET")
        except HTTPException:
            return None
        version = self._versions.get(endpoint)
        return version and _Polled(allowed_roles(self._flask, endpoint), version, values)
