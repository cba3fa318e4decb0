"""Labels of the days of a minimum strength."""

from flask_babel import lazy_gettext as _l

DAYS = {"every": _l("Every day"), "weekdays": _l("Monday to Friday"), "weekend": _l("Saturday and Sunday")}
"""The names of rosters.models.DAY_KINDS."""
