"""Sentences of the audit log about the demo city."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "demo_city_filled": _l("%(who)s filled the demo city."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""
