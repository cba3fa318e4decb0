"""Labels of the silent button's status, of panels' states, and of calls to contacts."""

from flask_babel import lazy_gettext as _l

SIGNS = {
    "ready": "1", "sending": "2", "arrived": "3", "unsent": "4", "test": "5", "offline": "6", "untested": "10",
    "out": "0",
}  # fmt: skip
"""Marks in the corner, which look like a page number. They are text, for screen readers."""

MEANINGS = {
    "ready": _l("Ready. Nothing was sent."),
    "sending": _l("Your alarm is being sent."),
    "arrived": _l("Your alarm has arrived at the command centre."),
    "unsent": _l("Your alarm has not arrived yet: it is sent again and again. Keep this page open."),
    "test": _l("These premises are in test: an alarm is received, but nobody comes. In danger call 112."),
    "offline": _l("No connection, and nothing was sent. What you press now is sent as soon as there is one."),
    "untested": _l("Not tested yet: nobody knows whether an alarm of yours arrives. Send a test first."),
    "out": _l("You are signed out: nothing can be sent. Sign in again, or call 112."),
}
"""Meanings of SIGNS, for the page that explains them."""

STATES = {
    "silent": _l("Silent"),
    "overdue": _l("Overdue"),
    "never": _l("Never heard"),
    "test": _l("In test"),
    "heard": _l("Heard"),
    "off": _l("Not active"),
}
"""Labels of Panel.state and of tests, states that need attention first."""

ANSWERS = {
    "right": _l("Right pass phrase"),
    "wrong": _l("No pass phrase, or a wrong one"),
    "unanswered": _l("Nobody answers"),
}
"""Labels of second_sign.ANSWERS."""
