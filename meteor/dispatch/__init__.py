"""Selection of units, offers, assignments, the queue of incidents."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import OPERATIONS
from meteor.dispatch.event_types import EVENT_TYPES
from meteor.web.package import NavigationEntry, Package


def serve(app: Flask) -> None:
    """Put the poll cache in front of Flask."""
    from meteor.dispatch.views import polls

    app.wsgi_app = polls.cache(app)  # type: ignore[method-assign]


blueprint = Package(
    __name__,
    serve=serve,
    homes={"officer": "dispatch.queue"},
    navigation=[NavigationEntry(_l("Incidents"), "dispatch.queue", OPERATIONS, order=30)],
    event_types=EVENT_TYPES,
    notices={
        "nobody_left": _l("%(incident)s: no unit is left"),
        "nobody_left_at": _l("%(incident)s: no unit left for %(units)s"),
        "unanswered": _l("%(incident)s: units did not answer the offer. Call them by radio."),
        "place_corrected": _l("%(incident)s: the place was corrected. Look where it is now."),
        "left_open": _l("%(incident)s: nobody is there any more, and it is still open. Close it, or send a unit."),
        "accepted_late": _l("%(incident)s: %(unit)s says late that it accepted in time and may be coming. Radio it."),
        "unaccepted": _l("%(incident)s: nobody has accepted it yet"),
        "position_lost": _l("%(unit)s is available but sends no position: it is offered nothing. Call its crew."),
    },
)
