"""Roads that are closed now, and staging areas where units gather. They are shown; dispatch does not use them."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import CALL_HANDLING, COMMAND, OPERATIONS
from meteor.traffic.audit_sentences import SENTENCES
from meteor.traffic.event_types import EVENT_TYPES
from meteor.web.package import NavigationEntry, Package

READERS = OPERATIONS
"""Roles that see closed roads, and the staging areas of incidents that they see."""

CLOSING = CALL_HANDLING
"""Roles that mark a road as closed, and as open again."""

STAGING = COMMAND
"""Roles that choose staging areas."""

blueprint = Package(
    __name__,
    navigation=[NavigationEntry(_l("Closed roads and staging areas"), "traffic.page", READERS, 27, in_header=False)],
    event_types=EVENT_TYPES,
    audit_actions={
        "road_closed": _l("Road closed"),
        "road_reopened": _l("Road opened again"),
        "staging_area_set": _l("Staging area chosen"),
        "staging_area_ended": _l("Staging area ended"),
    },
    audit_sentences=SENTENCES,
    audit_names={"road_closures": "street", "staging_areas": "name"},
)
