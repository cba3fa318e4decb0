"""The command centre: one board with the queue, the map, the units, alarms and ringing calls."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import COMMAND, COMMAND_CENTRE
from meteor.board.audit_sentences import SENTENCES
from meteor.web.package import NavigationEntry, Package

BOARD = (*COMMAND, "chief")
"""Roles that read the board. Of these, COMMAND acts on it."""

CHIEF = ("chief", "supervisor")
"""Roles that read the chief's page."""

blueprint = Package(
    __name__,
    homes={**dict.fromkeys(COMMAND, "board.board"), "chief": "board.chief"},
    navigation=[
        NavigationEntry(_l("Today"), "board.chief", CHIEF, order=5),
        NavigationEntry(_l("Board"), "board.board", BOARD, order=20),
        NavigationEntry(_l("Search"), "board.search_page", COMMAND_CENTRE, order=25),
        NavigationEntry(_l("Watch and hand-over"), "board.watch_page", BOARD, order=26, in_header=False),
    ],
    quiet_notices={
        "handover": _l("The watch is handed over to you: read and accept."),
        "handover_refused": _l("Your hand-over was refused: you are still on watch. Read why."),
    },
    audit_actions={
        "watch_taken": _l("Watch taken"),
        "watch_ended": _l("Watch left"),
        "handover_signed": _l("Watch handed over"),
        "handover_accepted": _l("Watch accepted"),
        "handover_refused": _l("Hand-over refused"),
        "handover_withdrawn": _l("Hand-over withdrawn"),
    },
    audit_sentences=SENTENCES,
)
