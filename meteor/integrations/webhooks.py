"""Webhooks about incidents and alarms: each change is sent once, signed, and retried until accepted.

Signed as in Standard Webhooks: `webhook-signature` is "v1," and the base64 of the HMAC-SHA256, under the client's
secret, of `webhook-id`, `webhook-timestamp` (seconds since 1970) and the body with dots between them.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from meteor.clients.models import ApiClient
from meteor.clients.rules import set_webhook, webhook_secret
from meteor.incidents import timeline
from meteor.incidents.models import Event, Incident
from meteor.integrations import alarms, rules
from meteor.integrations.models import SentStatus
from meteor.store import audit, outbox, outgoing
from meteor.store.database import db, only_reading
from meteor.store.models import OutboxItem
from meteor.store.moments import now

TOPIC = "webhook"
NEEDED = "incidents:read"


def listen(client: ApiClient, url: str, actor: Any) -> str:
    """Set the client's webhook to `url`, or to none with "". Returns the signing secret."""
    for incident in db.session.scalars(_seen_by(client).where(Incident.is_open)).unique():
        db.session.merge(SentStatus(client_id=client.id, incident_id=incident.id, status=incident.status))
    return set_webhook(client, url, timeline.version(), actor)


def gather(at: datetime) -> None:
    """Put messages about changes since the last turn into the outbox, for each client."""
    newest = timeline.version()
    for client in db.session.scalars(_behind(newest)):
        if NEEDED in client.scopes:
            _gather(client, newest)
        if alarms.NEEDED in client.scopes:
            _gather_alarms(client, newest)
        client.webhook_after = newest


def due(at: datetime) -> datetime | None:
    """`at` if a client has not been told of all events, else None."""
    behind = _behind(timeline.version()).with_only_columns(ApiClient.id).limit(1)
    return at if db.session.scalar(behind) is not None else None


def send(payload: dict[str, Any], at: datetime) -> None:
    """Send one message, signed at the time of sending.

    Messages to a client without a webhook, and about ended steps of alarms, are dropped.
    """
    with only_reading():
        client = db.session.get(ApiClient, payload["client_id"])
        url = client.webhook_url if client and client.active else ""
        secret = webhook_secret(client) if client else ""
        over = alarms.is_over(payload["message"], at)
    if over or not url:
        return
    body = json.dumps(payload["message"]).encode()
    name, second = payload["message"]["id"], str(int(now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": second,
        "webhook-signature": signature(secret, name, second, body),
    }
    outgoing.post(url, body, headers, inside=True)


def signature(secret: str, name: str, second: str, body: bytes) -> str:
    """The headers that sign body and time."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{name}.{second}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def unfinished(client: ApiClient) -> Sequence[OutboxItem]:
    """The client's newest messages that wait or were given up."""
    return outbox.unfinished(_keys_of(client))


def resend(client: ApiClient, item_id: int, at: datetime, actor: Any) -> bool:
    """Send a message again that was given up. False if the client has no such message."""
    revived = outbox.revive(item_id, _keys_of(client), at)
    if revived:
        audit.record(actor, "webhook_resent", f"api_clients:{client.id}", outbox=item_id)
    return revived


def _behind(newest: int) -> Select[ApiClient]:
    return select(ApiClient).where(ApiClient.webhook_url != "", ApiClient.active, ApiClient.webhook_after < newest)


def _gather(client: ApiClient, newest: int) -> None:
    seen = _seen_by(client).with_only_columns(Incident.id)
    latest = (
        select(func.max(Event.id))
        .where(Event.id > client.webhook_after, Event.id <= newest, Event.incident_id.in_(seen))
        .group_by(Event.incident_id)
    )
    for event in db.session.scalars(select(Event).where(Event.id.in_(latest)).order_by(Event.id)):
        incident = db.session.get_one(Incident, event.incident_id)
        told = db.session.get(SentStatus, (client.id, incident.id))
        if told and told.status == incident.status:
            continue
        db.session.merge(SentStatus(client_id=client.id, incident_id=incident.id, status=incident.status))
        if "entered_at" not in event.detail:  # entered from paper afterwards: nobody is told
            _put(client, str(event.id), _message(incident, event, rules.references(client.id, incident)))


def _gather_alarms(client: ApiClient, newest: int) -> None:
    for event_id, message in alarms.heard(client.webhook_after, newest):
        _put(client, f"{event_id}-alarm", message)


def _put(client: ApiClient, name: str, message: dict[str, Any]) -> None:
    """Each partner is a destination of its own, so that a slow one delays no other."""
    message = {"id": f"{client.id}-{name}", **message}
    outbox.put(f"{_keys_of(client)}{name}", TOPIC, destination=_keys_of(client), client_id=client.id, message=message)


def _seen_by(client: ApiClient) -> Select[Incident]:
    return rules.visible_to(client.id, frozenset(client.scopes))


def _message(incident: Incident, event: Event, references: Iterable[str]) -> dict[str, Any]:
    return {
        "type": "incident.status",
        "at": event.at.isoformat(),
        "incident": {
            "number": incident.number,
            "status": incident.status,
            "priority": incident.priority,
            "type": incident.type.code,
            "outcome": incident.outcome,
            "merged_into": incident.merged_into.number if incident.merged_into else None,
            "references": list(references),
        },
    }


def _keys_of(client: ApiClient) -> str:
    return f"{TOPIC}:{client.id}:"
