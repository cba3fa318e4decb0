"""RT leaders and volunteers near an incident: who is called, and what they see."""

from typing import Any

from flask_babel import lazy_gettext as _l

from meteor.incidents.event_labels import EventType, says
from meteor.store.moments import now
from meteor.web.package import NavigationEntry, Package

_WITHOUT_RT = {
    "nobody": _l("RT unknown, so no RT leader is called. Correct the place."),
    "home": _l("RT unknown: only the leader of the reporter's own RT is called. Correct the place."),
}


def place_note(incident_id: int) -> Any:
    """Say which RT leaders are called to an incident whose RT is not known. Empty for other incidents."""
    from meteor.neighbourhood.rules import called_without_rt  # here, since models are loaded after the packages

    return _WITHOUT_RT.get(called_without_rt(incident_id, now()), "")


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
    place_notes={"rt_leaders": place_note},
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
