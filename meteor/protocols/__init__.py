"""Incident types with response plans, call scripts and escalation chains: reference data with its admin pages."""

from flask_babel import lazy_gettext as _l

from meteor.protocols.audit_sentences import FIELDS, SENTENCES
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(
            _l("Incident types"), "protocols.incident_types", ("admin",), order=190, group=_l("Response plans")
        )
    ],
    audit_actions={
        "city_seeded": _l("Reference data added"),
        "incident_type_added": _l("Incident type added"),
        "incident_type_changed": _l("Incident type changed"),
    },
    audit_sentences=SENTENCES,
    audit_fields=FIELDS,
    audit_names={"incident_types": "name"},
    audit_pages={"incident_types": "/admin/incident-types/"},
)
