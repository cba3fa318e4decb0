"""API clients, their tokens and their administration. Every change is in the audit log."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import contains_eager

from meteor.clients.models import ApiClient, ClientToken
from meteor.store import audit
from meteor.store.database import db, reading_apart
from meteor.store.moments import WIB
from meteor.store.secrets import blind_indexes

OVERLAP = timedelta(days=7)
"""Time after a rotation in which the old token is valid too."""

NOTED_EVERY = timedelta(minutes=1)
"""Resolution of a token's last use."""


class NameTaken(Exception):
    """Another client has this name."""


class Caller(NamedTuple):
    """A client that has proved who it is. `token_used_at` is when this token was last noted as used."""

    id: int
    name: str
    scopes: frozenset[str]
    per_minute: int
    token_id: int
    token_used_at: datetime | None


def values_of(client: ApiClient) -> dict[str, Any]:
    """The editable values of a client."""
    return {"name": client.name, "scopes": sorted(client.scopes), "per_minute": client.per_minute}


def new(values: Mapping[str, Any], at: datetime, actor: Any) -> tuple[ApiClient, str]:
    """Add a client with these values (see values_of); the client and its token. Raises NameTaken."""
    client = ApiClient(created_at=at)
    save(client, values, actor)
    return client, _new_token(client, at)


def save(client: ApiClient, values: Mapping[str, Any], actor: Any) -> None:
    """Give a client these values (see values_of). Raises NameTaken."""
    namesake = db.session.scalar(select(ApiClient).where(func.lower(ApiClient.name) == values["name"].lower()))
    if namesake not in (None, client):
        raise NameTaken(values["name"])
    audit.save(client, "client", values, actor)


def rotate(client: ApiClient, overlap: timedelta, at: datetime, actor: Any) -> str:
    """Give a client a new token; those that it has end after `overlap`, or sooner if they were to end sooner."""
    for token in client.tokens:
        token.expires_at = min(token.expires_at or at + overlap, at + overlap)
    audit.record(actor, "client_token_rotated", _subject(client), overlap_hours=overlap.total_seconds() / 3600)
    return _new_token(client, at)


def revoke(token: ClientToken, at: datetime, actor: Any) -> None:
    """End a token now."""
    token.expires_at = min(token.expires_at or at, at)
    audit.record(actor, "client_token_revoked", _subject(token.client), token=token.id)


def set_active(client: ApiClient, active: bool, actor: Any) -> None:
    """Let a client in, or shut it out: while it is disabled none of its tokens is good."""
    client.active = active
    audit.record(actor, "client_enabled" if active else "client_disabled", _subject(client))


def set_webhook(client: ApiClient, url: str, newest_event: int, actor: Any) -> str:
    """Tell a client at `url` of what happens after `newest_event`, or at "" of nothing; the secret that signs it."""
    before = client.webhook_url
    client.webhook_url, client.webhook_after = url, newest_event
    client.webhook_salt = ""
    client.webhook_key = secrets.token_hex(32) if url else None
    audit.record_change(actor, "client_webhook_set", _subject(client), {"url": before}, {"url": url})
    return webhook_secret(client)


def webhook_secret(client: ApiClient) -> str:
    """The secret that signs the client's webhooks (Standard Webhooks: "whsec_" and base64)."""
    secret = client.webhook_key or _derived(client)
    return f"whsec_{base64.b64encode(bytes.fromhex(secret)).decode()}"


def keep_derived_secrets() -> int:
    """Seal the secrets that are still made from the index key, so that the key can be rotated. How many there were."""
    derived = select(ApiClient).where(ApiClient.webhook_salt != "", ApiClient.webhook_key_sealed.is_(None))
    clients = db.session.scalars(derived.with_for_update()).all()
    for client in clients:
        client.webhook_key = _derived(client)
    return len(clients)


def _derived(client: ApiClient) -> str:
    """The secret made from the index key, the oldest: since a rotation every secret is sealed."""
    return blind_indexes(client.webhook_salt, f"api_clients.webhook:{client.id}")[-1]


def authenticate(token: str, at: datetime) -> Caller | None:
    """The client of a valid token, read outside of the request's transaction."""
    good = (
        select(ClientToken)
        .join(ClientToken.client)
        .options(contains_eager(ClientToken.client))
        .where(
            ClientToken.digest == _digest(token),
            or_(ClientToken.expires_at.is_(None), ClientToken.expires_at > at),
            ApiClient.active,
        )
    )
    with reading_apart() as session:
        found = session.scalar(good)
        if found is None:
            return None
        client = found.client
        return Caller(client.id, client.name, frozenset(client.scopes), client.per_minute, found.id, found.last_used_at)


def note_use(caller: Caller, at: datetime) -> None:
    """Record that a token is used, once in NOTED_EVERY, in a transaction of its own: a GET cannot write.

    The first use on each day of WIB is also in the audit log.
    """
    before = caller.token_used_at
    if before and at - before < NOTED_EVERY:
        return
    unchanged = ClientToken.last_used_at.is_not_distinct_from(before)
    noted = update(ClientToken).where(ClientToken.id == caller.token_id, unchanged).values(last_used_at=at)
    with db.engine.begin() as connection:
        first = connection.execute(noted).rowcount == 1
        if first and (before is None or _day(before) != _day(at)):
            detail = {"client": caller.name, "token": caller.token_id}
            audit.record_apart(None, "client_token_used", f"api_clients:{caller.id}", connection, **detail)


def _new_token(client: ApiClient, at: datetime) -> str:
    token = f"meteor_{secrets.token_urlsafe(32)}"
    client.tokens.append(ClientToken(digest=_digest(token), created_at=at))
    db.session.flush()
    return token


def _day(at: datetime) -> date:
    return at.astimezone(WIB).date()


def _digest(token: str) -> str:
    # A fast hash is enough: a token is 256 random bits, and nobody guesses those.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _subject(client: ApiClient) -> str:
    return f"api_clients:{client.id}"
