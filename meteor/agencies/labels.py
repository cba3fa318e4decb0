"""Labels of kinds of units, and of the time that they need."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

KINDS = {
    "motorbike": _l("Motorbike"),
    "patrol_car": _l("Patrol car"),
    "ambulance": _l("Ambulance"),
    "fire_engine": _l("Fire engine"),
    "rescue": _l("Rescue vehicle"),
    "tow_truck": _l("Tow truck"),
    "team": _l("Team"),
}
"""The names of agencies.models.UNIT_KINDS, in their order."""


def soon(minutes: int) -> str:
    """The minutes that a unit is still away, in words."""
    return _("about a minute") if minutes == 1 else _("about %(minutes)d minutes", minutes=minutes)
