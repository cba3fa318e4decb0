"""Tokens of links that open a page without an account: a UUID, signed with the secret key. They cannot be guessed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any
from uuid import UUID

from flask import current_app, request
from itsdangerous import BadSignature, Signer


def token_for(subject: UUID, kind: str) -> str:
    """Return the token of a link of this kind, such as "follow"."""
    return _signer(kind).sign(urlsafe_b64encode(subject.bytes).rstrip(b"=")).decode()


def subject_of(token: str, kind: str) -> UUID | None:
    """Return the UUID that the token was made for; None if it is not one of ours, of this kind."""
    try:
        return UUID(bytes=urlsafe_b64decode(_signer(kind).unsign(token) + b"=="))
    except (BadSignature, Error, ValueError):
        return None


def token_asked_for() -> str:
    """Return the `token` in the address of the request: what is limited for each link."""
    return str((request.view_args or {})["token"])


def _signer(kind: str) -> Signer:
    keys: list[Any] = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]  # the last one signs
    return Signer(keys, salt=kind)
