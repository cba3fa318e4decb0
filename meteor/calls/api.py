"""Calls for the telephone exchange: it announces them, says what becomes of them, and reads its own."""

from datetime import datetime
from uuid import UUID

from flask import abort, url_for
from flask_babel import lazy_gettext as _l

from meteor.calls import blueprint, pbx, rules
from meteor.calls.models import Call
from meteor.calls.shapes import CallEvent, CallSent, CallSpot, NewCall
from meteor.clients.models import ApiClient
from meteor.store import quotas
from meteor.store.answers import Answer
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web.api import caller, open_to_clients, operation
from meteor.web.pools import urgent

ANNOUNCED = Limit("calls_announced", 20_000, _l("announced calls"))


@blueprint.post("/api/v1/calls")
@open_to_clients("calls:write")
@urgent
@operation({201: CallSent, 200: CallSent})
def announce(body: NewCall) -> Answer:
    """Announce a call that rings."""
    at = now()
    known = pbx.announced(caller().id, body.reference, at)
    if not known:
        quotas.spend(f"client:{caller().id}", ANNOUNCED, at)
    client = db.session.get_one(ApiClient, caller().id)
    call = known or rules.announce(_announcement(body), client, at)
    return Answer(200 if known else 201, _sent(call), url_for(".announced_call", call_id=call.id))


@blueprint.get("/api/v1/calls/<uuid:call_id>")
@open_to_clients("calls:read")
@operation({200: CallSent})
def announced_call(call_id: UUID) -> CallSent:
    """One of your own calls."""
    return _sent(_find(call_id))


@blueprint.post("/api/v1/calls/<uuid:call_id>/events")
@open_to_clients("calls:write")
@urgent
@operation({200: CallSent})
def event(call_id: UUID, body: CallEvent) -> CallSent:
    """Say what has happened to a call."""
    found = _find(call_id)
    rules.exchange_event(found, body.event, _within(found, body.at), body.extension)
    db.session.refresh(found)
    return _sent(found)


def _find(call_id: UUID) -> Call:
    return pbx.find(caller().id, call_id) or abort(404)


def _within(call: Call, at: datetime) -> datetime:
    """A moment of the exchange's clock in the life of a call: no wait and no talk is shorter than 0 s."""
    return max(min(at, now()), call.answered_at or call.received_at)


def _announcement(body: NewCall) -> rules.Announcement:
    where = body.location.model_dump() if body.location else {}
    return rules.Announcement(
        reference=body.reference, caller=body.caller, received_at=body.received_at, queue=body.queue,
        aml=body.aml, **where,
    )  # fmt: skip


def _sent(call: Call) -> CallSent:
    names = ("id", "status", "caller", "queue", "received_at", "answered_at", "ended_at", "extension", "classified_as")
    located = call.latitude is not None and call.longitude is not None
    spot = {name: getattr(call, name) for name in CallSpot.model_fields} if located else None
    return CallSent(
        **{name: getattr(call, name) for name in names}, reference=call.reference or "",
        location=CallSpot(**spot) if spot else None, incident=pbx.incident_of(call),
    )  # fmt: skip
