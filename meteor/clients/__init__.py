"""Clients of the API: partners' systems, with their tokens and scopes."""

from flask_babel import lazy_gettext as _l

from meteor.clients.audit_sentences import FIELDS, SENTENCES
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Clients of the API"), "clients.clients", ("admin",), order=210, group=_l("Partners"))
    ],
    audit_actions={
        "client_added": _l("Client of the API added"),
        "client_changed": _l("Client of the API changed"),
        "client_disabled": _l("Client of the API disabled"),
        "client_enabled": _l("Client of the API enabled"),
        "client_token_rotated": _l("Client given a new token"),
        "client_token_revoked": _l("Client's token ended"),
        "client_token_used": _l("Client's token first used on this day"),
        "client_webhook_set": _l("Client's webhook set"),
    },
    audit_sentences=SENTENCES,
    audit_fields=FIELDS,
    audit_names={"api_clients": "name"},
    audit_pages={"api_clients": "/admin/clients/"},
)
