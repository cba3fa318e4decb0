"""Premises: places that can raise alarms, with users, contacts and notes for officers."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("My premises"), "premises.index", ("business",), order=130),
        NavigationEntry(_l("Premises"), "premises.all_premises", ("admin",), order=180),
    ],
)
