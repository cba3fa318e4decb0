"""Labels of kinds of units, of the time that they need, and of sources of positions."""

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

SOURCES = {
    "tracker": _l("tracker"),
    "tablet": _l("tablet"),
    "crew": _l("by the crew's word"),
    "base": _l("home base"),
}
"""Sources of a unit's position: the values of agencies.rules.position_source."""


def soon(minutes: int, most: int | None = None) -> str:
    """The minutes that a unit is still away, in words; from `minutes` to `most` where its way is not known better."""
    if most is not None and most > minutes:
        return _("about %(least)d–%(most)d minutes", least=minutes, most=most)
    return _("about a minute") if minutes == 1 else _("about %(minutes)d minutes", minutes=minutes)


def in_danger(officer: object) -> str:
    """The refusal of a break or an end of duty while this officer is in danger."""
    return _(
        "Not changed: %(officer)s is reported to be in danger. Say on the page of that alert that you are safe, or ask "
        "the command centre to close it.", officer=officer,
    )  # fmt: skip
