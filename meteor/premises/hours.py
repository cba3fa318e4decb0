"""Opening hours: a day as people write it ("08:00-15:00, 16:00-20:00", "closed", "24 hours"), and what is now."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.store.moments import WIB

Day = list[list[str]]
"""The spans of a day: [["08:00", "15:00"], …], none if it is closed. One that ends earlier ends on the next day."""

ALWAYS = [["00:00", "24:00"]]

_CLOSED = frozenset({"tutup", "libur", "closed", "-", "–"})
_ALWAYS = frozenset({"24 jam", "24jam", "24 hours", "24h"})
_TIME = r"(\d{1,2})(?:[.:](\d{2}))?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|—|s/?d|sampai|to)\s*{_TIME}", re.ASCII | re.IGNORECASE)
_DAY = 24 * 60  # minutes


class OpeningHours(NamedTuple):
    """The state of premises: open or not, and until when; None if it stays so."""

    open: bool
    until: datetime | None


def read(text: str) -> Day:
    """The spans that a text says, in their order. Raises ValueError, which says what would be right."""
    words = " ".join(text.lower().split())
    if words in _CLOSED:
        return []
    if words in _ALWAYS:
        return ALWAYS
    found = [_SPAN.fullmatch(part.strip()) for part in re.split(r"[,;&]|\bdan\b|\band\b", words)]
    if not all(found):
        raise ValueError(_l("Write hours such as 08:00-15:00, or “closed”."))
    spans = sorted(_minutes(*match.groups()) for match in found if match)
    overlap = any(start < end for (_start, end), (start, _end) in pairwise(spans))
    if overlap or spans[-1][1] - _DAY > spans[0][0]:
        raise ValueError(_l("These hours overlap. Write each once: 08:00-12:00, 13:00-17:00."))
    return [[_clock(start), _clock(end if end <= _DAY else end - _DAY)] for start, end in spans]


def spelled(spans: Day) -> str:
    """The spans of a day as `read` takes them, in the language that is spoken."""
    if spans == ALWAYS:
        return _("24 hours")
    return ", ".join("-".join(span) for span in spans) or _("closed")


def opening_hours(week: Sequence[Day], at: datetime) -> OpeningHours | None:
    """Return the state at a moment by a week's hours, Monday first; None if unknown."""
    if not week:
        return None
    wib = at.astimezone(WIB)
    midnight = wib.replace(hour=0, minute=0, second=0, microsecond=0)
    opened: list[tuple[datetime, datetime]] = []
    for day in range(-1, 9):  # last night's may not be over, and what opens next is a week away at most
        first = midnight + timedelta(days=day)
        for start, end in (_span(each) for each in week[first.weekday()]):
            begins, ends = first + timedelta(minutes=start), first + timedelta(minutes=end)
            if opened and begins <= opened[-1][1]:
                begins = opened.pop()[0]
            opened.append((begins, ends))
    for begins, ends in opened:
        if at < begins:
            return OpeningHours(False, begins)
        if at < ends:
            return OpeningHours(True, ends if ends < midnight + timedelta(days=8) else None)
    return OpeningHours(False, None)


def _span(span: Sequence[str]) -> tuple[int, int]:
    start, end = (60 * int(clock[:2]) + int(clock[3:]) for clock in span)
    return start, end if end > start else end + _DAY


def _minutes(hour: str, minute: str | None, end_hour: str, end_minute: str | None) -> tuple[int, int]:
    """Beginning and end in minutes from midnight; an end on the next day is more than a day."""
    start, end = (int(hours) * 60 + int(minutes or 0) for hours, minutes in ((hour, minute), (end_hour, end_minute)))
    if start >= _DAY or end > _DAY or start == end or max(int(minute or 0), int(end_minute or 0)) > 59:
        raise ValueError(_l("Write hours from 00:00 to 24:00, such as 08:00-15:00."))
    return start, end if end > start else end + _DAY


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
