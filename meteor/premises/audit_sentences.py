"""Sentences of the audit log about premises."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "premises_added": _l("%(who)s added the premises %(whom)s."),
    "premises_changed": _l("%(who)s changed the premises %(whom)s: %(what)s."),
    "premises_imported": _l("%(who)s imported a table of premises: %(added)s added, %(changed)s changed."),
    "premises_exported": _l("%(who)s exported %(count)s premises."),
    "contact_added": _l("%(who)s added a contact of %(whom)s."),
    "contact_changed": _l("%(who)s changed a contact of %(whom)s: %(what)s."),
    "contact_removed": _l("%(who)s removed a contact of %(whom)s."),
    "premises_user_added": _l("%(who)s let %(user)s raise alarms for %(whom)s."),
    "premises_user_removed": _l("%(who)s lets %(user)s raise no more alarms for %(whom)s."),
    "picture_added": _l("%(who)s added a picture of %(whom)s."),
    "picture_removed": _l("%(who)s removed a picture of %(whom)s."),
    "pass_phrases_read": _l("%(who)s read the pass phrases of %(whom)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""

FIELDS = {
    "entrance_latitude": _l("latitude of the entrance"),
    "entrance_longitude": _l("longitude of the entrance"),
    "hazards": _l("hazards"),
    "position": _l("order"),
    "pass_phrase": _l("pass phrase"),
}
"""Words for fields of records, for sentences about a change."""
