"""The page of a call: its draft, stored while typing, and known facts beside it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, abort, jsonify, redirect, render_template
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import CALL_HANDLING
from meteor.alerts.labels import reason
from meteor.calls import blueprint, call_details, drafts, holding, knowledge, labels
from meteor.calls.models import Call
from meteor.calls.views.lookup import address, keep, the_call
from meteor.dispatch.response import response_to
from meteor.incidents.event_labels import Names
from meteor.protocols import scripts
from meteor.protocols.roles import roles
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.labels import distance, place_lines, place_text
from meteor.web.access import open_to
from meteor.web.language import named
from meteor.web.polling import fragment
from meteor.web.pools import urgent


@blueprint.get("/calls/<uuid:call_id>")
@open_to(*CALL_HANDLING)
@urgent
def call(call_id: UUID) -> str:
    return call_page(the_call(call_id))


@blueprint.get("/calls/<uuid:call_id>/known")
@open_to(*CALL_HANDLING)
@urgent
def known(call_id: UUID) -> Response:
    """Known facts by the present draft, polled."""
    call = the_call(call_id)
    seen = knowledge.known(call, now())
    return fragment(seen.version, lambda: render_template("calls/_known.html", call=call, known=seen, **_LABELS))


@blueprint.get("/calls/<uuid:call_id>/response")
@open_to(*CALL_HANDLING)
@urgent
def response(call_id: UUID) -> Response:
    """The state of the response for the caller, polled."""
    shown = _response(the_call(call_id)) or abort(404)
    return fragment(shown["response"].version, lambda: render_template("calls/_response.html", **shown, **_LABELS))


@blueprint.post("/calls/<uuid:call_id>/draft")
@open_to(*CALL_HANDLING)
@urgent
def draft(call_id: UUID) -> Response:
    """Keep what is typed, field by field; tells the version that is on disk now, and who has the call if not we."""
    call = the_call(call_id)
    theirs = keep(call)
    db.session.commit()
    holder = call.taken_by.name if call.taken_by and not theirs else ""
    return jsonify(version=call.draft_version, holder=holder, aside=len(drafts.aside(call)))


@blueprint.post("/calls/<uuid:call_id>/aside")
@open_to(*CALL_HANDLING)
def aside(call_id: UUID) -> AnyResponse:
    """Discard the texts of other windows after they were read."""
    call = the_call(call_id)
    keep(call)
    drafts.forget(call, drafts.SIDE)
    db.session.commit()
    return redirect(address(call), 303)


def call_page(call: Call, problem: str = "", at_fault: Sequence[str] = ()) -> str:
    """The page as it stands, with a problem and the fields at fault; the first of these gets the focus."""
    said = call_details.read(drafts.shown(call))
    return render_template(
        "calls/call.html",
        call=call,
        fields=drafts.shown(call),
        said=said,
        problem=problem,
        at_fault=at_fault,
        focus=at_fault[0] if at_fault else "problem" if problem else "more" if call.alert else "type",
        mine=call.taken_by_id in (None, current_user.id),
        aside=drafts.aside(call),
        colleagues=holding.colleagues(current_user),
        questions=scripts.questions(said.type.id) if said.type else (),
        advice=scripts.advice(said.type.id) if said.type else (),
        answers=said.answers,
        known=knowledge.known(call, now()),
        **_response(call),
        **_LABELS,
    )


def _response(call: Call) -> dict[str, Any]:
    """The response to the call's incident, if it has one, and which roles no unit is left for."""
    if call.alert is None:
        return {}
    incident = call.alert.incident
    role = roles()
    names = Names(role=lambda code: named(role(incident.type_id, code)))
    return {"response": response_to(incident), "shortfall": names.shortfall(incident.shortfall)}


_LABELS = {
    "labels": labels, "place_lines": place_lines, "place_text": place_text, "distance": distance, "why": reason,
}  # fmt: skip
