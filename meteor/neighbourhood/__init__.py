"""RT leaders and volunteers near an incident: who is called, and what they see."""

from flask_babel import lazy_gettext as _l

from meteor.incidents.event_labels import EventType, says
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Alerts in my RT"), "neighbourhood.open_alerts", ("rt_leader",), order=70),
        NavigationEntry(_l("Help near my home"), "neighbourhood.near_home", ("citizen",), order=100),
    ],
    event_types={
        "neighbour_there": EventType(says(_l("A neighbour is there")), "people", "ok"),
        "neighbour_going": EventType(says(_l("A neighbour is on the way there")), "people", "ok"),
        "neighbour_cannot": EventType(says(_l("A neighbour cannot go there")), "people"),
    },
    notices={
        "neighbourhood": _l("Somebody in your RT has called for help."),
        "neighbour": _l("Somebody needs help about %(metres)s m from your home. Can you go there?"),
        "neighbourhood_off": _l(
            "You are not needed any more for an alert in your RT. Please do not go there. Thank you."
        ),
        "neighbour_watch": _l(
            "The burglar alarm of a house about %(metres)s m from your home was set off. Do not go in. "
            "Watch from a safe place, and call 112 if you see somebody."
        ),
        "neighbour_off": _l(
            "You are not needed any more about %(metres)s m from your home. Please do not go there. Thank you."
        ),
    },
)
