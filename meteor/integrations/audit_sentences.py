"""Sentences of the audit log about webhooks."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "webhook_resent": _l("%(who)s sent a message to the API client %(whom)s again."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""
