"""What an alert is called, and why two of them may be of one incident."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.alerts.likeness import Reason, Sign
from meteor.store.quotas import Limit
from meteor.territory.labels import distance

PRESENCES = Limit("presences", 200, _l("reports that you are there"))

KINDS = {
    "crime": _l("Crime"),
    "domestic_violence": _l("Violence at home"),
    "fire": _l("Fire"),
    "medical": _l("Accident or illness"),
    "disaster": _l("Disaster"),
    "other": _l("Something else"),
}
"""The kinds that a person chooses from, with their names."""


def kind(word: str) -> str:
    """The name of an alert's kind; "Emergency" for what has no name."""
    return str(KINDS.get(word, _l("Emergency")))


_SIGNS = {
    Sign.PHONE: _l("same phone number"),
    Sign.HOUSEHOLD: _l("same household"),
    Sign.RT: _l("same RT"),
    Sign.TYPE: _l("same type"),
}


def reason(why: Reason) -> str:
    """Why two reports may be of one incident: "same RT", "4 min apart", "120 m away"."""
    if why.sign == Sign.AWAY:
        return _("%(distance)s away", distance=distance(why.value))
    if why.sign == Sign.APART:
        minutes = round(why.value / 60)
        return _("%(minutes)d min apart", minutes=minutes) if minutes else _("at the same time")
    return str(_SIGNS[why.sign])
