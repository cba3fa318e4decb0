"""Every name of a place in the city, held in memory, and what is found by it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from shapely.geometry import shape
from sqlalchemy import Engine, select

from meteor.store.database import db, execute
from meteor.territory import area_index
from meteor.territory.area_index import Area
from meteor.territory.models import Kelurahan, Landmark, Rt, Rw
from meteor.territory.numbers import KECAMATAN, rt_and_rw
from meteor.territory.spelling import similarity, words_of

LIKELY = 0.55
"""The score that is not enough to be found: about a word in two is the place's, or it is misspelt badly."""

LANDMARK_RADIUS = 100.0
"""Metres around a known place in which it still is the place."""

_NO_AREA = 0.6  # the score of an RT whose kelurahan nobody said


class _Rows(NamedTuple):
    """The rows of all names, which are their own version: a thousand are read in a few milliseconds."""

    kelurahan: Sequence[Any]
    landmarks: Sequence[Any]
    rts: Sequence[Any]


class Names:
    """The names as they are in the database."""

    def __init__(self, rows: _Rows) -> None:
        boundaries = {row.id: shape(json.loads(row.boundary)) for row in execute(_BOUNDARIES)}
        rts: dict[int, list[Any]] = defaultdict(list)
        for row in rows.rts:
            rts[row.kelurahan_id].append(row)
        self.kelurahan = [area_index.Kelurahan.of(row, boundaries.get(row.id), rts[row.id]) for row in rows.kelurahan]
        self.names = [(each.area, each.words) for each in self.kelurahan]
        for row in rows.landmarks:
            area = Area(row.name, "landmark", row.latitude, row.longitude, LANDMARK_RADIUS)
            self.names += [(area, words_of(name)) for name in (row.name, *row.aliases.splitlines())]

    def find(self, text: str) -> list[tuple[Area, float]]:
        """Places that a text may name, best first, each once, with a score from 0 to 1."""
        rw, rt, rest = rt_and_rw(text)
        words = words_of(KECAMATAN.sub(" ", rest)) or words_of(rest)
        best: dict[Area, float] = {}
        for area, score in [*self._numbered(words, rw, rt), *self._named(words)]:
            if score > best.get(area, LIKELY):
                best[area] = score
        return sorted(best.items(), key=lambda pair: -pair[1])

    def _named(self, words: tuple[str, ...]) -> Iterator[tuple[Area, float]]:
        return ((area, similarity(words, name)) for area, name in self.names)

    def _numbered(self, words: tuple[str, ...], rw: int | None, rt: int | None) -> Iterator[tuple[Area, float]]:
        """The RW and RT of these numbers in every kelurahan that the words may name; without words, in each."""
        if rw is None and rt is None:
            return
        for kelurahan in self.kelurahan:
            score = similarity(words, kelurahan.words) if words else _NO_AREA
            yield from ((area, score) for area in kelurahan.numbered(rw, rt))


_known: dict[Engine, tuple[_Rows, Names]] = {}


def known_names() -> Names:
    """The city's names as they are now."""
    rows = _Rows(execute(_KELURAHAN).all(), execute(_LANDMARKS).all(), execute(_RTS).all())
    engine = db.engine
    known = _known.get(engine)
    if known is None or known[0] != rows:
        known = _known[engine] = (rows, Names(rows))
    return known[1]


_BOUNDARIES = select(Kelurahan.id, Kelurahan.boundary).where(Kelurahan.boundary.is_not(None))
_KELURAHAN = select(
    Kelurahan.id, Kelurahan.name, Kelurahan.latitude, Kelurahan.longitude, Kelurahan.changed_at
).order_by(Kelurahan.name)
_LANDMARKS = select(Landmark.name, Landmark.aliases, Landmark.latitude, Landmark.longitude).order_by(Landmark.name)
_RTS = (
    select(Rw.kelurahan_id, Rw.number.label("rw"), Rt.number.label("rt"), Rt.latitude, Rt.longitude)
    .join(Rw, Rw.id == Rt.rw_id)
    .order_by(Rw.kelurahan_id, Rw.number, Rt.number)
)
