"""Problem details (RFC 9457) for API clients."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import Response, current_app
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from meteor.web.language import locale

MIMETYPE = "application/problem+json"

WORDS = {
    400: (_l("Not understood"), _l("The request could not be read. Send JSON as the description says.")),
    401: (_l("Not authenticated"), _l("Send “Authorization: Bearer” with a token that is good.")),
    403: (_l("Not allowed"), _l("This client has not been given the scope that this needs.")),
    404: (_l("Not found"), _l("There is nothing at this address that this client may see.")),
    405: (_l("Method not allowed"), _l("Use one of the methods that the Allow header names.")),
    409: (_l("Conflict"), _l("This cannot be done as things stand.")),
    413: (_l("Too large"), _l("Send a shorter body.")),
    415: (_l("Not JSON"), _l("Send the body as application/json.")),
    422: (_l("Something in it is wrong"), _l("Correct the fields that “errors” names, and send it again.")),
    429: (_l("Too many requests"), _l("Wait as many seconds as Retry-After says.")),
    503: (
        _l("Cannot be stored"),
        _l("The disk is full. Send it again with the same Idempotency-Key."),
    ),
    500: (_l("Failed"), _l("Something went wrong on our side. Send it again with the same Idempotency-Key.")),
}
"""For each status a title, and what would be right."""


class Wrong(NamedTuple):
    """A field, by its path in the request ("location.latitude"), and what would be right."""

    field: str
    problem: str


class Problem(HTTPException):
    """A refusal. `detail` says what would be right; `headers` are sent with it."""

    def __init__(
        self,
        code: int,
        detail: str | None = None,
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.errors = errors
        self.headers = headers or {}


def answer(error: HTTPException) -> Response:
    """The refusal as problem details."""
    code = error.code or 500
    title, advice = WORDS.get(code, WORDS[400])
    own_words = error.description if isinstance(error, Problem) else None
    problem = {"type": "about:blank", "title": str(title), "status": code, "detail": own_words or str(advice)}
    if isinstance(error, Problem) and error.errors:
        problem["errors"] = [wrong._asdict() for wrong in error.errors]
    said = Response(current_app.json.dumps(problem), code, mimetype=MIMETYPE)
    said.headers["Content-Language"] = locale()
    for name, value in error.get_headers():
        if name != "Content-Type":  # Allow, Retry-After
            said.headers[name] = value
    if isinstance(error, Problem):
        said.headers.update(error.headers)
    return said
