"""Challenges for passkeys. One waits in the browser's session cookie, signed, for what it was made for alone."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeSerializer

from meteor.accounts.passkeys import Challenge, Site
from meteor.store.moments import now

LASTS = timedelta(minutes=5)
_NAME = "passkey"


def create(purpose: str) -> Challenge:
    """A new challenge for a purpose, such as "step:7"; an earlier one ends."""
    made = Challenge(secrets.token_bytes(32), now())
    session[_NAME] = _serializer().dumps([made.value.hex(), purpose, made.at.isoformat()])
    return made


def pop(purpose: str) -> Challenge | None:
    """The challenge that was made for this purpose in this browser a short time ago. It is gone afterwards."""
    try:
        value, was_for, at = _serializer().loads(session.pop(_NAME, ""))
        made = Challenge(bytes.fromhex(value), datetime.fromisoformat(at))
    except (BadData, ValueError, TypeError):
        return None
    return made if was_for == purpose and timedelta(0) <= now() - made.at <= LASTS else None


def site() -> Site:
    """The site of the present request, as its proxy names it."""
    return Site(request.host.partition(":")[0], request.host_url.rstrip("/"))


def _serializer() -> URLSafeSerializer:
    keys: list[Any] = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]  # the last one signs
    return URLSafeSerializer(keys, salt="passkey")
