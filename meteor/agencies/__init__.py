"""Agencies with their officers and units: duty, positions, capabilities."""

from flask_babel import lazy_gettext as _l

from meteor.agencies.audit_sentences import FIELDS, SENTENCES
from meteor.web.package import NavigationEntry, Package

UNITS = _l("Agencies and units")

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("My unit"), "agencies.own_unit", ("officer",), order=40),
        NavigationEntry(_l("Agencies"), "agencies.agencies", ("admin",), order=160, group=UNITS),
        NavigationEntry(_l("Units"), "agencies.units", ("admin",), order=170, group=UNITS),
        NavigationEntry(_l("Officers"), "agencies.members", ("admin",), order=172, group=UNITS, in_header=False),
        NavigationEntry(
            _l("Capabilities"), "agencies.capabilities", ("admin",), order=174, group=UNITS, in_header=False
        ),
        NavigationEntry(
            _l("Speeds of units"), "agencies.unit_kinds", ("admin",), order=176, group=UNITS, in_header=False
        ),
    ],
    audit_actions={
        "member_changed": _l("Officer's agency changed"),
        "officers_imported": _l("Table of officers imported"),
        "agency_added": _l("Agency added"),
        "agency_changed": _l("Agency changed"),
        "capability_added": _l("Capability added"),
        "capability_changed": _l("Capability changed"),
        "capability_removed": _l("Capability removed"),
        "unit_kind_added": _l("Speed of a kind of units changed"),
        "unit_kind_changed": _l("Speed of a kind of units changed"),
        "unit_added": _l("Unit added"),
        "unit_changed": _l("Unit changed"),
        "shift_ended": _l("Shift ended by an administrator"),
    },
    audit_sentences=SENTENCES,
    audit_fields=FIELDS,
    audit_names={"units": "call_sign", "agencies": "name", "capabilities": "name"},
    audit_pages={
        "units": "/admin/units/",
        "agencies": "/admin/agencies/",
        "capabilities": "/admin/capabilities/",
        "unit_kinds": "/admin/unit-kinds/",
    },
)
