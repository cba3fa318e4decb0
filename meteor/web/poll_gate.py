"""A gate in front of Flask for polls whose version is asked for cheaply: it gives what needs no request to Flask."""

import logging
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException

from meteor.store.database import READER, db
from meteor.store.sessionless import without_session
from meteor.web.access import allowed_roles
from meteor.web.kept_answers import KeptAnswers
from meteor.web.origin import asks_for_us
from meteor.web.polling import NOTHING_NEW, Reader, Versioned, version_shown, versions
from meteor.web.session_cookie import SessionCookie

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

REMEMBERED, LONGEST = 10_000, 1_000
"""Number of remembered addresses with their views, and of Cookie headers with their keys; their longest length."""


class _Polled(NamedTuple):
    """A polled address: whom it admits, how its version and scope are asked for, and the path's values."""

    admitted: frozenset[str]
    view: Versioned
    values: Mapping[str, Any]


class _Poll(NamedTuple):
    """A poll of a reader whom its address admits: the newest version, and the scope of readers who see the same."""

    newest: str
    scope: Hashable


class PollGate:
    """WSGI middleware that answers 204 to a poll whose page shows the newest version already.

    What a view has marked as shared (see polling) is given again to all who see the same, for as long as it is newest.
    The gate asks who polls and which version they should see now, as Flask would: no version and no right is remembered
    over a commit, so an ended session and a changed right hold from their commit on. `reader` gives the
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
        self._kept = KeptAnswers()
        self._failed = False
        with app.app_context():
            self._engine = db.engines[READER]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        shown = version_shown(environ["QUERY_STRING"]) if environ["REQUEST_METHOD"] == "GET" else None
        poll = self._poll(environ) if shown else None
        if poll is None:
            return self._behind(environ, start_response)
        if poll.newest == shown:
            start_response("204 NO CONTENT", NOTHING_NEW)
            return ()
        if poll.scope is None:
            return self._behind(environ, start_response)
        return self._kept.give(
            self._behind, environ, start_response, poll.scope, lambda version: str(version) == poll.newest
        )

    def _poll(self, environ: "WSGIEnvironment") -> _Poll | None:
        """The newest version for the reader; None where Flask has to answer."""
        path, cookies = environ["PATH_INFO"], environ.get("HTTP_COOKIE", "")
        if len(path) > LONGEST or len(cookies) > LONGEST:
            return None
        polled = self._polled(path)
        key = self._key(cookies) if polled else ""
        if polled is None or not key or not asks_for_us(self._flask, environ):
            return None
        try:
            with without_session(self._engine):
                reader = self._reader(key)
                if reader is None or polled.admitted.isdisjoint(reader.roles):
                    return None
                newest = polled.view.version(reader, environ["QUERY_STRING"], **polled.values)
        except Exception:
            if not self._failed:  # once, not at each of thousands of polls
                log.exception("The poll gate cannot read versions; polls go on to Flask")
            self._failed = True
            return None
        self._failed = False
        if newest is None:
            return None
        self._used(key, reader.roles)
        return _Poll(str(newest), polled.view.scope(reader))

    def _match(self, path: str) -> _Polled | None:
        try:
            endpoint, values = self._routes.match(path, "GET")
        except HTTPException:
            return None
        view = self._versions.get(endpoint)
        return view and _Polled(allowed_roles(self._flask, endpoint), view, values)
