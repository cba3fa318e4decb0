"""Records the use of sessions, after each request and for the poll cache."""

import logging
from collections.abc import Collection
from threading import Thread

from flask import Flask, Response, current_app, g
from htmx_flask import request

from meteor.accounts import blueprint, sessions
from meteor.accounts.models import User
from meteor.accounts.seen import seen
from meteor.accounts.session_lifetimes import needs_clicks
from meteor.web import device_cookie

log = logging.getLogger(__name__)


def note(app: Flask, key: str) -> None:
    """Note that a session is in use. A thread writes it down: the request does not wait for the right to write."""
    keys = seen.note(key)
    if keys:
        Thread(target=_write, args=[app, keys], daemon=True).start()


def note_poll(app: Flask, key: str, roles: Collection[str]) -> None:
    """Note that a page polls, which keeps an administrator's session in use no longer."""
    if not needs_clicks(roles):
        note(app, key)


@blueprint.after_app_request
def _note(response: Response) -> Response:
    if response.status_code >= 500:
        return response  # nothing is asked of a database that may be what failed
    user = g.get("_login_user")
    if isinstance(user, User) and not _by_itself():
        device_cookie.renew(response)
    if isinstance(user, User) and user.session_key and not (_by_itself() and needs_clicks(user.role_names)):
        note(current_app._get_current_object(), user.session_key)  # type: ignore[attr-defined]
    return response


def _by_itself() -> bool:
    """Return whether the page asks by itself, as polls do, and views that set `g.by_itself`.

    An unattended page keeps an admin's session in use no longer.
    """
    return bool(g.get("by_itself") or (request.method == "GET" and request.htmx))


def _write(app: Flask, keys: set[str]) -> None:
    try:
        with app.app_context():
            sessions.write_seen(keys)
    except Exception:
        log.exception("The last use of %s sessions was not written", len(keys))
