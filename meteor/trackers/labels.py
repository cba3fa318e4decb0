"""Labels of reasons for which fixes are dropped."""

from flask_babel import lazy_gettext as _l

REASONS = {
    "mocked": _l("made up by an app on the device"),
    "nowhere": _l("without a position (0, 0)"),
    "future": _l("from the future: the clock of the device is ahead"),
    "old": _l("older than a week"),
    "inaccurate": _l("less accurate than 500 m"),
    "repeated": _l("sent again"),
    "impossible": _l("farther than anybody drives in that time"),
    "too_many": _l("beyond the day's limit of the trail"),
}
"""The reasons of avl.REASONS."""
