"""The safety of officers on duty: their own panic button, and the question whether all is well on scene."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import Package
from meteor.welfare.event_types import EVENT_TYPES


def in_danger(user_id: int) -> bool:
    """Return whether the officer's press is open: an attacker must not hear the phone."""
    from meteor.welfare.distress import open_alert_of  # here, since models are loaded after the packages

    return open_alert_of(user_id) is not None


def is_endangered(user_id: int) -> bool:
    """Return whether the officer's press is open and not taken back: they take no break and do not go."""
    from meteor.welfare.distress import is_endangered  # here, since models are loaded after the packages

    return is_endangered(user_id)


blueprint = Package(
    __name__,
    event_types=EVENT_TYPES,
    hushed={"officer_alert": in_danger},
    in_danger={"officer_alert": is_endangered},
    notices={
        "welfare_check": _l("%(unit)s: is all well?"),
        "welfare_by_radio": _l("%(incident)s: %(minutes)s min without a word of %(unit)s. Ask quietly by radio."),
        "welfare_silent": _l("%(incident)s: %(unit)s does not answer. Call by radio."),
    },
)
