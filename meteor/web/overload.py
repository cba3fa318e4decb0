"""Answers of the worker's event loop: requests that are too slow, too large or too many."""

from flask import Flask
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from meteor.web.headers import HEADERS
from meteor.web.language import COOKIE, LANGUAGES

RETRY_SECONDS = 10
BUSY = (
    _l("METEOR is busy"),
    _l("Many people are signing in. Wait ten seconds, then try again. In an emergency call 112."),
)

_REASONS = {408: "Request Timeout", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}


class Refusals:
    """The answers, made once for each language."""

    def __init__(self, app: Flask) -> None:
        # A bare application, as the benches measure it, has no pages.
        page = _busy_page if "babel" in app.extensions else (lambda app, language: b"")
        self._busy = {language: _answer(503, page(app, language)) for language in LANGUAGES}

    def answer(self, status: int, request: bytes) -> bytes:
        """The whole answer with this status (408, 431 or 503), in the language of the request's cookie."""
        if status != 503:
            return _answer(status, b"")
        asked = [each for each in LANGUAGES if f"{COOKIE}={each}".encode() in request]
        return self._busy[asked[0] if asked else LANGUAGES[0]]


def _busy_page(app: Flask, language: str) -> bytes:
    with app.test_request_context(), force_locale(language):
        title, detail = map(str, BUSY)
        # Not render_template: it would look the user up.
        return app.jinja_env.get_template("errors/failed.html").render(title=title, detail=detail).encode()


def _answer(status: int, page: bytes) -> bytes:
    fields = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(page)), "Connection": "close"}
    if status == 503:
        fields |= HEADERS | {"Cache-Control": "no-store", "Retry-After": str(RETRY_SECONDS)}
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}", *(f"{name}: {text}" for name, text in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + page
