"""Polled fragments: nothing new is 204, something new is the fragment with its version."""

from collections.abc import Callable

from flask import Response, make_response, request


def unchanged(version: object) -> bool:
    """Whether the page that polls already shows `version` (the query's `v`)."""
    return request.args.get("v") == str(version)


def fragment(version: object, render: Callable[[], str]) -> Response:
    """204 when the page already shows `version`, else 200 with what `render` gives. Never cached on the way."""
    response = Response(status=204) if unchanged(version) else make_response(render())
    response.headers["Cache-Control"] = "no-store"
    return response
