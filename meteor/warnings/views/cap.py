"""The agency's own warnings as CAP 1.2, for broadcasters, other agencies and apps: each message, and a feed of them."""

from flask import Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.guesses import network
from meteor.store.moments import now
from meteor.warnings import blueprint, cap_feed
from meteor.web.access import open_to_everyone
from meteor.web.origin import site_address
from meteor.web.throttle import limiter

PACE = "120 per minute"
"""Requests of one network address: readers are machines, each of which asks once a minute."""

FOR_A_MINUTE, FOR_A_DAY = "public, max-age=60", "public, max-age=86400, immutable"


def _network() -> str:
    return network(request.remote_addr or "")


@blueprint.get("/cap/feed.xml")
@open_to_everyone
@limiter.limit(PACE, key_func=_network)
def cap_messages() -> AnyResponse:
    """The Atom feed of what holds and of the last seven days."""
    warnings = cap_feed.listed(now())
    answer = Response(cap_feed.feed(warnings, site_address()), mimetype=cap_feed.ATOM)
    answer.last_modified = cap_feed.updated(warnings)
    answer.headers["Cache-Control"] = FOR_A_MINUTE
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/cap/<identifier>.xml")
@open_to_everyone
@limiter.limit(PACE, key_func=_network)
def cap_message(identifier: str) -> AnyResponse:
    """A message as it was published, byte for byte."""
    warning = cap_feed.named(identifier) or abort(404)
    answer = Response(warning.xml.encode(), mimetype=cap_feed.CAP)
    answer.last_modified = warning.sent
    answer.headers["Cache-Control"] = FOR_A_DAY
    answer.add_etag()
    return answer.make_conditional(request)
