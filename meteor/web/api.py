"""Routes for API clients: tokens, scopes, and checked request bodies."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from time import time
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from flask.sansio.app import App
from flask_babel import gettext as _
from limits import RateLimitItemPerMinute
from pydantic import BaseModel, ValidationError

from meteor.store.database import reading
from meteor.store.moments import now
from meteor.store.shapes import Shape
from meteor.web.idempotency import idempotent, plain
from meteor.web.problems import Problem, field_problems
from meteor.web.throttle import limiter

View = TypeVar("View", bound=Callable[..., Any])
Answers = Mapping[int, type[BaseModel] | Mapping[str, type[BaseModel]]]

LARGEST = 64 * 1024
"""Bytes of a body."""
JSON = "application/json"


class Caller(Protocol):
    """A client that has proved who it is."""

    @property
    def id(self) -> int: ...
    @property
    def scopes(self) -> frozenset[str]: ...
    @property
    def per_minute(self) -> int: ...


class Nothing(Shape):
    """No parameters."""


def init_app(
    app: App, authenticate: Callable[[str, datetime], Caller | None], note_use: Callable[[Any, datetime], None]
) -> None:
    """Let in who `authenticate` knows by their token; `note_use` is told of it, in a transaction of its own."""
    app.extensions["api"] = (authenticate, note_use)


def exempt(app: Flask) -> None:
    """Ask no CSRF token where a bearer token is asked: a browser sends none by itself."""
    for view in app.view_functions.values():
        if hasattr(view, "admit"):
            app.extensions["csrf"].exempt(view)


def open_to_clients(scope: str) -> Callable[[View], View]:
    """Admit clients that have `scope`, by their bearer token alone: 401, 403 and 429 to all others."""

    def name(view: View) -> View:
        cast(Any, view).allowed = frozenset({scope})
        cast(Any, view).admit = lambda: admit(bearer(), scope)
        return view

    return name


def caller() -> Any:
    """The client whose request this is."""
    return g.caller


def operation(answers: Answers) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Call the view with `body` and `query`, checked by the shapes of its annotations, and send what it returns.

    That is a shape (200), an Answer or a Response. What writes is committed here, once, together with its answer.
    `answers` are the shapes of successes, by status, or by status and media type. The description takes the summary
    from the view's docstring and the parameters from its annotations.
    """

    def check(view: Callable[..., Any]) -> Callable[..., Response]:
        shapes = view.__annotations__

        @wraps(view)
        def run(**given: Any) -> Response:
            given |= _checked(shapes)
            return _sent(view(**given) if reading.get() else idempotent(f"client:{caller().id}", view, given))

        cast(Any, run).answers = {
            status: shape if isinstance(shape, Mapping) else {JSON: shape} for status, shape in answers.items()
        }
        return run

    return check


def bearer() -> str | None:
    """The token in the request's Authorization header."""
    given = request.authorization
    return given.token if given and given.type == "bearer" else None


def admit(token: str | None, *scopes: str, kind: str = "", always: bool = False) -> None:
    """Admit the client of `token` if it has one of `scopes`. Raises Problem (401, 403, 429).

    Requests of each `kind` are counted apart. With `always` none is too many; see is_over_pace.
    """
    authenticate, note_use = current_app.extensions["api"]
    known = authenticate(token, now()) if token else None
    if known is None:
        words = _("This token opens nothing: it is mistyped, has ended, or its client is disabled.") if token else None
        raise Problem(401, words, headers={"WWW-Authenticate": 'Bearer realm="METEOR"'})
    g.over_pace = _over_pace(known, f"client:{known.id}:{kind}" if kind else f"client:{known.id}")
    if g.over_pace and not always:
        raise g.over_pace
    if known.scopes.isdisjoint(scopes):
        scope = scopes[0]
        challenge = f'Bearer realm="METEOR", error="insufficient_scope", scope="{scope}"'
        words = _("This client has not been given the scope %(scope)s.", scope=scope)
        raise Problem(403, words, headers={"WWW-Authenticate": challenge})
    was = reading.set(False)
    try:
        note_use(known, now())
    finally:
        reading.reset(was)
    g.caller = known
    request.max_content_length = LARGEST


def is_over_pace() -> bool:
    """Return whether the client was admitted though it has sent too many requests in this minute."""
    return g.over_pace is not None


def _over_pace(known: Caller, whose: str) -> Problem | None:
    """Count a request; returns the refusal if it is one too many."""
    limit = RateLimitItemPerMinute(known.per_minute)
    if limiter.limiter.hit(limit, whose):
        return None
    wait = max(1, round(limiter.limiter.get_window_stats(limit, whose).reset_time - time()))
    words = _("At most %(number)d requests in a minute. Wait %(seconds)d s.", number=known.per_minute, seconds=wait)
    return Problem(429, words, headers={"Retry-After": str(wait)})


def _checked(shapes: Mapping[str, Any]) -> dict[str, BaseModel]:
    """The values that were sent, in the shapes of `query` and `body`. Raises Problem."""
    try:
        sent = {"query": shapes.get("query", Nothing).model_validate(request.args.to_dict())}
        if "body" in shapes and request.mimetype != JSON:
            raise Problem(415)
        if "body" in shapes:
            sent["body"] = shapes["body"].model_validate_json(request.get_data(), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise Problem(400, _("The body is no JSON: %(what)s", what=first["msg"])) from None
        raise Problem(422, errors=field_problems(error)) from None
    return {name: value for name, value in sent.items() if name in shapes}


def _sent(answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    status, body, location = plain(answer)
    response = Response(current_app.json.dumps(body), status, mimetype=JSON)
    if location:
        response.headers["Location"] = location
    return response
