"""Places that are told by another place: "100 m selatan pasar baru", "in front of the station"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

NEAR = 100.0
"""Distance in metres of "in front of" and "south of" without a number."""

_EDGES = " \t\n,.;:()-"
_FARTHEST = 50_000.0
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[^\W\d_]+")
_UNITS = {
    **dict.fromkeys(("m", "mtr", "meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), 1000.0),
}
_WAYS = frozenset((
    "utara", "selatan", "timur", "barat", "tenggara", "north", "south", "east", "west", "northeast", "northwest",
    "southeast", "southwest", "depan", "muka", "belakang", "samping", "sebelah", "seberang", "dekat", "sekitar",
    "pojok", "sisi", "front", "behind", "opposite", "across", "next", "beside", "near", "close", "around",
))  # fmt: skip
_JAVANESE = frozenset(("lor", "kidul", "wetan", "kulon"))  # and the second half of many names
_HALVES = {"laut": ("timur", "barat"), "daya": ("barat",)}
_LINKS = frozenset(("di", "ke", "dari", "arah", "kiri", "kanan", "the", "of", "from", "to", "in", "on", "at"))


@dataclass(frozen=True)
class RelativePlace:
    """A place as it was told: `said` ("100 m selatan"), the other `place`, and how far that may be in metres."""

    said: str
    place: str
    metres: float


def relative_place(text: str) -> RelativePlace | None:
    """The relative place in a text: relative to the place after it, else to the one before. None without one."""
    tokens = list(_TOKEN.finditer(text))
    kinds = _kinds([token[0].lower() for token in tokens])
    runs = [(tokens[start], tokens[end]) for start, end in _runs(kinds)]
    for at, (first, last) in enumerate(runs):
        until = runs[at + 1][0].start() if at + 1 < len(runs) else len(text)
        since = runs[at - 1][1].end() if at else 0
        place = text[last.end() : until].strip(_EDGES) or text[since : first.start()].strip(_EDGES)
        if place:
            said = re.sub(r"\s+the$", "", text[first.start() : last.end()], flags=re.IGNORECASE)
            far = [_metres(tokens[at][0], tokens[at + 1][0]) for at, kind in enumerate(kinds) if kind == "far"]
            return RelativePlace(said, place, max(far, default=NEAR))
    return None


def _runs(kinds: list[str]) -> Iterator[tuple[int, int]]:
    """The first and the last of the words that tell a way together."""
    at = 0
    for linked, run in groupby(kinds, key=bool):
        start, at = at, at + len(list(run))
        if linked and any(kind in ("way", "far") for kind in kinds[start:at]):
            yield start, at - 1


def _kinds(words: list[str]) -> list[str]:
    """The role of each word: "far" for a number of metres, "way" for a direction or nearness, "link" between them."""
    kinds: list[str] = []
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word[0].isdecimal():
            kinds.append("far" if words[at + 1 : at + 2] and words[at + 1] in _UNITS else "")
        elif word in _UNITS:
            kinds.append("link" if before[:1].isdecimal() else "")
        elif word in _WAYS or before in _HALVES.get(word, ()) or (word in _JAVANESE and (not kinds or kinds[-1])):
            kinds.append("way")
        else:
            kinds.append("link" if word in _LINKS else "")
    return kinds


def _metres(number: str, unit: str) -> float:
    return min(float(number.replace(",", ".")) * _UNITS[unit.lower()], _FARTHEST)
