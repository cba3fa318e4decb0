"""Security headers of every answer."""

from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response

HEADERS = {
    # data: images are what Leaflet puts in the place of pictures that it drops. Nothing else comes from elsewhere but
    # the map's pictures, where an operator has named their server; nothing inline runs. The board shows METEOR's own
    # pages in a frame, nobody else does.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'",
    # The button needs the place, the tablet needs its screen awake, and an alarm must sound.
    "Permissions-Policy": "geolocation=(self), screen-wake-lock=(self), autoplay=(self), camera=(), microphone=(), "
    "payment=(), usb=()",
    # Never no-referrer: over HTTPS the CSRF check needs the Referer.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = "Content-Security-Policy"
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Add HEADERS to every answer, and HSTS where cookies are Secure. Caches keep only what says so itself."""
    app.after_request(partial(_add, of_every_answer(app)))


def of_every_answer(app: Flask) -> dict[str, str]:
    """Headers of every answer that sets none of them itself."""
    secure = {"Strict-Transport-Security": f"max-age={YEAR}"} if app.config["SESSION_COOKIE_SECURE"] else {}
    return HEADERS | {POLICY: _policy(app.config["SETTINGS"].map_tiles), "Cache-Control": "no-store"} | secure


def _policy(tiles: str) -> str:
    """The policy with the server of the map's pictures among those that pictures may come from."""
    address = urlsplit(tiles)
    there = f" {address.scheme}://{address.netloc}" if address.netloc else ""
    return HEADERS[POLICY].replace("img-src 'self'", f"img-src 'self'{there}")


def _add(headers: dict[str, str], response: Response) -> Response:
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response
