"""Polls of queues, answered in front of Flask where nothing is new or the answer is there already."""

from functools import partial

from flask import Flask

from meteor.accounts.views import use
from meteor.dispatch.queue import readers
from meteor.incidents import timeline
from meteor.web.access import allowed_roles
from meteor.web.poll_cache import PollCache
from meteor.web.polling import cached_endpoints


def cache(app: Flask) -> PollCache:
    """The cache for the views of `app` that are `cached`. All routes must be there."""
    endpoints = cached_endpoints(app)
    addresses = {str(app.url_map.bind("").build(endpoint)): allowed_roles(app, endpoint) for endpoint in endpoints}
    staff = frozenset().union(*addresses.values())
    admitted = partial(readers, staff, with_second_factor=app.config["SETTINGS"].production)
    return PollCache(app, addresses, timeline.version, admitted, partial(use.note_poll, app))
