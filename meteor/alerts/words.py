"""What an alert is called."""

from flask_babel import lazy_gettext as _l

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
