"""The model of a city's reports: independent of the score that it tests, and as docs/duplicates.md describes it."""

import ast
import sys
from dataclasses import replace
from math import cos, hypot, radians
from pathlib import Path
from random import Random
from statistics import median

import pytest

from bench import _reports
from bench._reports import CENTRE, DEGREE, HOUR, SITUATIONS, Pair, Situation, pairs

DESCRIPTION = (Path(__file__).parents[2] / "docs" / "duplicates.md").read_text()


def away(pair: Pair) -> float:
    assert pair.one.place
    assert pair.other.place
    north, east = (there - here for here, there in zip(pair.one.place, pair.other.place, strict=True))
    return DEGREE * hypot(north, east * cos(radians(CENTRE[0])))


def drawn(situation: Situation, share: float) -> list[Pair]:
    return [pair for pair in pairs(Random(7), 400, share, [situation]) if pair.one.place and pair.other.place]


def test_the_model_imports_the_standard_library_alone() -> None:
    tree = ast.parse(Path(_reports.__file__).read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_the_share_of_duplicates_is_exact(share: float) -> None:
    assert sum(pair.same for pair in pairs(Random(1), 1_000, share)) == round(1_000 * share)


def test_a_seed_draws_the_same_pairs_again() -> None:
    assert list(pairs(Random(3), 50, 0.2)) == list(pairs(Random(3), 50, 0.2))


def test_the_shares_of_the_situations_are_hundreds() -> None:
    assert sum(situation.duplicates for situation in SITUATIONS) == 100
    assert sum(situation.near_misses for situation in SITUATIONS) == 100


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_each_situation_has_duplicates_and_near_misses_within_the_hour(situation: Situation) -> None:
    both = list(pairs(Random(2), 100, 0.5, [situation]))
    assert {pair.same for pair in both} == {True, False}
    assert all(0 <= pair.other.minutes <= HOUR for pair in both)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_description_has_the_numbers_of_each_situation(situation: Situation) -> None:
    shares = f"{situation.duplicates} | {situation.near_misses}"
    metres = "{:,}–{:,}".format(*situation.apart)
    assert f"| `{situation.name}` | {situation.about} | {shares} | {metres} |" in DESCRIPTION


def test_reports_of_one_fire_lie_nearer_than_those_of_two_in_its_street() -> None:
    fires = SITUATIONS[0]
    assert median(map(away, drawn(fires, 1.0))) < 90 < median(map(away, drawn(fires, 0.0)))


def test_a_phone_that_understates_errs_farther_than_it_says() -> None:
    (understated,) = (situation for situation in SITUATIONS if situation.name == "radius")
    honest = replace(understated, understated=0.0)
    far, near = (
        median(away(pair) for pair in drawn(each, 1.0) if pair.one.radius < 30 < pair.other.radius < 60)
        for each in (understated, honest)
    )
    assert far > 1.5 * near
