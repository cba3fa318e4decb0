"""Problem details (RFC 9457) for API clients, with every wrong field in the requested language."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Response, current_app, request
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from meteor.store.shapes import Shape
from meteor.web.language import locale

MIMETYPE = "application/problem+json"

REFUSALS = "refusals"
"""The extension that holds functions from an error to its answer, by the beginning of their addresses."""

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
    503: (_l("Cannot be stored"), _l("The disk is full. Send it again with the same Idempotency-Key.")),
    500: (_l("Failed"), _l("Something went wrong on our side. Send it again with the same Idempotency-Key.")),
}
"""Title and advice for each status."""

FIELD_WORDS = {
    kind: words
    for kinds, words in (
        ("missing", _l("This field must be there.")),
        ("extra_forbidden", _l("There is no such field. Leave it out.")),
        ("model_type model_attributes_type", _l("Give an object.")),
        ("string_type", _l("Give a text.")),
        ("string_too_short", _l("Give at least %(min_length)d characters.")),
        ("string_too_long", _l("Give at most %(max_length)d characters.")),
        ("string_pattern_mismatch", _l("Give a text of this form: %(pattern)s")),
        ("float_type float_parsing finite_number", _l("Give a number.")),
        ("int_type int_parsing int_from_float", _l("Give a whole number.")),
        ("bool_type", _l("Give true or false.")),
        ("greater_than_equal", _l("Give at least %(ge)s.")),
        ("greater_than", _l("Give more than %(gt)s.")),
        ("less_than_equal", _l("Give at most %(le)s.")),
        ("literal_error", _l("Give one of: %(expected)s.")),
        ("uuid_type uuid_parsing", _l("Give a UUID.")),
        (
            "datetime_type datetime_parsing datetime_from_date_parsing datetime_object_invalid timezone_aware",
            _l("Give a time with its zone, such as 2026-11-24T14:03:05+07:00."),
        ),
        ("far_time", _l("Give a time between 1970 and 2200.")),
    )
    for kind in kinds.split()
}
"""Advice for each kind of pydantic's errors, with the names that its context gives."""


class FieldProblem(Shape):
    """A field by its path, and what would be right."""

    field: str
    problem: str


class ProblemDetails(Shape):
    """Problem details (RFC 9457), in Indonesian, or in English where Accept-Language prefers it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


class Problem(HTTPException):
    """A refusal. `detail` says what would be right; `headers` are sent with it."""

    def __init__(
        self,
        code: int,
        detail: str | None = None,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.errors, self.headers = code, errors, headers or {}

    def get_headers(self, *of: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*of), *self.headers.items()]


def wrong_field(name: str, words: str) -> Problem:
    """The refusal of one field."""
    return Problem(422, errors=[FieldProblem(field=name, problem=words)])


def answer(error: HTTPException) -> Response:
    """The refusal as problem details, in a client's language; in another shape where a package has one (REFUSALS)."""
    for beginning, answer_of in current_app.extensions.get(REFUSALS, {}).items():
        if request.path.startswith(beginning):
            return cast(Response, answer_of(error))
    code = error.code or 500
    title, advice = WORDS.get(code, WORDS[400])
    own = error if isinstance(error, Problem) else Problem(code)
    said = details(code, str(title), own.description or str(advice), own.errors)
    said.headers["Content-Language"] = locale()
    return said


def details(code: int, title: str, detail: str, errors: Sequence[FieldProblem] = ()) -> Response:
    """Problem details with these texts."""
    said = ProblemDetails(type="about:blank", title=title, status=code, detail=detail, errors=[*errors] or None)
    return Response(current_app.json.dumps(said.model_dump(exclude_none=True)), code, mimetype=MIMETYPE)


def field_problems(error: ValidationError) -> list[FieldProblem]:
    """Every field that is wrong; an error of the whole stands under the field "body"."""
    return [
        FieldProblem(field=".".join(map(str, one["loc"])) or "body", problem=_field_words(one))
        for one in error.errors(include_url=False)
    ]


def _field_words(one: Any) -> str:
    words = FIELD_WORDS.get(one["type"])
    return str(words) % one.get("ctx", {}) if words else str(one["msg"])
