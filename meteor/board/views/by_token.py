"""Pages of the command centre for screens and machines that nobody signs in at: a token opens them."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import abort, request

from meteor.clients.rules import authenticate, note_use
from meteor.store.moments import now

View = TypeVar("View", bound=Callable[..., Any])


def open_by_token(scope: str) -> Callable[[View], View]:
    """Admit clients with `scope` by the token in the query alone: no session opens the view."""

    def name(view: View) -> View:
        cast(Any, view).allowed = frozenset({scope})
        cast(Any, view).admit = lambda: _admit(scope)
        return view

    return name


def _admit(scope: str) -> None:
    """Note the use of the token in the query; 404 without one, or if its client lacks the scope."""
    at = now()
    caller = authenticate(request.args.get("token", "")[:200], at)
    if caller is None or scope not in caller.scopes:
        abort(404)
    note_use(caller, at)
