"""Sentences of the audit log about the scheduler."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "keys_rotated": _l("%(who)s sealed stored secrets under new keys."),
    "undelivered": _l("%(who)s gave up delivering a message: %(problem)s"),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""
