"""A gate in front of Flask for the addresses that are polled: nothing new costs nearly nothing."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.http import parse_cookie

from meteor.store.changes import Changes
from meteor.store.database import db, reading

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0
"""For so long what the gate knows is good: a change shows, and an ended session stops, that much later at most."""

NOTHING_NEW = [("Cache-Control", "no-store")]
"""All that has to be said with a 204: it has no body that a policy could be about."""

NOBODY: frozenset[str] = frozenset()


@dataclass
class _Known:
    """What the gate knew `at` a moment (monotonic seconds): the version, and each live session's roles."""

    at: float
    version: str
    sessions: Mapping[str, frozenset[str]]
    cookies: dict[str, frozenset[str]] = field(default_factory=dict)  # by Cookie header, as they were looked at


class PollGate:
    """WSGI middleware that answers 204 itself when a page polls with the version that is still the newest.

    `addresses` are the paths whose version is what `version()` says, each with the roles that it admits;
    `sessions()` gives the roles of every session that may be answered, by the user id in its cookie. Both are asked in
    a reading transaction, once in FRESH_SECONDS at most, and not even then when nothing was written. Whatever the gate
    is not sure of goes on to Flask: another version, another method, a cookie that it does not know or cannot read.
    """

    def __init__(
        self,
        app: Flask,
        addresses: Mapping[str, frozenset[str]],
        version: Callable[[], object],
        sessions: Callable[[], Mapping[str, frozenset[str]]],
    ) -> None:
        self._flask, self._behind = app, app.wsgi_app
        self._addresses, self._version, self._sessions = addresses, version, sessions
        self._serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        self._lock = Lock()
        self._changes: Changes | None = None
        self._known: _Known | None = None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        admitted = self._addresses.get(environ["PATH_INFO"])
        if admitted and environ["REQUEST_METHOD"] == "GET" and self._is_old_news(environ, admitted):
            start_response("204 NO CONTENT", NOTHING_NEW)
            return ()
        return self._behind(environ, start_response)

    def _is_old_news(self, environ: "WSGIEnvironment", admitted: frozenset[str]) -> bool:
        shown = _shown(environ["QUERY_STRING"])
        known = self._up_to_date() if shown else None
        if known is None or shown != known.version:
            return False
        cookie = environ.get("HTTP_COOKIE", "")
        roles = known.cookies.get(cookie)
        if roles is None:
            roles = known.cookies[cookie] = known.sessions.get(self._session_id(cookie), NOBODY)
        return not admitted.isdisjoint(roles)

    def _up_to_date(self) -> _Known | None:
        """What is known, asked anew when it is too old; None when that cannot be done."""
        known = self._known
        if known and monotonic() - known.at < FRESH_SECONDS:
            return known
        with self._lock:
            known = self._known
            if known and monotonic() - known.at < FRESH_SECONDS:
                return known
            try:
                self._known = self._ask(known)
            except Exception:
                self._known = self._changes = None
                log.exception("The gate cannot see what is new; all polls go on to Flask")
            return self._known

    def _ask(self, known: _Known | None) -> _Known:
        at = monotonic()
        with self._flask.app_context():
            if self._changes is None:
                self._changes = Changes(db.engine)
            if not self._changes.any() and known:
                return _Known(at, known.version, known.sessions)
            was = reading.set(True)
            try:
                return _Known(at, str(self._version()), self._sessions())
            finally:
                db.session.remove()
                reading.reset(was)

    def _session_id(self, header: str) -> str:
        cookie = parse_cookie(header).get(self._flask.config["SESSION_COOKIE_NAME"])
        if not cookie or self._serializer is None:
            return ""
        try:
            session = self._serializer.loads(
                cookie, max_age=int(self._flask.permanent_session_lifetime.total_seconds())
            )
        except BadSignature:
            return ""
        return str(session.get("_user_id", ""))


def _shown(query: str) -> str:
    """The version in a query string, as Flask would read it, or nothing. A version has nothing to be decoded."""
    return next((part[2:] for part in query.split("&") if part.startswith("v=")), "")
