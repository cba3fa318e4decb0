"""The kinds of help that an alert asks for; each leads to one active incident type."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "emergency": _l("Emergency, not said of what kind"),
    "crime": _l("Crime"),
    "domestic_violence": _l("Domestic violence"),
    "fire": _l("Fire"),
    "medical": _l("Accident or medical"),
    "disaster": _l("Disaster"),
    "other": _l("Other"),
}

DOMESTIC_VIOLENCE = "domestic_violence"
"""A kind that is kept from neighbours, whatever else is said afterwards: one of them may be the offender."""

UNSAID = ("emergency", "other")
"""Kinds that do not say what it is."""
