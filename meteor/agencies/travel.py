"""Travel times: estimates from the distance as the crow flies, by the kind of the unit."""

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

from sqlalchemy import select

from meteor.agencies.models import UnitKind
from meteor.store.database import execute
from meteor.territory.rules import span


class Pace(NamedTuple):
    """The average `speed` in km/h, and the `detour`: how many times as long the way is as the straight line."""

    speed: float
    detour: float


PACES: Mapping[str, Pace] = {
    "motorbike": Pace(40, 1.3),
    "patrol_car": Pace(35, 1.4),
    "ambulance": Pace(35, 1.4),
    "fire_engine": Pace(30, 1.4),
    "rescue": Pace(30, 1.4),
    "tow_truck": Pace(25, 1.4),
    "team": Pace(5, 1.2),
}
"""Assumptions, until an administrator gives what the city has measured.

The way is 1.4 times the straight line on average over a whole country (Boscoe, Henry and Zdeb 2012: 1.417); a trail
motorbike uses lanes that cars do not, and so do people on foot. The speeds are averages with turns and traffic.
"""


def paces() -> dict[str, Pace]:
    """The paces of all kinds of units, by kind."""
    kept = {row.kind: Pace(row.speed, row.detour) for row in execute(_PACES)}
    return {**PACES, **kept}


def at_walking_pace(pace: Pace) -> bool:
    """Return whether the estimate is that of somebody who walks. Teams without a pace of their own may well drive."""
    return pace.speed <= _WALKING


def seconds(distance: float, pace: Pace) -> float:
    """Estimate the way in seconds; `distance` in metres as the crow flies."""
    return distance * pace.detour / (pace.speed / 3.6)


def minutes(distance: float, pace: Pace) -> int:
    """Estimate the way in minutes, 1 at least; `distance` in metres as the crow flies."""
    return max(1, ceil(seconds(distance, pace) / 60))


def minutes_to(distance: float, radius: float | None, pace: Pace) -> tuple[int, int]:
    """Estimate the fewest and the most minutes of the way to a place that is known to `radius` metres."""
    least, most = span(distance, radius)
    return minutes(least, pace), minutes(most, pace)


_WALKING = 7  # km/h

_PACES = select(UnitKind.kind, UnitKind.speed, UnitKind.detour)
