"""Security headers of every answer."""

from flask import Flask, Response

HEADERS = {
    # data: images are Pico's own arrows and ticks. Nothing else comes from elsewhere, nothing inline runs.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    # The button needs the place, the tablet needs its screen awake, and an alarm must sound.
    "Permissions-Policy": "geolocation=(self), screen-wake-lock=(self), autoplay=(self), camera=(), microphone=(), "
    "payment=(), usb=()",
    # Never no-referrer: over HTTPS the CSRF check needs the Referer.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Add HEADERS to every answer, and HSTS where cookies are Secure. Caches keep only what says so itself."""
    app.after_request(_add)
    if app.config["SESSION_COOKIE_SECURE"]:
        app.after_request(_insist_on_https)


def _add(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _insist_on_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return response
