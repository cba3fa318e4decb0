"""Texts for an alert's reporter: distance of help, outcomes, and doubtful fields."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

OUTCOMES = {
    "helped": _l("You were helped."),
    "handed_over": _l("It was handed over to another service, which goes on with it."),
    "false_alarm": _l("It was a false alarm."),
    "prank": _l("It was taken for a prank. If you need help, press the button again or call 112."),
    "nothing_found": _l("The unit found nobody who needed help. If you still need it, press again or call 112."),
    "duplicate": _l("It is being handled together with another alert of the same event."),
}
"""Outcomes as the reporter reads them."""

DOUBTS = {
    "bad_position": _l("The position that your phone gave could not be used."),
    "old_position": _l("The position that your phone gave was more than 10 minutes old."),
    "outside_city": _l("Your position lies outside Kota Probolinggo. The command centre decides who helps."),
    "unknown_kind": _l("What kind of help you need was not understood. Choose it below if you can."),
    "text_cut": _l("Part of what your phone sent was too long. Its first 2,000 characters were kept."),
    "reduced": _l("You pressed very often today. Each press arrives, with the first 200 characters of its note."),
    "note_cut": _l("Your note was very long. The command centre sees its first 2,000 characters."),
    "sent_late": _l("Your phone could not reach us for a while, so your alert arrived late. We know that."),
    "unread": _l("Part of what your phone sent could not be read. Write what is important in a note."),
}
"""Labels of flags that the reporter sees. Other flags are for the dispatcher only."""

SIGNS = {
    "ready": ("1", _l("Nothing is being sent.")),
    "sending": ("2", _l("Your alert is being sent.")),
    "received": ("3", _l("The command centre has your alert.")),
    "unsent": ("4", _l("Not sent yet. Your phone keeps trying.")),
    "coming": ("7", _l("Help is on the way.")),
    "arrived": ("8", _l("Help has arrived.")),
    "closed": ("9", _l("The alert is closed.")),
    "offline": ("6", _l("No connection: what was shown before may be out of date.")),
    "out": ("0", _l("You are signed out.")),
}
"""Marks on the dark screen of a silent alert, with their meanings. They agree with those of the silent button."""


def shortened(names: Iterable[str]) -> str:
    """Names without more of the last one than its first letter: "Agus S., Budi"."""
    parts = (name.split() for name in names if name.strip())
    return ", ".join(f"{first} {others[-1][0]}." if others else first for first, *others in parts)
