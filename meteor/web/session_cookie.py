"""The session cookie, in which no clock decides: a session ends by its row in the database."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature
from werkzeug.http import parse_cookie

MAX_AGE = 400 * 24 * 3600
"""Seconds for which a browser keeps the cookie: as long as browsers keep any."""


class SessionCookie(SecureCookieSessionInterface):
    """Reads the signature and not the time in it; gives the browser a duration (Max-Age), not only a moment.

    Flask's own refuses a cookie that was made at a later moment than now: a server's clock that is set back would
    sign everyone out. A moment of expiry alone, if it is past, would make browsers delete the cookie.
    """

    def read(self, app: Flask, cookie: str | None) -> SecureCookieSession:
        """The session in a cookie's value; an empty one if it is missing or was not signed by us."""
        serializer = self.get_signing_serializer(app)
        if not cookie or serializer is None:
            return self.session_class()
        try:
            return self.session_class(serializer.loads(cookie))
        except BadSignature:
            return self.session_class()

    def key(self, app: Flask, header: str) -> str:
        """The key of the session that a Cookie header names; empty if it names none, or was not signed by us."""
        return str(self.read(app, parse_cookie(header).get(self.get_cookie_name(app))).get("_user_id", ""))

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        return self.read(app, request.cookies.get(self.get_cookie_name(app)))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        if not session:
            if session.modified:
                response.delete_cookie(self.get_cookie_name(app))
            return
        serializer = self.get_signing_serializer(app)
        if serializer is not None and self.should_set_cookie(app, session):
            response.set_cookie(
                self.get_cookie_name(app), serializer.dumps(dict(session)),
                max_age=MAX_AGE if session.permanent else None, secure=self.get_cookie_secure(app), httponly=True,
                samesite=self.get_cookie_samesite(app), path=self.get_cookie_path(app),
            )  # fmt: skip


def init_app(app: Flask) -> None:
    """Keep the sessions of `app` in this cookie."""
    app.config.update(
        SESSION_COOKIE_NAME="meteor",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["SETTINGS"].production,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.session_interface = SessionCookie()
