"""/track/…: the messages of trackers, each proved by its device's token."""

import json
from collections.abc import Callable
from functools import partial
from time import time
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, request
from flask_babel import gettext as _
from limits import RateLimitItemPerMinute

from meteor.store.database import reading
from meteor.store.group_commit import committed
from meteor.store.moments import now
from meteor.trackers import avl, blueprint, messages, rules
from meteor.trackers.messages import BadMessage, Fix
from meteor.web.problems import Problem
from meteor.web.throttle import limiter

View = TypeVar("View", bound=Callable[..., Any])

LARGEST = 64 * 1024
"""Bytes of a message."""

PER_MINUTE = RateLimitItemPerMinute(600)
"""Messages of a device: an hour without a network, at a fix every 5 s, is sent within two minutes."""


def open_to_trackers(token: Callable[[], str], unknown: Callable[[], Problem]) -> Callable[[View], View]:
    """Admit trackers by the `token` in their request alone, without session or CSRF token. `unknown`: the refusal."""

    def name(view: View) -> View:
        cast(Any, view).allowed = frozenset({"tracker"})
        cast(Any, view).admit = lambda: _admit(token, unknown)
        return view

    return name


def _basic_token() -> str:
    """The password of HTTP Basic; its user may be anything."""
    given = request.authorization
    return (given.password or "") if given and given.type == "basic" else ""


def _unauthorized() -> Problem:
    words = _("Give the token of a tracker as the password of HTTP Basic.")
    return Problem(401, words, headers={"WWW-Authenticate": 'Basic realm="METEOR"'})


def _unknown() -> Problem:
    return Problem(404, _("No tracker has this token as its device identifier."))


def _device_id() -> str:
    return str(_values().get("device_id" if request.is_json else "id") or _values().get("deviceid") or "")


@blueprint.post("/track/owntracks")
@open_to_trackers(_basic_token, _unauthorized)
def owntracks() -> Response:
    """Take an OwnTracks message. What the app does not see accepted, it sends again."""
    body = request.get_data()
    fix = _read(lambda: messages.owntracks(_json(body))) if body.strip() else None
    if fix is not None:
        _take(fix)
    return Response("[]", mimetype="application/json")


@blueprint.route("/track/osmand", methods=["GET", "POST"])
@open_to_trackers(_device_id, _unknown)
def osmand() -> Response:
    """Take a message of OsmAnd (query or form) or of Traccar Client (JSON)."""
    fix = _read(lambda: messages.traccar(_values()) if request.is_json else messages.osmand(_values(), now()))
    _take(cast(Fix, fix))
    return Response(status=200)


def _admit(token: Callable[[], str], unknown: Callable[[], Problem]) -> None:
    request.max_content_length = LARGEST
    given = token()
    tracker_id = rules.authenticate(given) if given else None
    if tracker_id is None:
        raise unknown()
    whose = f"tracker:{tracker_id}"
    if not limiter.limiter.hit(PER_MINUTE, whose):
        wait = max(1, round(limiter.limiter.get_window_stats(PER_MINUTE, whose).reset_time - time()))
        raise Problem(429, headers={"Retry-After": str(wait)})
    g.tracker_id = tracker_id
    reading.set(False)  # OsmAnd sends its fixes by GET


def _take(fix: Fix) -> None:
    committed(partial(avl.take, g.tracker_id, fix, now()), current_app.app_context)


def _read(message: Callable[[], Fix | None]) -> Fix | None:
    try:
        return message()
    except BadMessage as bad:
        raise Problem(400, _("This is missing or wrong: %(field)s", field=bad)) from None


def _values() -> dict[str, Any]:
    """The message of OsmAnd or Traccar Client: the body's JSON, or the query with the form."""
    if not request.is_json:
        return {**request.args.to_dict(), **request.form.to_dict()}
    message = _read_json()
    if not isinstance(message, dict):
        raise Problem(400)
    return message


def _read_json() -> Any:
    try:
        return _json(request.get_data())
    except BadMessage:
        raise Problem(400) from None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadMessage("body") from None
