"""Timeline sentences about staging areas."""

from flask_babel import lazy_gettext as _l

from meteor.incidents.event_labels import EventType, says

EVENT_TYPES = {
    "staging_area_set": EventType(says(_l("Staging area: %(name)s")), "pin", "info"),
    "staging_area_ended": EventType(says(_l("The staging area %(name)s is not used any more")), "pin"),
}
