"""Access to /open311: by the key of an API client, as GeoReport sends it or as a bearer token; to read also without."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import g, request
from flask_babel import gettext as _

from meteor.accounts.guesses import network
from meteor.open311.forms import says_urgent
from meteor.web import api
from meteor.web.access import EVERYONE
from meteor.web.problems import Problem
from meteor.web.throttle import limiter

View = TypeVar("View", bound=Callable[..., Any])

WRITE, READ = "hazards:write", "hazards:read"

PACE = "120 per minute"
"""Requests without a key of one network address."""


def open_to_keys(view: View) -> View:
    """Admit clients that may report hazards: 403 to all others, 429 beyond their pace unless the report is urgent.

    Reports have a pace of their own, so that a client that asks for its requests' status can still report.
    """
    cast(Any, view).allowed = frozenset({WRITE})
    cast(Any, view).admit = _admit_report
    return view


def open_with_or_without_key(view: View) -> View:
    """Admit everybody, at most PACE; a client by its key, which must be good if there is one."""
    paced: Any = limiter.limit(
        PACE, key_func=lambda: network(request.remote_addr or ""), exempt_when=lambda: bool(_key())
    )(view)
    paced.allowed = frozenset({EVERYONE})
    paced.admit = lambda: _admit(READ, WRITE) if _key() else None
    return cast(View, paced)


def client_id() -> int | None:
    """The client whose key came with the request."""
    known = g.get("caller")
    return known.id if known else None


def _admit_report() -> None:
    request.max_content_length = api.LARGEST  # before the form is read
    _admit(WRITE, kind="hazards", always=says_urgent(request.form))


def _admit(*scopes: str, kind: str = "", always: bool = False) -> None:
    request.max_content_length = api.LARGEST
    try:
        api.admit(_key(), *scopes, kind=kind, always=always)
    except Problem as refused:
        if refused.code != 401:
            raise
        words = _("Send the key of a client as api_key, or as “Authorization: Bearer”.")
        raise Problem(403, refused.description or words) from None  # the status that GeoReport names


def _key() -> str | None:
    return request.form.get("api_key") or request.args.get("api_key") or api.bearer()
