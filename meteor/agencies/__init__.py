"""Agencies with their officers and units: duty, positions, capabilities."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("My unit"), "agencies.own_unit", ("officer",), order=40),
        NavigationEntry(_l("Agencies"), "agencies.agencies", ("admin",), order=160),
        NavigationEntry(_l("Units"), "agencies.units", ("admin",), order=170),
    ],
)
