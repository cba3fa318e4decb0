"""Words of messages to an RT."""

from flask_babel import lazy_gettext as _l

KINDS = {"notice": _l("Notice"), "alarm": _l("RT alarm")}

CHOICES = {
    "notice": _l("Notice: quiet, such as community work on Sunday"),
    "alarm": _l("Alarm: for danger now, phones with METEOR's notices turned on ring"),
}
"""The kinds as a leader chooses between them."""

BEGINNINGS = {
    "fire": (_l("Fire"), _l("Fire at")),
    "thief": (_l("Thief"), _l("A thief was seen at")),
    "flood": (_l("Flood"), _l("The water is rising at")),
    "child": (_l("Lost child"), _l("A child is lost. Name, age, clothes:")),
    "gathering": (_l("Gathering"), _l("Please gather now at")),
}
"""Ready beginnings of alarms: a name, and the words."""

LENGTHS = {
    0: _l("Notice 3 days, alarm 2 hours"),
    1: _l("1 hour"), 2: _l("2 hours"), 6: _l("6 hours"), 12: _l("12 hours"), 24: _l("1 day"), 72: _l("3 days"),
    168: _l("7 days"), 336: _l("14 days"),
}  # fmt: skip
"""Choices of the time for which a message is shown, by hours."""
