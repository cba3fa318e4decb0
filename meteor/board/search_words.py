"""Words of the search: how texts are cut into them, and the range of all words that begin alike."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 40
"""Letters of a word that are kept. The rest finds nothing more."""

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[a-z0-9]+")
_IDLE = frozenset(
    ("jl", "jln", "jalan", "di", "ke", "dari", "dan", "yang", "dengan", "untuk", "itu", "ini", "ada",
     "the", "of", "at", "on", "in", "to", "an", "and", "is", "was", "street", "road", "rt", "rw", "no")
)  # fmt: skip
"""Words that stand in most texts and tell nothing apart."""


def plain(text: str) -> str:
    """The text in small letters without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def words_of(text: str) -> Iterator[str]:
    """The words of a text that are searched: without idle words, single letters, and zeros in front of numbers."""
    for word in _WORD.findall(plain(text)):
        known = word[:LONGEST].lstrip("0") if word.isdigit() else word[:LONGEST]
        if known and known not in _IDLE and (len(known) > 1 or known.isdigit()):
            yield known


def after(prefix: str) -> str | None:
    """The first word after all that begin with `prefix`; None if there is none.

    It is made of letters and digits alone: these are in the same order in every collation of the database.
    """
    stem = prefix.rstrip(_LETTERS[-1])
    return stem[:-1] + _LETTERS[_LETTERS.index(stem[-1]) + 1] if stem else None
