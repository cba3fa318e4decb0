"""Warnings in words: their levels, texts and times."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.store.moments import WIB, now
from meteor.territory.models import Rt


class Level(NamedTuple):
    """The looks of a severity: its word, the style of its colour, and an icon of its own shape."""

    word: str
    look: str
    icon: str


LEVELS: Mapping[str, Level] = {
    "Extreme": Level(_l("Extreme danger"), "extreme", "octagon"),
    "Severe": Level(_l("Severe danger"), "severe", "triangle"),
    "Moderate": Level(_l("Be on guard"), "moderate", "circle"),
    "Minor": Level(_l("Take note"), "minor", "info"),
    "Unknown": Level(_l("Information"), "minor", "info"),
}
"""Levels by severity. In Indonesian the three words that people know of BMKG's tsunami warnings and impact-based
forecasts: Awas, the highest, Siaga and Waspada. `docs/design.md` says where they come from."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"(])")


class Worded(Protocol):
    """A warning or a draft: it has texts by language."""

    texts: dict[str, dict[str, str]]


def level(severity: str) -> Level:
    """The level of a severity; that of an unknown one for any other word."""
    return LEVELS.get(severity, LEVELS["Unknown"])


def text(warning: Worded, name: str) -> str:
    """The text `name` in the reader's language, else in Indonesian, else in any that has it; empty without one."""
    wanted = (str(get_locale() or "id"), "id", "en", *warning.texts)
    found = (warning.texts.get(language, {}).get(name, "").strip() for language in wanted)
    return next(filter(None, found), "")


def hazard(warning: Worded) -> str:
    """The hazard in a few words: the event, else the headline."""
    return text(warning, "event") or text(warning, "headline") or _("Warning")


def rts(of: Iterable[Rt]) -> str:
    """Names of RT, sorted by RW, in short: RT 03 RW 05 Mayangan; RT 01–04, 06 RW 01–03 Sukabumi."""
    of_rw = [(rw, [rt.number for rt in group]) for rw, group in groupby(of, key=lambda rt: rt.rw)]
    alike = [list(group) for _, group in groupby(of_rw, key=lambda it: (it[0].kelurahan_id, it[1]))]
    return "; ".join(
        f"RT {_ranges(group[0][1])} RW {_ranges([rw.number for rw, _ in group])} {group[0][0].kelurahan.name}"
        for group in alike
    )


def _ranges(numbers: list[int]) -> str:
    """Rising numbers of two digits, three or more in a row as a range."""
    runs = [list(run) for _, run in groupby(enumerate(numbers), key=lambda it: it[1] - it[0])]
    return ", ".join(
        f"{run[0][1]:02}–{run[-1][1]:02}" if len(run) > 2 else ", ".join(f"{number:02}" for _, number in run)
        for run in runs
    )


def first_sentence(words: str) -> tuple[str, str]:
    """The first sentence of a text, and the rest of it."""
    first, *rest = _SENTENCE.split(words.strip(), maxsplit=1)
    return first, "".join(rest)


def moment(at: datetime) -> str:
    """A time of day in WIB, with the day unless that is today: 18.00 WIB, or 30 Nov 18.00 WIB."""
    is_today = at.astimezone(WIB).date() == now().astimezone(WIB).date()
    day = "" if is_today else str(format_datetime(at, "d MMM "))
    return f"{day}{time_of_day(at)} WIB"


def time_of_day(at: datetime) -> str:
    """A time of day in the city: 18.00."""
    return str(format_datetime(at, "HH.mm" if str(get_locale() or "id") == "id" else "HH:mm"))


def ending(warning: Any, by: str | None) -> str:
    """The end of a warning that does not hold any more; `by` is the type of the message that ended it."""
    if warning.ended_at and by:
        return _("Called off") if by == "Cancel" else _("Updated")
    return _("Ended")
