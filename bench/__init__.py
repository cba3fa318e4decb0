"""The measured promises: how fast METEOR is beside a floor that is measured in the same run.

A bench is a module of this package, `bench/<name>.py`, with one function:

    def cases() -> Iterator[Case]

It yields a Case for each promise as soon as it is measured. Ours and the floor are measured in turn, in rounds
of one pair each (ours, floor) and in the same unit, so that whatever else the machine does meets both; three
rounds or more. What a bench starts (servers, databases, folders) it ends itself, in a `finally`, and its load
goes to 127.0.0.1 alone. A wrong answer is an exception: a promise about a wrong answer is worth nothing.
`bin/bench` finds the modules by their names, prints the table and writes the JSON.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True)
class Case:
    """One promise and what was measured of it.

    `name` is the case ("unchanged"), `floor` what it is compared with ("bare Flask hello"), `unit` that of both
    figures ("requests/s", "ms"). `rounds` are pairs (ours, floor). The promise holds when the median of the
    rounds' ratios ours / floor is at least (or, for times and growth, at most) `reach`. `note` is printed beside
    the row: what else was seen, such as the cost of building an index.
    """

    name: str
    floor: str
    unit: str
    rounds: Sequence[tuple[float, float]]
    reach: float
    sense: Literal["at least", "at most"] = "at least"
    note: str = ""

    @property
    def ratios(self) -> list[float]:
        """Ours / floor of every round, ascending."""
        return sorted(ours / floor for ours, floor in self.rounds)

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)

    @property
    def holds(self) -> bool:
        """Whether the ratio is within reach."""
        return self.ratio >= self.reach if self.sense == "at least" else self.ratio <= self.reach

    def row(self, bench: str) -> dict[str, Any]:
        """The row of the JSON file; figures are medians, rounded to four significant digits."""
        return {
            "bench": bench,
            "case": self.name,
            "floor": self.floor,
            "ours": _rounded(median(ours for ours, _ in self.rounds)),
            "floor_value": _rounded(median(floor for _, floor in self.rounds)),
            "ratio": _rounded(self.ratio),
            "reach": self.reach,
            "sense": self.sense,
            "spread": [_rounded(self.ratios[0]), _rounded(self.ratios[-1])],
        }


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
