"""Labels of the response times: dimensions, steps, and durations in words."""

from datetime import date
from math import ceil

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

DIMENSIONS = {
    "month": _l("Month"),
    "hour": _l("Hour (WIB)"),
    "agency": _l("Leading agency"),
    "type": _l("Type"),
    "priority": _l("Priority"),
    "kelurahan": _l("Kelurahan"),
    "source": _l("Source"),
}
"""The names of figures.DIMENSIONS."""


def month(text: str, form: str = "MMMM y") -> str:
    """ "2026-11" as November 2026."""
    year, number = map(int, text.split("-"))
    return str(format_date(date(year, number, 1), form))


def duration(seconds: float | None) -> str:
    """Seconds in words, rounded up; a dash for None."""
    if seconds is None:
        return "–"
    whole = ceil(seconds)
    if whole < 60:
        return _("%(seconds)d s", seconds=whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return (
            _("%(minutes)d min %(seconds)d s", minutes=minutes, seconds=rest)
            if rest
            else _("%(minutes)d min", minutes=minutes)
        )
    hours, minutes = divmod(ceil(whole / 60), 60)
    return _("%(hours)d h %(minutes)d min", hours=hours, minutes=minutes)
