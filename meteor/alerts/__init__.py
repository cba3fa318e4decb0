"""The one intake: an alert from any channel, stored once and joined to an incident."""

from flask_babel import lazy_gettext as _l

from meteor.alerts.event_types import EVENT_TYPES
from meteor.web.package import Package


def in_silent_alert(user_id: int) -> bool:
    """Return whether a silent alert of the user is open: their phone must make no sound."""
    from meteor.alerts.matching import is_in_silent_alert  # here, since models are loaded after the packages

    return is_in_silent_alert(user_id)


blueprint = Package(
    __name__,
    event_types=EVENT_TYPES,
    hushed={"silent_alert": in_silent_alert},
    first_notices={"forced": 1, "called_after_all": 1},
    notices={
        "forced": _l("%(incident)s: the reporter cancelled with a wrong PIN, perhaps forced to."),
        "needs_help_here": _l("%(incident)s: the reporter needs help where they are now. Open the incident."),
        "called_again": _l("%(incident)s: the reporter has called for help again."),
        "called_after_all": _l("%(incident)s: help is needed after all: the reporter has called again."),
        "held": _l("%(incident)s: an alert of a suspended reporter waits for your decision."),
    },
)
