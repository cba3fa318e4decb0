"""The names of streets, held in memory, and what is found by them."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry import shape
from sqlalchemy import Engine, func, select

from meteor.store.database import db, execute
from meteor.streets import places, rules
from meteor.streets.features import same_name
from meteor.territory.area_index import Area
from meteor.territory.models import Kelurahan
from meteor.territory.names import LIKELY
from meteor.territory.spelling import similarity, words_of
from meteor.territory.street_words import ROAD, StreetWords, street_words
from meteor.territory.word_index import WordIndex

UNSAID = 0.88
"""The factor where a text does not say "jalan": it means a place of that name rather than the street."""

BARE_NUMBER = 0.97
"""The factor where a number without "no" may be the house's or belong to the name of another street."""

HOUSES_OF = 3
"""Streets, the most likely ones, whose house numbers are looked for."""


class StreetName(NamedTuple):
    """A street (its id and name), the place that it is, and the words of its name and of its kelurahan.

    `kelurahan` is empty unless there is another street of the same name.
    """

    id: int
    name: str
    kelurahan: str
    place: places.Point
    words: tuple[str, ...]
    where: tuple[str, ...]

    def area(self, number: str = "", place: places.Point | None = None) -> Area:
        """The street as a place, or the house of this number along it."""
        label = f"{self.name} No. {number}" if number else self.name
        point = place or self.place
        return Area(f"{label}, {self.kelurahan}" if self.kelurahan else label, "street", *point)


class StreetNames:
    """The streets of the map, from rows of streets.rules.named_streets and of kelurahan."""

    def __init__(self, rows: Sequence[Any], kelurahan: Sequence[Any]) -> None:
        same = Counter(same_name(row.name) for row in rows)
        self.streets = [
            StreetName(
                row.id, row.name, where if same[same_name(row.name)] > 1 else "",
                places.Point(row.latitude, row.longitude, row.radius), _words_of_name(row.name), words_of(where),
            )
            for row, where in zip(rows, _kelurahan_of(rows, kelurahan), strict=True)
        ]  # fmt: skip
        self._index = WordIndex([street.words for street in self.streets])

    def find(self, text: str) -> list[tuple[Area, float]]:
        """Streets, and houses along them, that a text may name, best first, with a score from 0 to 1."""
        said = street_words(text)
        found = [pair for pair in self.likely(said) if pair[1] > LIKELY]
        found.sort(key=lambda pair: -pair[1])
        return [(_place(street, said, at < HOUSES_OF), score) for at, (street, score) in enumerate(found)]

    def likely(self, said: StreetWords) -> Iterator[tuple[StreetName, float]]:
        """Streets that these words may name, in no order, with a score from 0 to 1."""
        words_said = {*said.words}
        for at in self._index.likely((*said.words, said.number) if said.bare else said.words):
            street = self.streets[at]
            words = (*said.words, said.number) if said.of_name(street.words) else said.words
            score = similarity(words, street.words)
            if not words_said.isdisjoint(street.where):
                score = max(score, similarity(words, street.words + street.where))
            if said.bare and not said.of_name(street.words):
                score *= BARE_NUMBER
            yield street, score if said.road else score * UNSAID


_known: dict[Engine, tuple[Any, StreetNames]] = {}


def known_streets() -> StreetNames:
    """The streets of the present map. Their rows are read again only when the map or a kelurahan has changed."""
    version = (rules.map_version(), execute(_KELURAHAN_VERSION).one())
    known = _known.get(db.engine)
    if known is None or known[0] != version:
        known = _known[db.engine] = (version, StreetNames(rules.named_streets(), execute(_KELURAHAN).all()))
    return known[1]


def _words_of_name(name: str) -> tuple[str, ...]:
    """The words of a street's name, and its number; of one like "Jalan Kota", where no word tells, all of them."""
    said = street_words(f"{ROAD} {name}")
    words = (*said.words, said.number) if said.bare else said.words
    return words or words_of(name)


def _place(street: StreetName, said: StreetWords, look: bool) -> Area:
    """The street, or the house on it; `look` for the point of its number."""
    if not said.number or said.of_name(street.words):
        return street.area()
    return street.area(said.number + said.letter.upper(), places.house(street.id, int(said.number)) if look else None)


def _kelurahan_of(rows: Sequence[Any], kelurahan: Sequence[Any]) -> list[str]:
    """The name of the kelurahan of each row's point: by a boundary, else the nearest centroid's; without any, ""."""
    if not rows or not kelurahan:
        return [""] * len(rows)
    streets = np.array([(row.longitude, row.latitude) for row in rows])
    centroids = np.array([(row.longitude, row.latitude) for row in kelurahan])
    squares = ((streets[:, None, :] - centroids[None, :, :]) ** 2).sum(axis=2)
    nearest = squares.argmin(axis=1)
    bounded = [at for at, row in enumerate(kelurahan) if row.boundary]
    if bounded:
        tree = shapely.STRtree([shape(json.loads(kelurahan[at].boundary)) for at in bounded])
        inside, area = tree.query(shapely.points(streets), predicate="within")
        nearest[inside] = np.array(bounded)[area]
    return [kelurahan[at].name for at in nearest]


_KELURAHAN_VERSION = select(func.count(), func.max(Kelurahan.changed_at)).select_from(Kelurahan)
_KELURAHAN = select(Kelurahan.name, Kelurahan.latitude, Kelurahan.longitude, Kelurahan.boundary).order_by(Kelurahan.id)
