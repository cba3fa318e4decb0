"""The 112 console: waiting, taken and missed calls, and taking a call."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import CALL_HANDLING
from meteor.calls import blueprint, holding, labels, rules, waiting
from meteor.calls.caller import summaries
from meteor.calls.views.lookup import address, the_call, too_late
from meteor.store import quotas
from meteor.store.changes import Remembered
from meteor.store.database import db, reading_engine
from meteor.store.moments import now, turn
from meteor.store.quotas import Limit
from meteor.territory.labels import place_text
from meteor.web.access import open_to
from meteor.web.polling import Reader, fragment, versioned
from meteor.web.pools import urgent

BY_HAND = Limit("calls_by_hand", 2000, _l("calls entered by hand"))

TURN = 10
"""Seconds after which it is looked at again what ends without a write."""

known: Remembered[str] = Remembered()


def _version(reader: Reader, query: str) -> str:
    """The version of a reader's console, read anew after each write and every TURN seconds: flags of numbers end."""
    user_id, at = reader.user_id, now()
    return known.get(reading_engine(), turn(at, TURN), lambda: waiting.version(user_id, at), of=user_id)


@blueprint.get("/calls")
@open_to(*CALL_HANDLING)
@urgent
def console() -> str:
    return render_template("calls/console.html", **_shown(waiting.version(current_user.id, now())))


@blueprint.get("/calls/waiting")
@open_to(*CALL_HANDLING)
@urgent
@versioned(_version)
def waiting_calls() -> Response:
    """The calls, polled."""
    version = waiting.version(current_user.id, now())
    return fragment(version, lambda: render_template("calls/_waiting.html", **_shown(version)))


@blueprint.get("/calls/waiting/brief")
@open_to(*CALL_HANDLING)
@urgent
@versioned(_version)
def brief() -> Response:
    """Number and waiting time of ringing calls, for a call-taker at another call; polled."""
    version = waiting.version(current_user.id, now())

    def render() -> str:
        return render_template("calls/_brief.html", console=waiting.console(current_user, now()), version=version)

    return fragment(version, render)


@blueprint.get("/calls/new")
@open_to(*CALL_HANDLING)
def new() -> str:
    """The form of a call without an announcement."""
    return render_template("calls/new.html")


@blueprint.post("/calls")
@open_to(*CALL_HANDLING)
@urgent
def create() -> AnyResponse:
    quotas.spend(f"user:{current_user.id}", BY_HAND, now())
    call = rules.by_hand(request.form.get("caller", ""), now(), current_user)
    db.session.commit()
    return redirect(address(call), 303)


@blueprint.post("/calls/<uuid:call_id>/taking")
@open_to(*CALL_HANDLING)
@urgent
def taking(call_id: UUID) -> AnyResponse:
    """Take a call that rings, or that a colleague hands over. Of two at once one wins."""
    call = the_call(call_id)
    try:
        holding.take_call(call, now(), current_user)
    except holding.CallTaken as refusal:
        return too_late(refusal, "/calls")
    db.session.commit()
    return redirect(address(call), 303)


@blueprint.post("/calls/<uuid:call_id>/call-back")
@open_to(*CALL_HANDLING)
def call_back(call_id: UUID) -> AnyResponse:
    """Call back a missed caller."""
    call = the_call(call_id)
    try:
        rules.call_back(call, now(), current_user)
    except holding.CallTaken as refusal:
        return too_late(refusal, "/calls")
    db.session.commit()
    return redirect(address(call), 303)


def _shown(version: str) -> dict[str, Any]:
    """The console with the facts about callers who ring."""
    seen = waiting.console(current_user, now())
    callers = summaries((call.phone for call in (*seen.ringing, *seen.taken)), now())
    return {"console": seen, "version": version, "callers": callers, "place_text": place_text, "labels": labels}
