"""The gazetteer: areas, landmarks and streets by typed text, best first."""

from dataclasses import dataclass, replace

from meteor import geo
from meteor.territory import rules
from meteor.territory.coordinates import spot
from meteor.territory.junctions import junctions_of
from meteor.territory.names import known_names
from meteor.territory.relative_place import relative_place
from meteor.territory.spelling import words_of
from meteor.territory.street_names import known_streets

LONGEST = 300
"""Characters of a text that are looked at. All of it is kept."""

CERTAIN = 0.95
"""Lowest score of a place's own name, also with directions in it ("Triwung Kidul")."""

SURE, AHEAD = 0.9, 0.05
"""The score from which on a text surely means what it finds, so far ahead of the next place that it may mean."""

_ROUNDED = 10.0  # metres
_ELSEWHERE = frozenset((
    "kabupaten", "kab", "bantaran", "banyuanyar", "besuk", "dringu", "gading", "gending", "kotaanyar", "kraksaan",
    "krejengan", "krucil", "kuripan", "leces", "lumbang", "maron", "paiton", "pajarakan", "pakuniran", "sukapura",
    "sumberasih", "tegalsiwalan", "tiris", "tongas", "wonomerto", "bromo", "nguling", "grati", "pasuruan", "lumajang",
    "situbondo", "bondowoso", "jember", "banyuwangi", "malang", "sidoarjo", "surabaya",
))  # fmt: skip
"""Places around the city: theirs too is an "alun-alun", a station, a market."""


@dataclass(frozen=True)
class Hit:
    """A place that a text may mean: a point (degrees WGS-84) and the radius in metres that it lies in.

    `label` is the place's name, and finds the same place again. `kind` is kelurahan, rw, rt, landmark, street (or a
    house along it), junction, coordinates, or words: told by another place, at whose point it stands. `words` are the
    text as it was typed. `score` is from 0 to 1.
    """

    label: str
    latitude: float
    longitude: float
    radius: float
    kind: str
    words: str
    score: float


def search(text: str, limit: int = 8) -> list[Hit]:
    """The places that a text may mean, best first. None: then its words are all that is known.

    Understands names and aliases in spite of slips and abbreviations, "kebonsari kulon rt 2 rw 3", "jl suroyo no 12",
    "perempatan suroyo - panglima sudirman", coordinates, links to maps, a phone's message (AML), and what is told by
    another place ("100 m selatan pasar baru").
    """
    words = text.strip()
    hits = _points(words) or _relative(words[:LONGEST])
    return [replace(hit, words=words) for hit in hits[:limit]]


def sure(text: str) -> Hit | None:
    """The only place that a text can mean; None if there are others, or one outside the city."""
    hits = search(text)
    if not hits or hits[0].kind == "coordinates":
        return hits[0] if hits else None
    best = hits[0]
    if best.score < SURE or (_ELSEWHERE & {*words_of(text)}) - {*words_of(best.label)}:
        return None
    rivals = (hit for hit in hits[1:] if hit.score > best.score - AHEAD)
    return best if all(_within(hit, best) or _within(best, hit) for hit in rivals) else None


def _within(hit: Hit, other: Hit) -> bool:
    """Return whether a place is part of another, as an RT is of its kelurahan."""
    apart = geo.metres_flat(hit.latitude, hit.longitude, other.latitude, other.longitude)
    return apart + hit.radius <= other.radius + _ROUNDED


def _points(text: str) -> list[Hit]:
    """The point that a text says. Without its sign a latitude is meant in the south, if that is in the city."""
    said = spot(text)
    if not said:
        return []
    latitudes = [said.latitude]
    if not rules.locate(said.latitude, said.longitude).inside and rules.locate(-said.latitude, said.longitude).inside:
        latitudes.insert(0, -said.latitude)
    return [
        Hit(f"{latitude:.5f}, {said.longitude:.5f}", latitude, said.longitude, said.radius, "coordinates", "", 1.0)
        for latitude in latitudes
    ]


def _relative(text: str) -> list[Hit]:
    named = _named(text)
    relative = relative_place(text)
    if not relative or (named and named[0].score >= CERTAIN):
        return named
    others = _named(relative.place)
    return [
        replace(hit, label=f"{relative.said} {hit.label}", radius=hit.radius + relative.metres, kind="words")
        for hit in others
    ] or named


def _named(text: str) -> list[Hit]:
    streets = known_streets()
    found = [*known_names().find(text), *junctions_of(text, streets), *streets.find(text)]
    found.sort(key=lambda pair: -pair[1])
    return [
        Hit(area.label, area.latitude, area.longitude, area.radius, area.kind, "", round(score, 4))
        for area, score in found
    ]
