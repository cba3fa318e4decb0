"""Sentences of the audit log about closed roads and staging areas."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "road_closed": _l("%(who)s marked %(whom)s as closed: %(reason)s."),
    "road_reopened": _l("%(who)s marked %(whom)s as open again."),
    "staging_area_set": _l("%(who)s chose the staging area %(whom)s."),
    "staging_area_ended": _l("%(who)s ended the staging area %(whom)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), and single details."""
