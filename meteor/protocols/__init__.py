"""Incident types with response plans, call scripts and escalation chains: reference data with its admin pages."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__, navigation=[NavigationEntry(_l("Incident types"), "protocols.incident_types", ("admin",), order=190)]
)
