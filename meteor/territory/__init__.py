"""Kecamatan, kelurahan, RW, RT, landmarks: areas, their names and their map."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__, navigation=[NavigationEntry(_l("Areas"), "territory.kelurahan_list", ("admin",), order=200)]
)
