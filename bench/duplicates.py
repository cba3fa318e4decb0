"""Telling duplicates from near misses: precision and recall over labelled pairs of reports, drawn from a written model.

docs/duplicates.md describes the model. The floor is the labels themselves, so that a ratio is a precision or a recall.
The constants of the score are chosen with other seeds. Rows without a reach are here to be read.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import UUID

import meteor.protocols
from bench import Case, _reports
from bench._reports import SITUATIONS, Pair, pairs
from meteor.alerts.duplicate_score import LIKELY, Report, duplicate_score

SEEDS = range(20_230, 20_237)
PAIRS, PAIRS_EACH = 4_000, 1_500
SHARES = (0.1, 0.2, 0.3)
PROMISED = {(0.2, "precision"): 0.85, (0.2, "recall"): 0.9}
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TYPES = Path(meteor.protocols.__path__[0]) / "reference_tables" / "types.csv"


class Measured(NamedTuple):
    """The share of proposed pairs that are of one incident, and of the pairs of one incident that are proposed."""

    precision: float
    recall: float


def cases() -> Iterator[Case]:
    for share in SHARES:
        drawn = [measure(pairs(Random(seed), PAIRS, share)) for seed in SEEDS]
        note = f"{len(drawn)} × {PAIRS:,} pairs, {share:.0%} of them duplicates"
        yield from _rows(f"{share:.0%}", drawn, note, share)
    alike = [replace(situation, near_misses=1) for situation in SITUATIONS]
    drawn = [measure(pairs(Random(seed), PAIRS, 0.2, alike)) for seed in SEEDS]
    yield from _rows("even", drawn, "20% duplicates, each kind of near miss as often as any other")
    for situation in SITUATIONS:
        drawn = [measure(pairs(Random(seed), PAIRS_EACH, 0.2, [situation])) for seed in SEEDS]
        yield from _rows(situation.name, drawn, f"{situation.about}; 20% duplicates")


def measure(drawn: Iterator[Pair]) -> Measured:
    """Precision and recall of the score over these pairs."""
    reach = _reaches()
    right = wrong = missed = 0
    for pair in drawn:
        like = duplicate_score(as_report(pair.one, reach), as_report(pair.other, reach))
        taken = like is not None and like.score >= LIKELY
        right += taken and pair.same
        wrong += taken and not pair.same
        missed += pair.same and not taken
    return Measured(right / max(right + wrong, 1), right / (right + missed))


def as_report(drawn: _reports.Report, reach: dict[str, float]) -> Report:
    """A drawn report as the product knows it, with the radius of its type in the reference data."""
    at = START + timedelta(minutes=drawn.minutes)
    return Report(
        drawn.type, at, at, drawn.place, drawn.radius, reach.get(drawn.type, 250.0),
        phones=frozenset([str(drawn.phone)]), households=frozenset([UUID(int=drawn.household)]),
    )  # fmt: skip


def _reaches() -> dict[str, float]:
    with TYPES.open(newline="") as rows:
        return {row["code"]: float(row["duplicate_radius"]) for row in csv.DictReader(rows)}


def _rows(name: str, drawn: list[Measured], note: str, share: float = 0.0) -> Iterator[Case]:
    for figure in Measured._fields:
        rounds = [(getattr(each, figure), 1.0) for each in drawn]
        yield Case(f"{name} {figure}", "the labels", "of 1", rounds, PROMISED.get((share, figure), 0.0), note=note)
