"""Sentences of the audit log about agencies and units."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "member_changed": _l("%(who)s changed the agency of %(whom)s."),
    "officers_imported": _l("%(who)s imported a table of officers: %(added)s added, %(changed)s changed."),
    "agency_added": _l("%(who)s added the agency %(whom)s."),
    "agency_changed": _l("%(who)s changed the agency %(whom)s: %(what)s."),
    "capability_added": _l("%(who)s added the capability %(whom)s."),
    "capability_changed": _l("%(who)s changed the capability %(whom)s: %(what)s."),
    "capability_removed": _l("%(who)s removed the capability %(whom)s."),
    "unit_kind_added": _l("%(who)s set the speed of units of the kind %(whom)s."),
    "unit_kind_changed": _l("%(who)s changed the speed of units of the kind %(whom)s: %(what)s."),
    "unit_added": _l("%(who)s added the unit %(whom)s."),
    "unit_changed": _l("%(who)s changed the unit %(whom)s: %(what)s."),
    "shift_ended": _l("%(who)s ended the shift of %(user)s on the unit %(whom)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""

FIELDS = {
    "call_sign": _l("call sign"),
    "capabilities": _l("capabilities"),
    "base_name": _l("base"),
    "base_latitude": _l("latitude of the base"),
    "base_longitude": _l("longitude of the base"),
    "in_service": _l("in service"),
    "reserve": _l("kept free for P1"),
    "speed": _l("speed"),
    "detour": _l("detour"),
}
"""Words for fields of records, for sentences about a change."""
