"""Logs in production: JSON lines without personal data. Every line of a request carries its id."""

import logging
import re
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any, TextIO
from uuid import uuid4

import sqlalchemy
import structlog
from flask import Flask, Response, current_app, g, has_request_context, request

ID_HEADER = "X-Request-Id"

access = logging.getLogger("meteor.access")

_GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")
_PHONE = re.compile(r"(?<!\w)(?:\+?62|0)[\s-]?8\d(?:[\s-]?\d){6,11}(?!\w)")

_Event = MutableMapping[str, Any]


def configure() -> None:
    """Send every log of this process to standard error as JSON. Called in production only."""
    logging.getLogger().handlers = [handler()]
    for name in ("meteor", "gunicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)
    own = logging.getLogger("gunicorn.error")
    own.handlers, own.propagate = [], True


def handler(stream: TextIO | None = None) -> logging.Handler:
    """Write records to `stream` (standard error): one JSON object a line, NIKs and phone numbers masked."""
    made = logging.StreamHandler(stream)
    made.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                _add_request_id,
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

    The line names route, user id and client id. It has no address, no query, no name and no number of an incident.
    """
    app.before_request(_begin)
    app.after_request(_record)
    app.log_exception = _log_exception  # type: ignore[method-assign]


def _begin() -> None:
    given = request.headers.get(ID_HEADER, "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else uuid4().hex
    g.access_began = perf_counter()


def _record(response: Response) -> Response:
    response.headers[ID_HEADER] = g.request_id
    if access.isEnabledFor(logging.INFO):
        said = {
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "milliseconds": round((perf_counter() - g.access_began) * 1000, 1),
            "bytes": response.calculate_content_length(),
            "user_id": _key(g.get("_login_user")),
            "client_id": getattr(g.get("caller"), "id", None),
        }
        access.info("request", extra={name: value for name, value in said.items() if value is not None})
    return response


def _log_exception(exc_info: Any) -> None:
    """Log a failure by its route: Flask logs the address, which holds the secret of an invitation or a claim card."""
    route = request.url_rule.rule if request.url_rule else "no route"
    current_app.logger.error("Exception in %s %s", request.method, route, exc_info=exc_info)


def _key(user: Any) -> Any:
    """The id of a loaded user, without asking the database again after a commit."""
    state = sqlalchemy.inspect(user, raiseerr=False)
    return state.identity[0] if state is not None and state.identity else None


def _add_request_id(logger: Any, method: str, event: _Event) -> _Event:
    if has_request_context() and "request_id" in g:
        event["request_id"] = g.request_id
    return event


def _redact(logger: Any, method: str, event: _Event) -> _Event:
    for name, value in event.items():
        if isinstance(value, str) and name != "request_id":
            event[name] = _PHONE.sub("[phone]", _NIK.sub("[NIK]", value))
    return event
