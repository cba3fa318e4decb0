"""Sentences of the disaster agency's desk: what happened to a report, and where its place comes from."""

from flask_babel import lazy_gettext as _l

HAPPENED = {
    "received": _l("Report received"),
    "asked": _l("Question to the reporter"),
    "answered": _l("Answer of the reporter"),
    "verified": _l("Verified"),
    "rejected": _l("Not confirmed"),
    "resolved": _l("Over"),
    "withdrawn": _l("Taken back by the reporter"),
    "incident": _l("Incident made"),
    "same": _l("Joined to a report of the same hazard"),
    "separated": _l("Separated from a report of another hazard"),
}
"""What a message of a report says that has happened."""

PLACES = {
    "device": _l("position of the phone"),
    "pin": _l("chosen on the map"),
    "photo": _l("position in the photo"),
    "words": _l("from the description"),
    "none": _l("place unknown"),
}
"""Where the place of a report comes from."""

ICONS = {"flood": "wave", "tidal_flood": "wave", "fire": "fire"}
"""The icons of kinds of hazard; all others have the warning triangle."""
