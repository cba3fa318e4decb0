"""Labels of kinds of leave."""

from flask_babel import lazy_gettext as _l

LEAVE = {"leave": _l("Leave"), "sick": _l("Sick"), "training": _l("Training")}
"""The kinds of models.LEAVE_KINDS."""

LEAVE_CODES = {"leave": _l("LV"), "sick": _l("SK"), "training": _l("TR")}
"""Two letters for a cell of the roster."""
