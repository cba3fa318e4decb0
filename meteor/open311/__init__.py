"""Hazard reports exchanged with other services by Open311 GeoReport v2, in both directions."""

from flask_babel import lazy_gettext as _l

from meteor.open311.endpoint_audit import ACTIONS, FIELDS, SENTENCES
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(
            _l("Open311 endpoints"), "open311.forward_endpoints", ("admin",), 212, group=_l("Partners"), in_header=False
        ),
    ],
    quiet_notices={"open311_closed": _l("%(endpoint)s has closed the hazard report %(number)s.")},
    audit_actions=ACTIONS,
    audit_sentences=SENTENCES,
    audit_fields=FIELDS,
    audit_names={"forward_endpoints": "name"},
    audit_pages={"forward_endpoints": "/admin/open311-endpoints/"},
)
