"""Telling duplicates from near misses: precision and recall over labelled pairs of reports, drawn from a written model.

The floor is the labels themselves, so that a ratio is a precision or a recall. Each round draws other pairs.
"""

from collections.abc import Iterator
from random import Random

from bench import Case
from bench._reports import measure, pairs

ROUNDS = 7
PAIRS = 4_000


def cases() -> Iterator[Case]:
    measured = [measure(pairs(Random(seed), PAIRS)) for seed in range(ROUNDS)]
    note = f"{ROUNDS} × {PAIRS:,} pairs, half of them near misses; see bench/_reports.py"
    for name in ("precision", "recall"):
        rounds = [(getattr(each, name), 1.0) for each in measured]
        yield Case(name, "the labels", "of 1", rounds, 0.9, note=note)
