"""Sentences of the audit log about gathering points and evacuation routes."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "gathering_point_added": _l("%(who)s added the gathering point %(whom)s."),
    "gathering_point_changed": _l("%(who)s changed the gathering point %(whom)s."),
    "gathering_point_removed": _l("%(who)s removed the gathering point %(whom)s."),
    "evacuation_route_added": _l("%(who)s added the evacuation route %(whom)s."),
    "evacuation_route_changed": _l("%(who)s changed the evacuation route %(whom)s."),
    "evacuation_route_removed": _l("%(who)s removed the evacuation route %(whom)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s)."""
