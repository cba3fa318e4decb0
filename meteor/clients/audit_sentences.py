"""Sentences of the audit log about clients."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "client_added": _l("%(who)s added the API client %(whom)s."),
    "client_changed": _l("%(who)s changed the API client %(whom)s: %(what)s."),
    "client_disabled": _l("%(who)s disabled the API client %(whom)s."),
    "client_enabled": _l("%(who)s enabled the API client %(whom)s again."),
    "client_token_rotated": _l("%(who)s gave the API client %(whom)s a new token."),
    "client_token_revoked": _l("%(who)s ended a token of the API client %(whom)s."),
    "client_token_used": _l("The API client %(whom)s used its token for the first time on this day."),
    "client_webhook_set": _l("%(who)s set the webhook of the API client %(whom)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""

FIELDS = {
    "scopes": _l("scopes"),
    "per_minute": _l("requests per minute"),
    "url": _l("address"),
}
"""Words for fields of records, for sentences about a change."""
