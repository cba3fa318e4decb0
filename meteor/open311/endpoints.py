"""Administration of the endpoints that hazards are forwarded to. Every change is in the audit log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from meteor.open311.endpoint_requests import Offer
from meteor.open311.forwarding import note_endpoint
from meteor.open311.forwarding_models import ForwardedReport, ForwardEndpoint
from meteor.open311.forwarding_queue import keys_of
from meteor.store import audit, outbox
from meteor.store.database import db
from meteor.store.models import OutboxItem

EDITABLE = ("name", "url", "jurisdiction_id", "trusted", "active")


def values_of(endpoint: ForwardEndpoint) -> dict[str, Any]:
    """The editable values of an endpoint by field of its form, without the key."""
    known = {name: getattr(endpoint, name) or "" for name in EDITABLE}
    return {**known, "trusted": bool(endpoint.trusted), "active": bool(endpoint.active),
            "client_id": str(endpoint.client_id or "")}  # fmt: skip


def save(endpoint: ForwardEndpoint, values: Mapping[str, Any], api_key: str, at: datetime, actor: Any) -> None:
    """Give an endpoint these values (see values_of), and a new key unless that is empty.

    Another address is another server: the key is not sent there, and its services are others.
    """
    if values["active"] and not endpoint.active:
        endpoint.since = at
    moved = bool(endpoint.id) and values["url"] != endpoint.url
    if moved:
        endpoint.services, endpoint.mapping, endpoint.problem, endpoint.api_key = [], {}, "", None
        _leave_behind(endpoint, at)
    client_id = int(values["client_id"]) if values["client_id"] else None
    audit.save(endpoint, "open311_endpoint", {**values, "client_id": client_id}, actor)
    if api_key:
        endpoint.api_key = api_key
        audit.record(actor, "open311_key_set", subject(endpoint))


def keep_offer(endpoint: ForwardEndpoint, offer: Offer) -> None:
    """Store the services that the endpoint offers, or what went wrong."""
    note_endpoint(endpoint, offer.problem)
    if not offer.problem:
        endpoint.services, endpoint.format = offer.services, offer.format


def choose(endpoint: ForwardEndpoint, mapping: Mapping[str, str], actor: Any) -> None:
    """Forward each kind of hazard to the service with this code, or with "" not."""
    before = endpoint.mapping
    endpoint.mapping = {kind: code for kind, code in mapping.items() if code}
    sides = (", ".join(f"{kind}: {code}" for kind, code in sorted(each.items())) for each in (before, endpoint.mapping))
    audit.record_change(
        actor, "open311_endpoint_changed", subject(endpoint), {"mapping": next(sides)}, {"mapping": next(sides)}
    )


def remove(endpoint: ForwardEndpoint, actor: Any) -> None:
    """Remove an endpoint, and what is known of the hazards that were forwarded to it."""
    audit.record_change(actor, "open311_endpoint_removed", subject(endpoint), values_of(endpoint), {})
    db.session.delete(endpoint)


def unfinished(endpoint: ForwardEndpoint) -> Sequence[OutboxItem]:
    """The newest hazards that wait to be sent or were given up."""
    return outbox.unfinished(keys_of(endpoint.id))


def resend(endpoint: ForwardEndpoint, item_id: int, at: datetime, actor: Any) -> bool:
    """Send a hazard that was given up, also one that may have arrived. False if the endpoint has no such item."""
    revived = outbox.revive(item_id, keys_of(endpoint.id), at)
    if revived:
        _allow_repetition(db.session.get_one(OutboxItem, item_id).payload["forwarded_id"])
        audit.record(actor, "open311_resent", subject(endpoint), outbox=item_id)
    return revived


def _leave_behind(endpoint: ForwardEndpoint, at: datetime) -> None:
    """Another server's numbers mean other reports: nothing is asked about by them, and nothing begun is looked for."""
    mine = update(ForwardedReport).where(ForwardedReport.endpoint_id == endpoint.id)
    is_open = ForwardedReport.sent_at.is_not(None) & ForwardedReport.closed_at.is_(None)
    db.session.execute(mine.where(is_open).values(closed_at=at, problem="moved"))
    db.session.execute(mine.where(ForwardedReport.sent_at.is_(None)).values(begun_at=None, repeated_at=None))


def _allow_repetition(forwarded_id: int) -> None:
    forwarded = db.session.get(ForwardedReport, forwarded_id)
    if forwarded and forwarded.repeated_at:
        forwarded.begun_at, forwarded.repeated_at = forwarded.repeated_at, None


def subject(endpoint: ForwardEndpoint) -> str:
    """The endpoint as the audit log names it."""
    return f"{endpoint.__tablename__}:{endpoint.id}"
