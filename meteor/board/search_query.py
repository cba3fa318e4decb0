"""The query of a search: incident numbers, phone numbers, days, hours and words, read from one line of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from meteor.accounts.phones import NotAPhoneNumber, e164
from meteor.board.search_days import Days, take_days
from meteor.board.search_hours import PARTS, Hours, take_hours, take_part
from meteor.board.search_words import plain, words_of
from meteor.territory.numbers import rt_and_rw

LONGEST = 100
"""Characters of a search that are read."""

SHORTEST_PART, LONGEST_PHONE = 4, 15
"""Digits of a phone number that are looked for; E.164 has 15 at most."""

_NUMBER = re.compile(r"(?<![\w-])(\d{1,6})-(\d{1,9})(?![\w-])")
_PHONE = re.compile(r"(?<![\w+])(?:\+ ?\d|62\d|0[2-9])[\d .()-]{6,}\d(?!\w)")
_PART = re.compile(r" *(\+ ?)?\d[\d .()-]*")
_MANY = re.compile(r"\d{3,4}")


@dataclass(frozen=True)
class Number:
    """An incident's number, or its end: `day` are the last digits of its day, `count` its count within the day."""

    day: str
    count: str


@dataclass(frozen=True)
class PhonePart:
    """A part of a phone number: its first digits in E.164, "" for none, or its last digits, "" for none."""

    begin: str
    end: str

    def fits(self, phone: str | None) -> bool:
        """Return whether a number in E.164 begins or ends so."""
        begins = self.begin and (phone or "").startswith(self.begin)
        return bool(begins or (self.end and (phone or "").endswith(self.end)))


@dataclass(frozen=True)
class Query:
    """All of this is asked for at once. `phones` are in E.164; a word is the beginning of one.

    A word that is also in `counts` may be the count of an incident's number instead.
    """

    numbers: tuple[Number, ...] = ()
    counts: frozenset[str] = frozenset()
    phones: tuple[str, ...] = ()
    days: Days | None = None
    hours: Hours | None = None
    words: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is asked for."""
        return self == Query()


def read(text: str, today: date) -> Query:
    """Read a search as it was typed. `today` is the day in the city."""
    rest = " ".join(plain(text[:LONGEST]).split())
    rw, rt, rest = rt_and_rw(rest)  # before days: "RT/RW 2/3" is none
    rest, day, part = take_part(rest, today)
    rest, days = take_days(rest, today)
    phones, rest = _phones(rest)
    numbers = tuple(Number(day.zfill(len(day) + len(day) % 2), count) for day, count in _NUMBER.findall(rest))
    rest, hours = take_hours(_NUMBER.sub(" ", rest), part)
    if part and not hours:
        hours = [PARTS[part]]
    counts = frozenset(token.lstrip("0") for token in rest.split() if _MANY.fullmatch(token)) - {""}
    words = [*words_of(rest), *(str(number) for number in (rt, rw) if number is not None)]
    return Query(numbers, counts, tuple(phones), _both(day + days), hours[0] if hours else None,
                 tuple(dict.fromkeys(words)))  # fmt: skip


def part_of_phone(text: str) -> PhonePart | None:
    """The part of a phone number that a text of digits alone may be, from SHORTEST_PART digits on."""
    digits = "".join(filter(str.isdecimal, text))
    if not (text.isascii() and _PART.fullmatch(text) and SHORTEST_PART <= len(digits) <= LONGEST_PHONE):
        return None
    if "+" in text:
        return PhonePart(f"+{digits}", "")
    begin = f"+{digits}" if digits.startswith("62") else f"+62{digits[1:]}" if digits.startswith("0") else ""
    return PhonePart(begin, digits)


def _both(days: list[Days]) -> Days | None:
    """The days that lie in all of several."""
    return Days(max(it.first for it in days), min(it.last for it in days)) if days else None


def _phones(text: str) -> tuple[list[str], str]:
    """The phone numbers in a text, and what is left of it."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        for length in _ends(match[0]):
            try:
                found.append(e164(match[0][:length]))
            except NotAPhoneNumber:
                continue
            return " " + match[0][length:]
        return match[0]

    return found, _PHONE.sub(take, text)


def _ends(text: str) -> Iterator[int]:
    """The possible ends of a number in a text: at its end, or before each blank, the longest first."""
    yield len(text)
    yield from (place for place in range(len(text) - 1, 7, -1) if text[place] == " ")
