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
    notices={
        "forced": _l("The reporter of incident %(number)s cancelled with a wrong PIN: perhaps they are forced to."),
        "needs_help_here": _l("The reporter of incident %(number)s needs help where they are now. Open the incident."),
        "called_again": _l("The reporter of incident %(number)s has called for help again."),
        "held": _l("An alert of a suspended reporter waits for your decision: incident %(number)s."),
    },
)
