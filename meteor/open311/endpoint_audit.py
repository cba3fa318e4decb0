"""Labels and sentences of the audit log about endpoints."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "open311_endpoint_added": _l("Open311 endpoint added"),
    "open311_endpoint_changed": _l("Open311 endpoint changed"),
    "open311_endpoint_removed": _l("Open311 endpoint removed"),
    "open311_key_set": _l("API key of an Open311 endpoint set"),
    "open311_resent": _l("Hazard forwarded again"),
}
"""Labels of the actions."""

FIELDS = {
    "client_id": _l("API client of the service"),
    "jurisdiction_id": _l("jurisdiction"),
    "mapping": _l("services by kind"),
    "trusted": _l("exact place"),
    "url": _l("address"),
}
"""Labels of fields, as the sentences name them."""

SENTENCES = {
    "open311_endpoint_added": _l("%(who)s added the Open311 endpoint %(whom)s."),
    "open311_endpoint_changed": _l("%(who)s changed the Open311 endpoint %(whom)s: %(what)s."),
    "open311_endpoint_removed": _l("%(who)s removed the Open311 endpoint %(whom)s."),
    "open311_key_set": _l("%(who)s set the API key of the Open311 endpoint %(whom)s."),
    "open311_resent": _l("%(who)s sent a hazard to the Open311 endpoint %(whom)s again."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""
