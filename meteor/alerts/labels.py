"""Labels of kinds of alerts and of evidence for duplicates."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.alerts.duplicate_score import Evidence, Reason
from meteor.territory.labels import distance

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


_EVIDENCE = {
    Evidence.PHONE: _l("same phone number"),
    Evidence.HOUSEHOLD: _l("same household"),
    Evidence.RT: _l("same RT"),
    Evidence.TYPE: _l("same type"),
}


def reason(why: Reason) -> str:
    """Return why two reports may match: "same RT", "4 min apart", "120 m away"."""
    if why.evidence == Evidence.AWAY:
        return _("%(distance)s away", distance=distance(why.value, why.radius))
    if why.evidence == Evidence.APART:
        minutes = round(why.value / 60)
        return _("%(minutes)d min apart", minutes=minutes) if minutes else _("at the same time")
    return str(_EVIDENCE[why.evidence])
