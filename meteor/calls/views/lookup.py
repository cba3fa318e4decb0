"""Shared by the console's views: the call of a request, and conflicts."""

from uuid import UUID

from flask import abort, request
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.calls import drafts, labels, rules
from meteor.calls.holding import CallTaken
from meteor.calls.models import Call
from meteor.store.moments import now
from meteor.web.conflicts import conflict

PAGE = "/calls/{call_id}".format


def the_call(call_id: UUID) -> Call:
    """The call, or 404."""
    return rules.find(call_id) or abort(404)


def address(call: Call) -> str:
    """The call's page."""
    return PAGE(call_id=call.id)


def keep(call: Call) -> bool:
    """Store the posted draft, also if the action with it fails. Returns whether the call is the user's."""
    version = request.form.get("version", "")
    seen = int(version) if version.isdecimal() and version.isascii() and len(version) < 10 else -1
    return drafts.save_draft(call, request.form, seen, now(), current_user)


def too_late(taken: CallTaken, back: str) -> Response:
    """The answer to a user who does not have the call (any more)."""
    return conflict(labels.taken(taken), back)
