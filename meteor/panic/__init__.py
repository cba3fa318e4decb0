"""The citizen's emergency button."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import RESIDENTS
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Emergency button"), "panic.button", RESIDENTS, order=50),
        NavigationEntry(_l("My alerts"), "panic.own_alerts", RESIDENTS, order=60),
    ],
)
