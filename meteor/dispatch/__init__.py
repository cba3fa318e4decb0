"""Selection of units, offers, assignments, the queue of incidents."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import COMMAND, OPERATIONS
from meteor.web.package import NavigationEntry, Package


def serve(app: Flask) -> None:
    """Put the poll cache in front of Flask."""
    from meteor.dispatch.views import polls

    app.wsgi_app = polls.cache(app)  # type: ignore[method-assign]


blueprint = Package(
    __name__,
    serve=serve,
    homes=dict.fromkeys(("officer", *COMMAND, "chief"), "dispatch.queue"),
    navigation=[NavigationEntry(_l("Incidents"), "dispatch.queue", OPERATIONS, order=30)],
)
