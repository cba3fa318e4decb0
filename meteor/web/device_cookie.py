"""The device cookie: names a browser for years, and the users who have signed in on it.

It opens nothing by itself: where staff chose so it replaces the second factor, never the password.
"""

import secrets
from typing import NamedTuple

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

NAME = "meteor_device"
MAX_AGE = 400 * 24 * 3600
MOST_USERS = 10


class Device(NamedTuple):
    """A browser's random name, and the ids of its users, the latest first. Without a cookie both are empty."""

    name: str
    users: tuple[int, ...]


def device() -> Device:
    """The device of the present request."""
    try:
        name, users = _serializer().loads(request.cookies.get(NAME, ""))
    except (BadSignature, ValueError, TypeError):
        return Device("", ())
    return Device(str(name), tuple(users))


def remember(user_id: int) -> str:
    """Let the answer say that this user has signed in on the device. Returns the device's name."""
    name, users = device()
    return _keep(name, (user_id, *(user for user in users if user != user_id))[:MOST_USERS])


def name_device() -> None:
    """Let the answer give the browser its name, if it has none yet."""
    if not device().name:
        _keep("", ())


def _keep(name: str, users: tuple[int, ...]) -> str:
    name = name or secrets.token_urlsafe(12)
    cookie = _serializer().dumps([name, users])

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            NAME, cookie, max_age=MAX_AGE, httponly=True, samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
        return response

    return name


def _serializer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]  # the last one signs
    return URLSafeSerializer(keys, salt="device")
