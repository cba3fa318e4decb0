"""Polled fragments: nothing new is 204, something new is the fragment with its version."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar, cast
from urllib.parse import unquote_plus

from flask import Flask, Response, make_response, request

View = TypeVar("View", bound=Callable[..., Any])

SHARED = "meteor.shared"
"""The WSGI environment's key under which a view says that its answer is for more than one reader."""

NOTHING_NEW = [("Cache-Control", "no-store")]
"""All that has to be said with a 204: it has no body that a policy could be about."""


class Reader(Protocol):
    """The user of a live session, who polls."""

    @property
    def user_id(self) -> int: ...

    @property
    def language(self) -> str: ...

    @property
    def roles(self) -> frozenset[str]: ...


class Versioned(NamedTuple):
    """A view's version as it is asked for in front of Flask, and the scope of readers who see the same of it."""

    version: Callable[..., object]
    scope: Callable[[Reader], Hashable]


def versioned(
    version: Callable[..., object], *, shared_by: Callable[[Reader], Hashable] = lambda reader: None
) -> Callable[[View], View]:
    """Say how a view's version is asked for in front of Flask (see poll_gate).

    `version` is given the reader, the query string and the path's values, and gives the version that this reader should
    see now, as the view itself does; None where the reader finds nothing there. `shared_by` says of a reader what the
    view gives to `fragment` under this name.
    """

    def name(view: View) -> View:
        cast(Any, view).versioned = Versioned(version, shared_by)
        return view

    return name


def cached(view: View) -> View:
    """Say that a view's version is the newest event's id: the poll cache answers in front of Flask (see poll_cache)."""
    cast(Any, view).cached = True
    return view


def cached_endpoints(app: Flask) -> list[str]:
    """The endpoints of all views that are `cached`."""
    return [name for name, view in app.view_functions.items() if hasattr(view, "cached")]


def versions(app: Flask) -> Mapping[str, Versioned]:
    """The versions of all views that are `versioned`, by endpoint."""
    views = app.view_functions.items()
    return {name: cast(Any, view).versioned for name, view in views if hasattr(view, "versioned")}


def version_shown(query: str) -> str | None:
    """The version that a polling page shows, from its query string."""
    return next((unquote_plus(part[2:]) for part in query.split("&") if part.startswith("v=")), None)


def unchanged(version: object) -> bool:
    """Return whether the page that polls already shows `version` (the query's `v`)."""
    return request.args.get("v") == str(version)


def fragment(version: object, render: Callable[[], str], *, shared_by: Hashable = None) -> Response:
    """204 when the page already shows `version`, else 200 with what `render` gives. Never cached on the way.

    With `shared_by` the poll cache (where the version is an int) or the poll gate may give the same answer, at the same
    version, to everybody of whom this is true too: nothing else about the reader may show in it.
    """
    response = Response(status=204) if unchanged(version) else make_response(render())
    response.headers["Cache-Control"] = "no-store"
    if shared_by is not None and response.status_code == 200:
        request.environ[SHARED] = version, shared_by
    return response
