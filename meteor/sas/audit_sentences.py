"""Sentences of the audit log about alarm panels."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "panel_added": _l("%(who)s added the alarm panel %(panel)s of %(whom)s."),
    "panel_changed": _l("%(who)s changed the alarm panel %(panel)s of %(whom)s: %(what)s."),
    "panel_key_changed": _l("%(who)s changed the key of the alarm panel %(panel)s of %(whom)s."),
    "panel_key_removed": _l("%(who)s removed the key of the alarm panel %(panel)s of %(whom)s."),
    "zone_added": _l("%(who)s added a zone of the alarm panel %(panel)s of %(whom)s."),
    "zone_changed": _l("%(who)s changed a zone of the alarm panel %(panel)s of %(whom)s: %(what)s."),
    "zone_removed": _l("%(who)s removed a zone of the alarm panel %(panel)s of %(whom)s."),
    "test_began": _l("%(who)s began a test of the alarms of %(whom)s."),
    "test_ended": _l("%(who)s ended a test of the alarms of %(whom)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""

FIELDS = {
    "account": _l("account"),
    "line": _l("line"),
    "source": _l("source"),
    "interval": _l("interval"),
    "number": _l("number"),
    "type_id": _l("incident type"),
    "panel": _l("panel"),
}
"""Words for fields of records, for sentences about a change."""
