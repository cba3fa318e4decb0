"""Sentences of the audit log about trackers."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "tracker_added": _l("%(who)s added the tracker %(whom)s for the unit %(unit)s."),
    "tracker_token_rotated": _l("%(who)s gave the tracker %(whom)s a new token."),
    "tracker_withdrawn": _l("%(who)s withdrew the tracker %(whom)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), and single details."""
