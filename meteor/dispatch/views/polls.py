"""Polls of the queue, answered in front of Flask where nothing is new or the answer is there already."""

from functools import partial

from flask import Flask

from meteor.accounts.views import use
from meteor.dispatch.queue import readers
from meteor.incidents import timeline
from meteor.web.access import allowed_roles
from meteor.web.poll_cache import PollCache

POLLED = ("dispatch.rows",)
"""Endpoints whose version is the newest event's id."""


def cache(app: Flask) -> PollCache:
    """The cache for POLLED of an `app` with all its routes."""
    addresses = {str(app.url_map.bind("").build(endpoint)): allowed_roles(app, endpoint) for endpoint in POLLED}
    staff = frozenset().union(*addresses.values())
    admitted = partial(readers, staff, with_second_factor=app.config["SETTINGS"].production)
    return PollCache(app, addresses, timeline.version, admitted, partial(use.note_poll, app))
