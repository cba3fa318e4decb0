"""Logs in production: JSON lines without personal data. Every line of a request carries its id."""

import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any, NamedTuple, TextIO
from uuid import uuid4

import sqlalchemy
import structlog
from flask import Flask, Response, current_app, g, has_request_context, request

ID_HEADER = "X-Request-Id"

access = logging.getLogger("meteor.access")

_GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_NIK = re.compile(r"(?<!\d)(?<!\d[.])\d(?:[ -]?\d){15}(?!\d)")
_PHONE = re.compile(
    r"""(?<![0-9A-Za-z])(?<!\d[.])(?!\d{1,3}(?:[.]\d{1,3}){3}(?!\d))  # no part of a word, a fraction or an IP address
    (?: (?:(?:[+]|%2B)?62|0)[\s().-]{0,2}8\d(?:[\s().-]{0,2}\d){6,11}  # a mobile phone
      | (?:(?:[+]|%2B)62[\s()-]{0,2}|0)[2-79]\d{1,2}[\s()-]{0,2}\d{3,4}[\s-]?\d{3,4}  # area code and number
      | (?:[+]|%2B)[1-9]\d{7,14}  # a phone abroad
    )(?!\w)""",
    re.VERBOSE,
)

_Event = MutableMapping[str, Any]

MEASURE = "measure_request"
"""The extension that is told endpoint, method, status and seconds of each request."""


class RequestStart(NamedTuple):
    """A request: its endpoint and route, if it has any, and when it began (perf_counter)."""

    endpoint: str | None
    method: str
    route: str | None
    began: float


def configure() -> None:
    """Send every log of this process to standard error as JSON. Called in production only."""
    logging.getLogger().handlers = [handler()]
    for name in ("meteor", "gunicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)
    own = logging.getLogger("gunicorn.error")
    own.handlers, own.propagate = [], True
    logging.captureWarnings(True)
    sys.excepthook = lambda *raised: logging.critical("The process ends", exc_info=raised)
    threading.excepthook = lambda of: logging.error("A thread ended", exc_info=of.exc_value)


def handler(stream: TextIO | None = None) -> logging.Handler:
    """Write records to `stream` (standard error): one JSON object a line, NIKs and phone numbers redacted."""
    made = logging.StreamHandler(stream)
    made.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                _add_request,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    return made


def init_app(app: Flask) -> None:
    """Give each request an id and, when it is answered, a line in the access log.

    The line has no address, no query, no name and no number of an incident.
    """
    app.before_request(_begin)
    app.after_request(_end)
    app.log_exception = _log_exception  # type: ignore[method-assign]


def request_id(given: str) -> str:
    """The id of a request: the one that it was given, if it can be one, else a new one, without digits to redact."""
    return given if _GIVEN_ID.fullmatch(given) and given == redacted(given) else uuid4().hex.translate(_LETTERS)


def record(app: Flask, start: RequestStart, status: int, size: int | None, **whose: Any) -> None:
    """Write the log line of an answered request, and measure its duration."""
    seconds = perf_counter() - start.began
    if start.endpoint and (measure := app.extensions.get(MEASURE)):
        measure(start.endpoint, start.method, status, seconds)
    if access.isEnabledFor(logging.INFO):
        said = {
            "method": start.method, "route": start.route, "status": status, "milliseconds": round(seconds * 1000, 1),
            "bytes": size, **whose,
        }  # fmt: skip
        access.info("request", extra={name: value for name, value in said.items() if value is not None})


def _begin() -> None:
    g.request_id = request_id(request.headers.get(ID_HEADER, ""))
    g.access_began = perf_counter()


def _end(response: Response) -> Response:
    response.headers[ID_HEADER] = g.request_id
    route = request.url_rule.rule if request.url_rule else None
    start = RequestStart(request.endpoint, request.method, route, g.access_began)
    record(current_app, start, response.status_code, response.calculate_content_length())
    return response


def _log_exception(exc_info: Any) -> None:
    """Log a failure by its route: Flask logs the address, which holds the secret of an invitation or a claim card."""
    route = request.url_rule.rule if request.url_rule else "no route"
    current_app.logger.error("Exception in %s %s", request.method, route, exc_info=exc_info)


def _key(user: Any) -> Any:
    """The id of a loaded user, without asking the database again after a commit."""
    state = sqlalchemy.inspect(user, raiseerr=False)
    return state.identity[0] if state is not None and state.identity else None


def _add_request(logger: Any, method: str, event: _Event) -> _Event:
    """Add whose request it is that the line is written in."""
    if has_request_context() and "request_id" in g:
        event["request_id"] = g.request_id
        whose = {"user_id": _key(g.get("_login_user")), "client_id": getattr(g.get("caller"), "id", None)}
        event.update({name: value for name, value in whose.items() if value is not None})
    return event


def _redact(logger: Any, method: str, event: _Event) -> _Event:
    return {name: value if name == "request_id" else redacted(value) for name, value in event.items()}


def redacted(value: Any) -> Any:
    """The value without NIKs and phone numbers, at any depth. An object that JSON does not know becomes its text."""
    if isinstance(value, dict):
        return {redacted(name): redacted(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted(each) for each in value]
    text = value if isinstance(value, str) else repr(value)
    clean = _PHONE.sub("[phone]", _NIK.sub("[NIK]", text))
    return value if clean == text and isinstance(value, int | float | None) else clean
