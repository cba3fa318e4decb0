"""GPS trackers of units: devices with their tokens, their messages, and the positions that come of these."""

from flask_babel import lazy_gettext as _l

from meteor.agencies import UNITS
from meteor.trackers.audit_sentences import SENTENCES
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Trackers"), "trackers.trackers", ("admin",), order=171, group=UNITS, in_header=False)
    ],
    audit_actions={
        "tracker_added": _l("Tracker added"),
        "tracker_token_rotated": _l("Tracker given a new token"),
        "tracker_withdrawn": _l("Tracker withdrawn"),
    },
    audit_sentences=SENTENCES,
    audit_names={"trackers": "name"},
    audit_pages={"trackers": "/admin/trackers/"},
)
