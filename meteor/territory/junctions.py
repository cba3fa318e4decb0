"""The points where two streets meet, by typed text: "perempatan suroyo - panglima sudirman"."""

import re
from collections.abc import Iterator

from meteor.streets import places
from meteor.territory.area_index import Area
from meteor.territory.street_names import StreetName, StreetNames
from meteor.territory.street_words import ROAD, StreetWords, street_words

SURE_ENOUGH = 0.75
"""The lowest score of each of the two streets."""

RIVALS = 6
"""Streets that each of the two names may mean."""

MOST_WORDS = 8
"""Words of two names that nothing separates: each way to split them is tried."""

_JUNCTION = re.compile(
    r"\b(?:per)?simpang(?:an)?(?:\s*(?:tiga|empat|lima|[345])\b)?|\b(?:perempatan|prapatan|pertigaan|perlimaan)\b"
    r"|\b(?:lampu|traffic)\s+(?:merah|lights?)\b|\bbangjo\b|\b(?:crossroads?|intersection|junction|corner)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r" [-–—]+ | ?[/&+,×] ?| (?:x|dan|and|dengan|dgn|with|sama|ketemu|meets) ", re.IGNORECASE)


def junctions_of(text: str, streets: StreetNames) -> list[tuple[Area, float]]:
    """The junctions that a text names, best first, with a score from 0 to 1. None if it does not say "junction"."""
    said, found = _JUNCTION.subn(" ", text)
    best: dict[Area, float] = {}
    for one, other in _pairs(" ".join(said.split()).strip(" -–—")) if found else ():
        for area, score in _meeting(_likely(one, streets), _likely(other, streets)):
            best[area] = max(score, best.get(area, 0.0))
    return sorted(best.items(), key=lambda pair: -pair[1])


def _pairs(said: str) -> Iterator[tuple[StreetWords, StreetWords]]:
    """The two names; where nothing separates them, each way to split the words."""
    parts = [words for words in map(street_words, _BETWEEN.split(said)) if words.words]
    if len(parts) > 1:
        yield parts[0], parts[1]
        return
    words = parts[0].words if parts else ()
    for at in range(1, len(words) if len(words) <= MOST_WORDS else 0):
        yield street_words(" ".join((ROAD, *words[:at]))), street_words(" ".join((ROAD, *words[at:])))


def _likely(said: StreetWords, streets: StreetNames) -> list[tuple[StreetName, float]]:
    found = [pair for pair in streets.likely(said._replace(road=True)) if pair[1] >= SURE_ENOUGH]
    return sorted(found, key=lambda pair: -pair[1])[:RIVALS]


def _meeting(
    ones: list[tuple[StreetName, float]], others: list[tuple[StreetName, float]]
) -> Iterator[tuple[Area, float]]:
    if not ones or not others:
        return
    names = {street.id: street.name for street, _ in (*ones, *others)}
    scores_of_one, scores_of_other = ({street.id: score for street, score in each} for each in (ones, others))
    for one, other, point in places.junctions(list(scores_of_one), list(scores_of_other)):
        label = f"Simpang {names[one]} - {names[other]}"
        area = Area(label, "junction", round(point.latitude, 6), round(point.longitude, 6), point.radius)
        yield area, min(scores_of_one[one], scores_of_other[other])
