"""The present coverage of the city: what the board reads from the database for meteor.board.coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from sqlalchemy import select

from meteor.agencies import travel
from meteor.agencies.models import Unit
from meteor.agencies.positions import AT_BASE
from meteor.agencies.travel import Pace
from meteor.board.areas import City, city
from meteor.board.coverage import KINDS, Coverage, FreeUnit, coverage
from meteor.board.move_up import Post, Suggestion, suggest
from meteor.board.units import units_shown
from meteor.geo import Point, metres, metres_flat
from meteor.store.database import execute
from meteor.store.versions import version_of
from meteor.territory.models import Landmark

NEARBY = 500.0
"""Metres from a landmark within which it says where a unit is."""


class Origin(NamedTuple):
    """The place of a unit now, and its kind: "base", "landmark" or "kelurahan"."""

    kind: str
    name: str


@dataclass(frozen=True)
class CityCoverage:
    """The coverage with its suggestions (each with where the unit is now), and what is assumed.

    `free` units of KINDS count; `lost` are the call signs of those whose position is not known, which do not. Of
    `bounded` kelurahan the boundary is known. `version` changes with whatever is shown.
    """

    coverage: Coverage
    suggestions: Sequence[tuple[Suggestion, Origin]]
    paces: Mapping[str, Pace]
    free: int
    lost: Sequence[str]
    bounded: int
    version: str


def city_coverage(at: datetime) -> CityCoverage:
    """The coverage at a moment: seven statements. It is computed once for the same units, areas and speeds."""
    known = travel.paces()
    paces = {kind: known[kind] for kind in KINDS}
    bases = {row.call_sign: Post(row.base_name, (row.base_latitude, row.base_longitude)) for row in execute(_BASES)}
    free = [unit for unit in units_shown(at).on_duty if unit.state == "available" and unit.call_sign in bases]
    lost = sorted(unit.call_sign for unit in free if unit.lost)
    units = tuple(
        FreeUnit(unit.call_sign, (unit.latitude, unit.longitude), paces[unit.kind], *bases[unit.call_sign][:2])
        for unit in free
        if not unit.lost and unit.latitude is not None and unit.longitude is not None
    )
    landmarks = tuple((row.name, (row.latitude, row.longitude)) for row in execute(_LANDMARKS))
    with _one_at_a_time:  # the others wait for it and are given the same
        return _computed(city(), units, frozenset(bases.values()), landmarks, tuple(paces.items()), tuple(lost))


_one_at_a_time = Lock()


@lru_cache(4)
def _computed(
    areas: City,
    units: Sequence[FreeUnit],
    bases: frozenset[Post],
    landmarks: Sequence[tuple[str, Point]],
    paces: Sequence[tuple[str, Pace]],
    lost: Sequence[str],
) -> CityCoverage:
    posts = [*bases, *(Post(area.name, area.middle, is_middle=True) for area in areas.areas)]
    covered = coverage(areas, units)
    moves = [(move, origin(move.unit, landmarks, areas)) for move in suggest(areas, units, posts)]
    shown = {
        "covers": covered.covers,
        "moves": [
            (move.unit.call_sign, place, move.post, move.minutes, _as_shown(move.metres), move.covered, move.less)
            for move, place in moves
        ],
        "assumed": (paces, len(units), lost, areas.bounded),
    }
    return CityCoverage(covered, moves, dict(paces), len(units), lost, areas.bounded, version_of(shown))


def _as_shown(distance: float) -> float:
    """Metres as precisely as they are shown (see territory.labels.distance)."""
    return round(distance, -1 if distance < 1000 else -2)


def origin(unit: FreeUnit, landmarks: Sequence[tuple[str, Point]], areas: City) -> Origin:
    """The place of a unit: at its base, near a landmark, or in the kelurahan whose middle is the nearest."""
    if metres(unit.point, unit.base_point) <= AT_BASE:
        return Origin("base", unit.base)
    away, name = min(((metres_flat(*unit.point, *point), name) for name, point in landmarks), default=(NEARBY + 1, ""))
    if away <= NEARBY:
        return Origin("landmark", name)
    return Origin("kelurahan", min(areas.areas, key=lambda area: metres_flat(*unit.point, *area.middle)).name)


_BASES = (
    select(Unit.call_sign, Unit.base_name, Unit.base_latitude, Unit.base_longitude)
    .where(Unit.in_service, Unit.kind.in_(KINDS))
    .order_by(Unit.id)
)
_LANDMARKS = select(Landmark.name, Landmark.latitude, Landmark.longitude).order_by(Landmark.name)
