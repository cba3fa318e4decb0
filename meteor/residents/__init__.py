"""The register of households and residents, kept by RT leaders; sign-ups and claim cards."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    homes={"rt_leader": "residents.index"},
    navigation=[
        NavigationEntry(_l("Residents"), "residents.index", ("rt_leader",), order=80),
        NavigationEntry(_l("Where I live"), "residents.residence", ("citizen",), order=90),
        NavigationEntry(_l("RT leaders"), "residents.leaders", ("admin",), order=150),
    ],
)
