"""Move up: where to post free units so that more kelurahan are covered. These are words; nothing is ordered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from meteor.agencies.travel import minutes, seconds
from meteor.board.areas import City, Counts
from meteor.board.coverage import FreeUnit, enough, percent, places, reached
from meteor.board.reach import between, bounds, least
from meteor.geo import Point

MOST = 3
"""Suggestions at a time."""


class Post(NamedTuple):
    """A place where a unit may wait: a base of units, or the middle of a kelurahan."""

    name: str
    point: Point
    is_middle: bool = False


class Change(NamedTuple):
    """A kelurahan of which another share is covered, in percent; None without a boundary."""

    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Suggestion:
    """Post a unit elsewhere: the `metres` and `minutes` of its way, and what changes. No kelurahan is uncovered.

    `covered` become covered; of `less`, which are not covered before either, a smaller share is.
    """

    unit: FreeUnit
    post: Post
    metres: float
    minutes: int
    covered: Sequence[Change]
    less: Sequence[Change]


def suggest(city: City, units: Sequence[FreeUnit], posts: Sequence[Post], most: int = MOST) -> list[Suggestion]:
    """Suggest moves, each on top of the ones before: the one that covers most kelurahan, the nearest of several.

    No move uncovers a kelurahan, and no unit moves twice.
    """
    units, posts = sorted(units, key=lambda unit: unit.call_sign), sorted(posts)
    if not (units and posts and city.areas):
        return []
    moves = _Moves(city, units, posts)
    found: list[Suggestion] = []
    while len(found) < most and (move := moves.best()):
        found.append(moves.make(*move))
    return found


class _Moves:
    """The units where they are after the moves made so far, and every move to a post."""

    def __init__(self, city: City, units: Sequence[FreeUnit], posts: Sequence[Post]) -> None:
        self.city, self.units, self.posts = city, units, posts
        self.starts, self.ends = places(unit.point for unit in units), places(post.point for post in posts)
        factors = np.array([[seconds(1.0, unit.pace)] for unit in units])
        self.lower, self.upper = (table * factors for table in bounds(self.starts, self.ends))
        self.reached = reached(city, units)
        self.from_posts = {
            pace: reached(city, [FreeUnit("", post.point, pace, "", post.point) for post in posts])
            for pace in {unit.pace for unit in units}
        }
        self.movable = np.ones(len(units), dtype=bool)

    def best(self) -> tuple[int, int] | None:
        """The unit and the post of the best move; None if no move covers another kelurahan."""
        now = enough(self._count_now(), self.city.sizes)
        then = enough(self._counts(), self.city.sizes)
        gains = (then & ~now).sum(axis=2)
        gains[(~then & now).any(axis=2) | ~self.movable[:, None]] = 0
        if not gains.max():
            return None
        rows, columns = np.nonzero(gains == gains.max())
        _, index = least(
            self.lower[rows, columns],
            self.upper[rows, columns],
            lambda at: seconds(between(self.starts[rows[at]], self.ends[columns[at]]), self.units[rows[at]].pace),
        )
        return int(rows[index]), int(columns[index])

    def make(self, row: int, column: int) -> Suggestion:
        """Put a unit at a post, and say what that changes."""
        unit, post = self.units[row], self.posts[column]
        before = self._count_now()
        self.reached[row] = self.from_posts[unit.pace][column]
        self.movable[row] = False
        after = self._count_now()
        changes = [
            (Change(area.name, percent(area, old), percent(area, new)), enough(old, size), enough(new, size), new < old)
            for area, old, new, size in zip(
                self.city.areas, before.tolist(), after.tolist(), self.city.sizes.tolist(), strict=True
            )
        ]
        covered = [change for change, was, is_now, _ in changes if is_now and not was]
        less = [change for change, _, is_now, lost in changes if lost and not is_now]
        distance = between(self.starts[row], self.ends[column])
        return Suggestion(unit, post, distance, minutes(distance, unit.pace), covered, less)

    def _counts(self) -> Counts:
        """The points that are reached of each area after each move: units × posts × areas."""
        others = self.reached.sum(axis=0, dtype=np.int64) - self.reached > 0
        counts = np.empty((len(self.units), len(self.posts), len(self.city.areas)), dtype=np.int64)
        for pace, from_posts in self.from_posts.items():
            rows = [row for row, unit in enumerate(self.units) if unit.pace == pace]
            missed, unposted = (~others[rows]).astype(np.float32), (~from_posts).astype(np.float32)
            for at, (begin, size) in enumerate(zip(self.city.offsets, self.city.sizes, strict=True)):
                part = slice(begin, begin + size)
                counts[rows, :, at] = size - missed[:, part] @ unposted[:, part].T
        return counts

    def _count_now(self) -> Counts:
        return self.city.counts(self.reached.any(axis=0, keepdims=True))[0]
