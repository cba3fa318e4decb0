"""The command centre: one board with the queue, the map, the units, alarms and ringing calls."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import COMMAND, COMMAND_CENTRE
from meteor.web.package import NavigationEntry, Package

BOARD = (*COMMAND, "chief")
"""Those who read the board. Of these, COMMAND acts on it."""

CHIEF = ("chief", "supervisor")
"""Those who read the chief's page."""

blueprint = Package(
    __name__,
    homes={**dict.fromkeys(COMMAND, "board.board"), "chief": "board.chief"},
    navigation=[
        NavigationEntry(_l("Today"), "board.chief", CHIEF, order=5),
        NavigationEntry(_l("Board"), "board.board", BOARD, order=20),
    homes=dict.fromkeys(COMMAND, "board.board"),
        NavigationEntry(_l("Search"), "board.search_page", COMMAND_CENTRE, order=25),
    ],
)
