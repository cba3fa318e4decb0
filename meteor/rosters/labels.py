"""Labels of kinds of leave, and of reasons for which a shift is not copied; times of the roster in words."""

from collections.abc import Callable
from datetime import datetime

from babel.dates import format_datetime
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from meteor.store.moments import WIB

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

_TIME_OF_DAY = {"id": "HH.mm", "en": "HH:mm"}


def day_and_time(at: datetime, language: str = "") -> str:
    """Return `at` in WIB: 1 Des 07.00. The month is a word: 01-12 could be read as 12 January."""
    language = language or str(get_locale() or "id")
    return format_datetime(at.astimezone(WIB), f"d MMM {_TIME_OF_DAY[language]}", locale=language)


def time_of_day(at: datetime, language: str) -> str:
    """Return the time of day of `at` in WIB: 07.00."""
    return format_datetime(at.astimezone(WIB), _TIME_OF_DAY[language], locale=language)


def in_both(said: Callable[[str], str]) -> dict[str, str]:
    """What a notice says in the language of its reader."""
    return {language: said(language) for language in _TIME_OF_DAY}
