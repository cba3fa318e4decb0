"""Places that are told by another place: "100 m selatan pasar baru", "in front of the station"."""

import re
from dataclasses import dataclass
from itertools import groupby

NEAR = 100.0
"""Metres that "in front of" and "south of" may mean when nobody says how many."""

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
class Beside:
    """A place as it was told: `said` ("100 m selatan"), the other `place`, and how far that may be in metres."""

    said: str
    place: str
    metres: float


def beside(text: str) -> Beside | None:
    """What a text tells by another place, if it does."""
    tokens = list(_TOKEN.finditer(text))
    kinds = _kinds([token[0].lower() for token in tokens])
    at = 0
    for linked, run in groupby(kinds, key=bool):
        start, at = at, at + len(list(run))
        if not linked or not any(kind in ("way", "far") for kind in kinds[start:at]):
            continue
        before, after = text[: tokens[start].start()], text[tokens[at].start() :] if at < len(tokens) else ""
        place = (after or before).strip(" ,.;:()-")
        if place:
            said = text[tokens[start].start() : tokens[at - 1].end()]
            return Beside(re.sub(r"\s+the$", "", said, flags=re.IGNORECASE), place, _metres(said))
    return None


def _kinds(words: list[str]) -> list[str]:
    """What each word does here: "far" (a distance), "way" (a direction, or nearness), "link", or "" for any other."""
    kinds: list[str] = []
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word[0].isdigit():
            kinds.append("far" if words[at + 1 : at + 2] and words[at + 1] in _UNITS else "")
        elif word in _UNITS:
            kinds.append("far" if before[:1].isdigit() else "")
        elif word in _WAYS or before in _HALVES.get(word, ()) or (word in _JAVANESE and (not kinds or kinds[-1])):
            kinds.append("way")
        else:
            kinds.append("link" if word in _LINKS else "")
    return kinds


def _metres(said: str) -> float:
    numbers = re.search(r"([0-9]+(?:[.,][0-9]+)?)\s*([a-z]+)", said.lower())
    if not numbers or numbers[2] not in _UNITS:
        return NEAR
    return min(float(numbers[1].replace(",", ".")) * _UNITS[numbers[2]], _FARTHEST)
