"""Clients of the API: partners' systems, with their tokens and scopes."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__, navigation=[NavigationEntry(_l("Clients of the API"), "clients.clients", ("admin",), order=210)]
)
