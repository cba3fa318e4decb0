"""Coverage of the city: where a free unit is able to be within the three minutes of rule 7 of the domain.

Times are estimates of the way alone (agencies.travel), from the moment at which the unit sets out. A kelurahan is
"near" if nine tenths of its points are within reach, "far" if some are, "none" if none is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from meteor.agencies.travel import Pace, minutes, seconds
from meteor.board.areas import Area, City
from meteor.board.reach import Array, Table, between, bounds, least, within
from meteor.geo import Point

KINDS = ("motorbike",)
"""Kinds of units that can be on scene within PROMISE: trail motorbikes use the lanes that cars do not."""

PROMISE = 180.0
"""Seconds until a unit is on scene."""

TENTHS = 9
"""Tenths of the points of a kelurahan that make it covered."""


class FreeUnit(NamedTuple):
    """A free unit with its position, its base, and the pace of its kind."""

    call_sign: str
    point: Point
    pace: Pace
    base: str
    base_point: Point

    @property
    def reach(self) -> float:
        """Metres as the crow flies that it covers within PROMISE."""
        return PROMISE / seconds(1.0, self.pace)


class Cover(NamedTuple):
    """The coverage of a kelurahan: `share` of its points, and which unit is the first at its middle, in how long.

    `percent` is the share to be shown; None without a boundary.
    """

    area_id: int
    name: str
    kecamatan: str
    state: str
    share: float
    percent: int | None
    call_sign: str | None
    minutes: int | None


@dataclass(frozen=True)
class Coverage:
    """The kelurahan by kecamatan and name, as the given units cover them."""

    covers: Sequence[Cover]

    @property
    def near(self) -> int:
        """Number of covered kelurahan."""
        return sum(cover.state == "near" for cover in self.covers)

    @property
    def total(self) -> int:
        """Number of all kelurahan."""
        return len(self.covers)


def coverage(city: City, units: Sequence[FreeUnit]) -> Coverage:
    """The coverage of the city by these units."""
    counts = city.counts(reached(city, units).any(axis=0, keepdims=True))[0]
    first = _first(city, units)
    covers = []
    for area, count, size, nearest in zip(city.areas, counts.tolist(), city.sizes.tolist(), first, strict=True):
        state = "near" if enough(count, size) else "far" if count else "none"
        covers.append(Cover(area.id, area.name, area.kecamatan, state, count / size, percent(area, count), *nearest))
    return Coverage(covers)


def reached(city: City, units: Sequence[FreeUnit]) -> Table:
    """The points of the city that each unit reaches within PROMISE: units × points."""
    return within(places(unit.point for unit in units), city.points, np.array([unit.reach for unit in units]))


def enough(count: Any, size: Any) -> Any:
    """Return whether so many points of an area make it covered: a bool for numbers, and an array for arrays."""
    return count * 10 >= size * TENTHS


def percent(area: Area, count: int) -> int | None:
    """The share of an area's points in percent, rounded down, but not to nothing; None without a boundary."""
    return max(count * 100 // len(area.points), int(count > 0)) if area.bounded else None


def places(points: Iterable[Point]) -> Array:
    """Points as an array of n × 2."""
    return np.array(list(points), dtype=np.float64).reshape(-1, 2)


def _first(city: City, units: Sequence[FreeUnit]) -> list[tuple[str | None, int | None]]:
    """Return for each area the unit that is at its middle first, and its minutes.

    Of several it is the first by call sign.
    """
    if not units:
        return [(None, None)] * len(city.areas)
    order = sorted(units, key=lambda unit: unit.call_sign)
    starts, factors = places(unit.point for unit in order), np.array([[seconds(1.0, unit.pace)] for unit in order])
    lower, upper = (table * factors for table in bounds(starts, city.middles))
    found: list[tuple[str | None, int | None]] = []
    for column, middle in enumerate(city.middles):
        _, index = least(
            lower[:, column],
            upper[:, column],
            lambda row, middle=middle: seconds(between(starts[row], middle), order[row].pace),  # type: ignore[misc]
        )
        found.append((order[index].call_sign, minutes(between(starts[index], middle), order[index].pace)))
    return found
