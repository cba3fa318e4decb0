"""Labels of kinds of leave, and of reasons for which a shift is not copied."""

from flask_babel import lazy_gettext as _l

LEAVE = {"leave": _l("Leave"), "sick": _l("Sick"), "training": _l("Training")}
"""The kinds of models.LEAVE_KINDS."""

LEAVE_CODES = {"leave": _l("LV"), "sick": _l("SK"), "training": _l("TR")}
"""Two letters for a cell of the roster."""

LEFT_OUT = {
    "on_leave": _l("On leave"),
    "overlap": _l("Planned already"),
    "short_rest": _l("Less than 11 hours of rest"),
    "too_long": _l("Longer than 12 hours"),
    "unusable": _l("Officer, shift type or unit no longer there"),
    "over": _l("Over already"),
}
"""Kinds of reasons for which a shift of a copied week is left out."""
