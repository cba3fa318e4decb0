"""The device cookie: names a browser for years, and the users who have signed in on it.

It opens nothing by itself: where staff chose so it replaces the second factor, never the password.
"""

import secrets
from typing import NamedTuple

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from meteor.store.moments import now

NAME = "meteor_device"
MAX_AGE = 400 * 24 * 3600
MOST_USERS = 10


class Device(NamedTuple):
    """A browser's random name, and the ids of its users, the latest first. Without a cookie both are empty."""

    name: str
    users: tuple[int, ...]


def device() -> Device:
    """The device of the present request."""
    return _read()[0]


def remember(user_id: int) -> str:
    """Let the answer say that this user has signed in on the device. Returns the device's name."""
    name, users = device()
    return _keep(name, (user_id, *(user for user in users if user != user_id))[:MOST_USERS])


def name_device() -> None:
    """Let the answer give the browser its name, if it has none yet."""
    if not device().name:
        _keep("", ())


def renew(response: Response) -> None:
    """Renew the cookie once a month, since a session that is in use can last longer than the cookie."""
    here, month = _read()
    is_set = any(cookie.startswith(f"{NAME}=") for cookie in response.headers.getlist("Set-Cookie"))
    if here.name and month != _month() and not is_set:
        _set(response, here)


def _keep(name: str, users: tuple[int, ...]) -> str:
    here = Device(name or secrets.token_urlsafe(12), users)

    @after_this_request
    def _on(response: Response) -> Response:
        _set(response, here)
        return response

    return here.name


def _set(response: Response, here: Device) -> None:
    response.set_cookie(
        NAME, _serializer().dumps([here.name, here.users, _month()]), max_age=MAX_AGE, httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip


def _read() -> tuple[Device, str]:
    """The device of the present request, and the month in which its cookie was set (empty in older cookies)."""
    try:
        name, users, *month = _serializer().loads(request.cookies.get(NAME, ""))
        return Device(str(name), tuple(users)), str(*month)
    except (BadSignature, ValueError, TypeError):
        return Device("", ()), ""


def _month() -> str:
    return f"{now():%Y-%m}"


def _serializer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]  # the last one signs
    return URLSafeSerializer(keys, salt="device")
