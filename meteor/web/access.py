"""Access to routes: every view names its roles, right under its address."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, redirect, url_for
from flask_login import current_user
from htmx_flask import make_response, request
from werkzeug.exceptions import Forbidden, Unauthorized

from meteor.store.database import reading

View = TypeVar("View", bound=Callable[..., Any])

EVERYONE = "everyone"
MACHINES = ("/api/", "/track/", "/open311/")
STAYS = "Page-Stays"
FRESHNESS = "fresh_password"
"""The extension that tells whether the password was typed recently in the present session."""

BEFORE_WORK = "before_work"
"""The extension that gives the address where the signed-in user has to go before anything else, or None."""

_READS = ("GET", "HEAD", "OPTIONS")


class SignedOut(Unauthorized):
    """A form was sent without a session, or after its end."""


class PasswordNeeded(Forbidden):
    """The action is dangerous, and the password was not typed recently in this session."""


def open_to(*roles: str) -> Callable[[View], View]:
    """Admit signed-in users who have one of `roles`; every other user gets 403, the signed-out a way to sign in."""

    def name(view: View) -> View:
        cast(Any, view).allowed = frozenset(roles)
        return view

    return name


def open_to_everyone(view: View) -> View:
    """Admit anyone, signed in or not."""
    return open_to(EVERYONE)(view)


def asks_password(view: View) -> View:
    """Admit what is sent to this address only while the password was typed recently in this session."""
    cast(Any, view).asks_password = True
    return view


def before_work(view: View) -> View:
    """Admit users also while there is something that they have to do before anything else."""
    cast(Any, view).before_work = True
    return view


def by_machine() -> bool:
    """Return whether the request is for a route of machines: no page, no session, no form."""
    return request.path.startswith(MACHINES)


def wants_json() -> bool:
    """Return whether the caller would rather read JSON than a page."""
    return by_machine() or request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def init_app(app: Flask) -> None:
    """Check access before every view of `app`. A GET is given a transaction that cannot write."""
    app.before_request(_limit_to_reading)
    app.before_request(_check)
    app.teardown_request(_stop_reading)


def refuse_unnamed_routes(app: Flask) -> None:
    """Raise RuntimeError for the first route that does not say who it is for."""
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions[rule.endpoint], "allowed"):
            raise RuntimeError(f"{rule.rule} ({rule.endpoint}) does not say who it is for; see meteor.web.access")


def allowed_roles(app: Flask, endpoint: str) -> frozenset[str]:
    """The roles that `endpoint` admits, or {EVERYONE}; the scope that it asks of a client."""
    return cast(Any, app.view_functions[endpoint]).allowed


def sign_in_first() -> Response:
    """The answer to a signed-out request: a page for a person, a header for htmx, a status for a machine.

    A page that must not be left by itself polls with the header STAYS, and says that it is signed out.
    Raises SignedOut where a person sent something: what they typed should not be lost.
    """
    address = url_for("accounts.sign_in")
    if request.htmx:
        return make_response("", 401, redirect=None if STAYS in request.headers else address)
    if wants_json():
        abort(401)
    if request.method not in _READS:
        raise SignedOut
    back = {"next": request.full_path.rstrip("?")} if request.method == "GET" else {}
    return cast(Response, redirect(f"{address}?{urlencode(back)}" if back else address))


def _limit_to_reading() -> None:
    reading.set(request.method in _READS)


def _stop_reading(error: BaseException | None) -> None:
    reading.set(False)


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the 404 or 405 follows
    admit = getattr(current_app.view_functions[request.endpoint], "admit", None)
    if admit:  # it asks for something else than a session; see meteor.web.api
        admit()
        return None
    admitted = allowed_roles(current_app, request.endpoint)
    if EVERYONE in admitted:
        return None
    if not current_user.is_authenticated:
        return sign_in_first()
    if not current_user.has(*admitted):
        abort(403)
    view = current_app.view_functions[request.endpoint]
    if not getattr(view, "before_work", False) and (first := current_app.extensions[BEFORE_WORK]()):
        return _lead(first)
    if getattr(view, "asks_password", False) and _writes() and not current_app.extensions[FRESHNESS]():
        raise PasswordNeeded
    return None


def _writes() -> bool:
    return request.method not in _READS


def _lead(address: str) -> Response:
    """Lead the user elsewhere: a page, a polled part of one, or a machine, which is refused."""
    if request.htmx:
        return make_response("", 403, redirect=address)
    if wants_json():
        abort(403)
    return cast(Response, redirect(address, 303))
