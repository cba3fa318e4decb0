"""Polled fragments: nothing new is 204, something new is the fragment with its version."""

from collections.abc import Callable, Hashable

from flask import Response, make_response, request

SHARED = "meteor.shared"
"""The WSGI environment's key under which a view says that its answer is for more than one reader."""


def unchanged(version: object) -> bool:
    """Whether the page that polls already shows `version` (the query's `v`)."""
    return request.args.get("v") == str(version)


def fragment(version: object, render: Callable[[], str], *, shared_by: Hashable = None) -> Response:
    """204 when the page already shows `version`, else 200 with what `render` gives. Never cached on the way.

    With `shared_by` the poll cache may give the same answer, at the same version (an int), to everybody of whom
    this is true too: nothing else about the reader may show in it.
    """
    response = Response(status=204) if unchanged(version) else make_response(render())
    response.headers["Cache-Control"] = "no-store"
    if shared_by is not None and response.status_code == 200:
        request.environ[SHARED] = version, shared_by
    return response
