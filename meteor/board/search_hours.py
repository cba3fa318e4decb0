"""Times of day in a search, in Indonesian and English: "pukul 14", "jam 7 malam", "pagi ini", "last night"."""

import re
from dataclasses import dataclass
from datetime import date

from meteor.board.search_days import DAY, Days


@dataclass(frozen=True)
class Hours:
    """A time of day in minutes since midnight: from `start`, before `end`. A night ends after 1440, the next day."""

    start: int
    end: int


PARTS = {
    name: Hours(start * 60, end * 60)
    for names, start, end in (
        ("pagi morning", 4, 11), ("siang", 10, 15), ("sore", 15, 19), ("afternoon", 12, 18), ("evening", 17, 23),
        ("malam night", 18, 28),
    )
    for name in names.split()
}  # fmt: skip
"""The parts of a day, as wide as people mean them."""

NIGHT = ("malam", "night")

NEAR = 31
"""Number of days on which hours are searched, where the query names no days, or more."""


def take_part(text: str, today: date) -> tuple[str, list[Days], str]:
    """Take a part of a day out of a text: "pagi ini", "kemarin sore", "last night".

    Returns what is left, the day, and the part (of PARTS). Tonight is also the night that began yesterday: it may be
    past midnight.
    """
    found = next(filter(None, (pattern.search(text) for pattern in _PARTS)), None)
    if not found:
        return text, [], ""
    words, part = found[0], found.groupdict().get("part") or "malam"
    tonight = words in ("tonight", "malam ini")
    earlier = words.startswith(("last", "yesterday")) or "kemarin" in words or words == "semalam"
    last_night = part in NIGHT and "tadi" in words
    first = today - DAY if tonight or earlier or last_night else today
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return rest, [Days(first, today if tonight else first)], part


def take_hours(text: str, part: str = "") -> tuple[str, list[Hours]]:
    """Take every time of day out of a text: a whole hour, or a quarter of an hour around a minute.

    `part` is the part of the day that was said apart from it: of a night, the hours after midnight are the next day's.
    """
    found: list[Hours] = []

    def take(match: re.Match[str]) -> str:
        hour, minute = _hour(int(match["hour"]), match["part"] or part), int(match["minute"] or 0)
        if hour > 23 or minute > 59:
            return match[0]
        at = (hour + 24 if part in NIGHT and hour < 6 else hour) * 60 + minute
        found.append(
            Hours(max(0, at - 15), at + 16 if at > 1440 else min(1440, at + 16)) if minute else Hours(at, at + 60)
        )
        return " "

    return _HOUR.sub(take, text), found


def _hour(hour: int, part: str) -> int:
    """The hour of 24 that is meant by an hour and a part of the day: the night goes on after midnight."""
    if hour == 12 and part in ("am", *NIGHT):
        return 0
    late = part in NIGHT and hour > 5
    afternoon = late or part in ("pm", "sore", "afternoon", "evening") or (part == "siang" and hour < 6)
    return hour + 12 if afternoon and hour < 12 else hour


def hours_of(days: Days | None, today: date) -> list[date]:
    """The days on which hours are searched: those of the query, at most the last NEAR of them."""
    last = min(days.last, today) if days else today
    first = max(days.first, last - (NEAR - 1) * DAY) if days else last - (NEAR - 1) * DAY
    return [first + n * DAY for n in range((last - first).days + 1)]


_HOUR = re.compile(
    r"\b(?:(?:pukul|pkl|jam|at) ?(?=\d)|(?=\d{1,2}[:.]\d{2}\b)|(?=\d{1,2}(?::\d{2})? ?(?:am|pm)\b))"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?![\d:.-]\d|\d)(?: ?(?P<part>am|pm|pagi|siang|sore|malam)\b)?"
)
_NAMES = "|".join(PARTS)
_PARTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:kemarin|tadi|yesterday|this|last) (?P<part>{_NAMES})\b(?: ini\b)?",
        rf"\b(?P<part>{_NAMES}) (?:ini|kemarin|tadi)\b",
        r"\b(?:semalam|tonight)\b",
    )
)
"""Ways to say a part of a day. Alone, such a word is none: "pasar malam"."""
