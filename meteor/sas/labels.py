"""What the silent button says in its corner and what that means to those who know it; how panels are; calls."""

from flask_babel import lazy_gettext as _l

SIGNS = {"ready": "1", "sending": "2", "arrived": "3", "unsent": "4", "test": "5", "offline": "6", "out": "0"}
"""What stands in the corner: a page's number to everybody else. It is text, so that a screen reader reads it too."""

MEANINGS = {
    "ready": _l("Ready. Nothing was sent."),
    "sending": _l("Your alarm is being sent."),
    "arrived": _l("Your alarm has arrived at the command centre."),
    "unsent": _l("Your alarm has not arrived yet: it is sent again and again. Keep this page open."),
    "test": _l("These premises are in test: an alarm is received, but nobody comes. In danger call 112."),
    "offline": _l("No connection, and nothing was sent. What you press now is sent as soon as there is one."),
    "out": _l("You are signed out: nothing can be sent. Sign in again, or call 112."),
}
"""What each of SIGNS means, for the page that explains it."""

STATES = {
    "silent": _l("Silent"),
    "overdue": _l("Overdue"),
    "never": _l("Never heard"),
    "test": _l("In test"),
    "heard": _l("Heard"),
    "off": _l("Not active"),
}
"""How a panel is, those that need somebody first: Panel.state, and what is in test."""

ANSWERS = {
    "right": _l("Right pass phrase"),
    "wrong": _l("No pass phrase, or a wrong one"),
    "unanswered": _l("Nobody answers"),
}
"""What a call to a contact brought: second_sign.ANSWERS."""
