"""Street of a text: the words of its name, and a house number."""

import re
from typing import NamedTuple

from meteor.territory.numbers import KECAMATAN, rt_and_rw
from meteor.territory.spelling import words_of

ROAD = "jalan"
"""The word in almost every street's name, as words_of writes it: it tells no streets apart."""

_NUMBER = re.compile(r"\b(?:no|nomor|nomer|nmr|number)\b\W*0*([1-9][0-9]{0,3})(?:\s?([a-z]))?\b", re.IGNORECASE)
_ROAD = re.compile(r"\b(?:jl|jln|jalan|gg|gang|street|road)\b", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]")
_BARE = re.compile(
    r"\b0*([1-9][0-9]{0,3})([a-z])?\b(?!\s*(?:m|mtr|meters?|metres?|km|kilometers?|kilometres?)\b)", re.IGNORECASE
)
_TWO = re.compile(r"(?<=[a-z]) +(?=2\b)", re.IGNORECASE)  # in "Gang Mawar 2" it does not write a word twice


class StreetWords(NamedTuple):
    """The words of a text without "jalan", and the number and letter of a house in it ("12", "a"), or "".

    `road` says whether the text says that it means a street. A `bare` number may belong to the street's name.
    """

    words: tuple[str, ...]
    road: bool
    number: str
    letter: str
    bare: bool

    def of_name(self, name: tuple[str, ...]) -> bool:
        """Return whether the number belongs to a street's name of these words."""
        return self.bare and self.number in name


def street_words(text: str) -> StreetWords:
    """Return the street that a text names."""
    rest = KECAMATAN.sub(" ", rt_and_rw(text).rest)
    said = _NUMBER.search(rest)
    bare = None if said else _bare_number(rest)
    found = said or bare
    if found:
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    words = words_of(_TWO.sub("-", rest))
    return StreetWords(
        tuple(word for word in words if word != ROAD),
        ROAD in words or "gang" in words,
        found[1] if found else "",
        (found[2] or "").lower() if found else "",
        bool(bare),
    )


def _bare_number(text: str) -> re.Match[str] | None:
    """The first number after "jalan" and a name, unless it is one of metres."""
    road = _ROAD.search(text)
    digits = _DIGITS.search(text, road.end()) if road else None
    if road and digits and any(letter.isalpha() for letter in text[road.end() : digits.start()]):
        return _BARE.match(text, digits.start())
    return None
