"""RT leaders and volunteers near an incident: who is called, and what they see."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Alerts in my RT"), "neighbourhood.open_alerts", ("rt_leader",), order=70),
        NavigationEntry(_l("Help near my home"), "neighbourhood.near_home", ("citizen",), order=100),
    ],
)
