"""Sentences of the audit log about the map of streets."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "streets_imported": _l("%(who)s imported the map of streets from %(file)s."),
}
"""The sentence of each action: who (%(who)s), and single details."""
