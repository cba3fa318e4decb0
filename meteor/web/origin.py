"""Checks of a request's origin: a page of METEOR, or another site. METEOR's own address."""

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, request
from flask.typing import RouteCallable
from flask_babel import gettext as _
from werkzeug.datastructures import Headers
from werkzeug.sansio.utils import host_is_trusted

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_trusted = lru_cache(100)(host_is_trusted)


def exempt(blueprint: Blueprint, press: RouteCallable) -> None:
    """Ask a press for no CSRF token: it may wait in the phone for longer than any session's token lives.

    The view calls `refuse_foreign` instead.
    """
    blueprint.record(lambda state: state.app.extensions["csrf"].exempt(press))


def refuse_foreign() -> None:
    """Abort a request from another site's page with 403."""
    if not is_our_own(request.headers, request.host_url):
        abort(403, _("This press came from another site. Open METEOR yourself and press there."))


def is_our_own(headers: Headers, our_address: str) -> bool:
    """Return whether a POST to `our_address` comes from a page of METEOR, by the browser's headers.

    Sec-Fetch-Site, or Origin, or Referer, whichever there is. Every browser says one of them with a POST from another
    site; what says none is no browser, and holds the session by right.
    """
    site = headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = headers.get("Origin") or headers.get("Referer")
    return origin is None or urlsplit(origin)[:2] == urlsplit(our_address)[:2]


def asks_for_us(app: Flask, environ: "WSGIEnvironment") -> bool:
    """Return whether a request names a host that `app` answers.

    Gates in front of Flask leave it all others. In production the proxy names the host, also to a gate that stands in
    front of ProxyFix.
    """
    forwarded = environ.get("HTTP_X_FORWARDED_HOST", "") if app.config["SETTINGS"].production else ""
    host = forwarded.rpartition(",")[2].strip() or environ.get("HTTP_HOST", "")
    return _trusted(host, tuple(app.config["TRUSTED_HOSTS"] or ()))


def site_address() -> str:
    """Return the address by which METEOR names itself to others, without a slash at its end."""
    return current_app.config["SETTINGS"].site_url or request.host_url.rstrip("/")
