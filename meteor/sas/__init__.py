"""The Security Alert System: silent alarms of businesses, from panels and from a button."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import COMMAND_CENTRE
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    homes={"business": "sas.button"},
    navigation=[
        NavigationEntry(_l("Alarms"), "sas.alarm_screen", COMMAND_CENTRE, order=20),
        NavigationEntry(_l("Silent button"), "sas.button", ("business",), order=110),
        NavigationEntry(_l("Test"), "sas.test", ("business",), order=120),
    ],
)
