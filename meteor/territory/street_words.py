"""What a text says of a street: the words of its name, and a house number."""

import re
from typing import NamedTuple

from meteor.territory.numbers import KECAMATAN, rt_and_rw
from meteor.territory.spelling import words_of

ROAD = "jalan"
"""The word in almost every street's name, as words_of writes it: it tells no streets apart."""

_NUMBER = re.compile(r"\b(?:no|nomor|nomer|nmr|number)\b\W*0*([1-9][0-9]{0,3})(?:\s?([a-z]))?\b", re.IGNORECASE)
_BARE = re.compile(
    r"(\b(?:jl|jln|jalan|gg|gang|street|road)\b[^0-9]*[^\W\d_]\W+)0*([1-9][0-9]{0,3})([a-z])?\b"
    r"(?!\s*(?:m|mtr|meters?|metres?|km|kilometers?|kilometres?)\b)",
    re.IGNORECASE,
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
        """Whether the number belongs to a street's name of these words."""
        return self.bare and self.number in name


def street_words(text: str) -> StreetWords:
    """What a text says of a street."""
    rest = KECAMATAN.sub(" ", rt_and_rw(text).rest)
    number, bare = _NUMBER.search(rest), None
    if number:
        rest = _NUMBER.sub(" ", rest)
    else:
        bare = _BARE.search(rest)
        rest = _BARE.sub(r"\1 ", rest)
    words = words_of(_TWO.sub("-", rest))
    found = (number.groups() if number else bare.groups()[1:] if bare else None) or ("", "")
    return StreetWords(
        tuple(word for word in words if word != ROAD),
        ROAD in words or "gang" in words,
        found[0],
        (found[1] or "").lower(),
        bool(bare),
    )
