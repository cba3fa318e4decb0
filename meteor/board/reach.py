"""Distances of many places from many others: exact geodesics, measured only where two bounds leave a doubt.

Places are arrays of n × 2 degrees WGS-84 (latitude, longitude). The bounds follow from the radii of curvature as in
meteor.geo, but of the band of latitudes in which the geodesics run. A step (dφ, dλ) is √(M²dφ² + C²dλ²) long, where M
grows with |φ|, and the radius C of the parallel shrinks. A geodesic leaves the latitudes of its ends by half of its
length at most. In a city the bounds differ by half a metre in a kilometre.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meteor.geo import EQUATOR, MERIDIAN, ROUNDING, metres

Array: TypeAlias = NDArray[np.float64]
Table: TypeAlias = NDArray[np.bool_]

POLAR = 6_399_593.7
"""The largest radius of curvature, a²/b, in metres; rounded up."""

SQUARED_ECCENTRICITY = 0.006694379990141317
"""e² of WGS-84."""


def bounds(starts: Array, ends: Array) -> tuple[Array, Array]:
    """Lengths in metres that the geodesic from each start (row) to each end (column) is not below, and not above."""
    latitudes, others = np.radians(starts[:, :1]), np.radians(ends[:, 0])
    north = np.abs(others - latitudes)
    east = np.abs(np.radians((ends[:, 1] - starts[:, 1:] + 180) % 360 - 180))
    farthest_north, farthest_east = (part.max(axis=1, keepdims=True, initial=0.0) for part in (north, east))
    margin = np.hypot(POLAR * farthest_north, EQUATOR * farthest_east) / 2 / MERIDIAN
    top = others.max(initial=-np.pi / 2)
    bottom = others.min(initial=np.pi / 2)
    south, high = np.minimum(latitudes, bottom) - margin, np.maximum(latitudes, top) + margin
    nearest = np.maximum(np.maximum(south, -high), 0.0)
    farthest = np.minimum(np.maximum(-south, high), np.pi / 2)
    north, east = north * north, east * east
    lower = np.sqrt(_meridian(nearest) ** 2 * north + _parallel(farthest) ** 2 * east) - ROUNDING
    upper = np.sqrt(_meridian(farthest) ** 2 * north + _parallel(nearest) ** 2 * east) + ROUNDING
    return lower, upper


def within(starts: Array, ends: Array, distances: Array) -> Table:
    """Return whether the geodesic from each start (row) to each end (column) is at most the start's metres."""
    lower, upper = bounds(starts, ends)
    limit = distances[:, None]
    inside: Table = upper <= limit
    for row, column in np.argwhere((lower <= limit) & ~inside):
        inside[row, column] = between(starts[row], ends[column]) <= distances[row]
    return inside


def least(lower: Array, upper: Array, measure: Callable[[int], float]) -> tuple[float, int]:
    """The smallest of some values, and the first place that has it, measured only where the bounds leave a doubt."""
    doubtful: Sequence[int] = np.flatnonzero(lower <= upper.min()).tolist()
    return min((measure(index), index) for index in doubtful)


def between(start: Array, end: Array) -> float:
    """The geodesic distance in metres between two places."""
    return metres((float(start[0]), float(start[1])), (float(end[0]), float(end[1])))


def _meridian(latitude: Array) -> Array:
    """The radius of curvature of the meridian, M, in metres."""
    return EQUATOR * (1 - SQUARED_ECCENTRICITY) / (1 - SQUARED_ECCENTRICITY * np.sin(latitude) ** 2) ** 1.5


def _parallel(latitude: Array) -> Array:
    """The radius of the parallel, N cos φ, in metres."""
    return EQUATOR * np.cos(latitude) / np.sqrt(1 - SQUARED_ECCENTRICITY * np.sin(latitude) ** 2)
