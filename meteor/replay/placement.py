"""Posts that reach most of the model's demand within the promise: greedy choice, then interchange.

What is maximised is the expected coverage of Daskin (1983, "A maximum expected covering location model", Transportation
Science 17): where the nearest post's unit is busy with probability q, the next one counts. Instead of covering or not,
a post covers a place with the probability that its unit arrives in time, from the model of crews. Interchange (Teitz
and Bart 1968) moves one post after the other to the best free candidate until no move gains. Greedy choice alone
reaches at least 63 % of the optimum (Nemhauser, Wolsey and Fisher 1978). A solver could prove an optimum, but of a
model whose demand is assumed; it would not be worth a package.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from meteor.geo import Point, metres_flat
from meteor.replay.reach import Reach
from meteor.territory.city_cells import Cell

LEAST_GAIN = 1e-9


class Candidate(NamedTuple):
    """A place where a unit may stand (degrees WGS-84), and what is there."""

    place: Point
    near: str


class Post(NamedTuple):
    """A proposed post. `gain` is the share of demand (0 to 1) that it added when it was chosen, or moved to.

    `covers` is the share that it would cover alone, `loss` what would be lost without it.
    """

    candidate: Candidate
    gain: float
    covers: float
    loss: float


class Proposal(NamedTuple):
    """The posts in the order of their choice, the expected coverage of all, and the number of moves afterwards."""

    posts: tuple[Post, ...]
    coverage: float
    moves: int


class Placement:
    """Chooses among candidates for cells with weights of demand that add up to 1."""

    def __init__(
        self, candidates: Sequence[Candidate], demand: Mapping[Cell, float], reach: Reach, busy: float
    ) -> None:
        self.candidates, self.busy = candidates, busy
        self.weights = list(demand.values())
        self.covers = [_covered(candidate, list(demand), reach) for candidate in candidates]
        self.near: list[list[float]] = [[] for _ in self.weights]  # chances of the chosen posts, best first

    def propose(self, count: int) -> Proposal:
        """The best posts that greedy choice and interchange find; the same for the same candidates."""
        chosen: list[int] = []
        gains: list[float] = []
        for _ in range(count):
            best = self._best()
            gains.append(self._gain(best))
            self._add(best)
            chosen.append(best)
        moves = self._interchange(chosen, gains)
        posts = tuple(self._post(number, gain) for number, gain in zip(chosen, gains, strict=True))
        return Proposal(posts, self._coverage(), moves)

    def coverage_of(self, numbers: Iterable[int]) -> float:
        """The expected coverage (0 to 1) of these candidates alone."""
        for number in numbers:
            self._add(number)
        return self._coverage()

    def _interchange(self, chosen: list[int], gains: list[float]) -> int:
        """Move posts while that gains; the number of moves."""
        moves, unmoved, at = 0, 0, 0
        while unmoved < len(chosen):
            old = chosen[at]
            self._remove(old)
            loss, best = self._gain(old), self._best()
            if self._gain(best) > loss + LEAST_GAIN:
                moves, unmoved, chosen[at] = moves + 1, 0, best
                gains[at] = self._gain(best)
            else:
                unmoved += 1
            self._add(chosen[at])
            at = (at + 1) % len(chosen)
        return moves

    def _post(self, number: int, gain: float) -> Post:
        alone = sum(self.weights[cell] * chance for cell, chance in self.covers[number].items())
        self._remove(number)
        loss = self._gain(number)
        self._add(number)
        return Post(self.candidates[number], gain, alone, loss)

    def _best(self) -> int:
        """The candidate that gains most; of equal ones the first."""
        return max(range(len(self.candidates)), key=self._gain)

    def _gain(self, number: int) -> float:
        return sum(self._added(cell, chance) for cell, chance in self.covers[number].items())

    def _added(self, cell: int, chance: float) -> float:
        """Return the gain of one more post with this chance: it comes before the worse ones."""
        share, added = 1 - self.busy, 0.0
        for other in self.near[cell]:
            if chance > other:
                added += share * (chance - other)
                chance = other  # the one that is pushed back
            share *= self.busy
        return self.weights[cell] * (added + share * chance)

    def _coverage(self) -> float:
        return sum(
            weight * (1 - self.busy) * self.busy**rank * chance
            for weight, near in zip(self.weights, self.near, strict=True)
            for rank, chance in enumerate(near)
        )

    def _add(self, number: int) -> None:
        for cell, chance in self.covers[number].items():
            self.near[cell].append(chance)
            self.near[cell].sort(reverse=True)

    def _remove(self, number: int) -> None:
        for cell, chance in self.covers[number].items():
            self.near[cell].remove(chance)


def _covered(candidate: Candidate, cells: Sequence[Cell], reach: Reach) -> dict[int, float]:
    """The chance of arriving in time at each cell that can be reached, by the cell's number."""
    away = ((number, metres_flat(*candidate.place, *cell.middle)) for number, cell in enumerate(cells))
    return {number: chance for number, distance in away if (chance := reach.chance(distance)) > 0}
