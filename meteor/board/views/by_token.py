"""Pages of the command centre for screens and machines that nobody signs in at: a token opens them."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import abort, request

from meteor.clients.rules import Caller, authenticate, note_use
from meteor.store.moments import now

View = TypeVar("View", bound=Callable[..., Any])

SCOPE = "board:read"
"""The scope that an API client needs."""


def open_by_token(view: View) -> View:
    """Admit clients by the token in the query alone (see `admit`): no session opens the view."""
    cast(Any, view).allowed = frozenset({SCOPE})
    cast(Any, view).admit = admit
    return view


def admit() -> Caller:
    """The API client whose token stands in the query's `token`; 404 without one, or without SCOPE."""
    at = now()
    caller = authenticate(request.args.get("token", "")[:200], at)
    if caller is None or SCOPE not in caller.scopes:
        abort(404)
    note_use(caller, at)
    return caller
