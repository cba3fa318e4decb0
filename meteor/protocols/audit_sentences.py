"""Sentences of the audit log about incident types."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "city_seeded": _l("%(who)s added the city's reference data."),
    "incident_type_added": _l("%(who)s added the incident type “%(whom)s”."),
    "incident_type_changed": _l("%(who)s changed the incident type “%(whom)s”: %(what)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""

FIELDS = {
    "duplicate_radius": _l("distance of duplicates"),
    "neighbours": _l("call of neighbours"),
    "silent_approach": _l("silent approach"),
    "offer_again_after": _l("time until it is offered again"),
    "welfare_after": _l("time until a crew is asked whether all is well"),
    "plan": _l("response plan"),
    "chain": _l("escalation chain"),
    "keywords": _l("keywords"),
}
"""Words for fields of records, for sentences about a change."""
