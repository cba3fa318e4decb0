"""The nearest of many points, against a brute force over all of them."""

from datetime import UTC, datetime
from itertools import islice, takewhile
from math import inf
from random import Random
from typing import Any

import pytest
from geopy.distance import geodesic
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meteor.dispatch.choice import Candidate
from meteor.dispatch.nearest import by_distance
from meteor.geo import Point, metres
from tests.geo.test_geo import in_the_city, on_a_grid, point

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)

points = st.one_of(st.lists(point, max_size=40), st.lists(in_the_city, max_size=200), st.lists(on_a_grid, max_size=80))


def units_at(places: list[Point]) -> list[Candidate]:
    one = Candidate(0, "", 1, frozenset(), "available", None, None, "fresh", NOON)
    return [one._replace(id=index, place=place) for index, place in enumerate(places)]


def nearest(place: Point, among: list[Point], count: int) -> list[tuple[Any, int]]:
    return [(distance, unit.id) for distance, unit in islice(by_distance(place, units_at(among)), count)]


def brute_force(place: Point, among: list[Point], count: int, within: float = inf) -> list[tuple[float, int]]:
    distances = sorted((geodesic(place, other).m, index) for index, other in enumerate(among))
    return [(distance, index) for distance, index in distances if distance <= within][:count]


@settings(max_examples=400)
@given(point, points, st.integers(1, 5))
@example((0.0, 0.0), [(0.0, 1e-20), (0.0, 0.0)], 1)  # equally distant, but not on the sphere
def test_the_nearest_are_the_nearest(place: Point, among: list[Point], count: int) -> None:
    assert nearest(place, among, count) == brute_force(place, among, count)


@settings(max_examples=200)
@given(point, points, st.sampled_from([0.0, 1.0, 500.0, 20_000.0, 5_000_000.0]))
def test_all_within_a_distance_are_found(place: Point, among: list[Point], within: float) -> None:
    found = takewhile(lambda it: it[0] <= within, nearest(place, among, 1000))
    assert list(found) == brute_force(place, among, 1000, within)


@pytest.mark.parametrize("size", [1, 30, 428, 10_000])
def test_a_city_of_any_size(size: int) -> None:
    random = Random(size)
    units = [(random.uniform(-7.80, -7.73), random.uniform(113.17, 113.24)) for _ in range(size)]
    for _ in range(5):
        place = (random.uniform(-7.80, -7.73), random.uniform(113.17, 113.24))
        assert nearest(place, units, 3) == brute_force(place, units, 3)


@pytest.mark.parametrize("along", ["a meridian", "a parallel"])
def test_thousands_in_one_street(along: str) -> None:
    steps = [index * 1e-6 for index in range(5000)]
    units = [(-7.75 + step, 113.2) if along == "a meridian" else (-7.75, 113.2 + step) for step in steps]
    for place in [(-7.7475, 113.2025), (-7.75, 113.2), (-7.7490001, 113.2010001)]:
        assert nearest(place, units, 2) == brute_force(place, units, 2)


def test_of_thousands_at_one_place_the_first_given_come_first() -> None:
    units = [(-7.75, 113.2)] * 5000
    assert [index for _, index in nearest((-7.74, 113.21), units, 3)] == [0, 1, 2]


def test_east_and_west_at_the_same_distance_the_first_given_comes_first() -> None:
    assert nearest((0.0, 0.0), [(0.0, 1.0), (0.0, -1.0)], 1)[0][1] == 0
    assert nearest((0.0, 0.0), [(0.0, -1.0), (0.0, 1.0)], 1)[0][1] == 0


def test_a_hundred_thousand_units_take_a_handful_of_geodesics() -> None:
    random = Random(1)
    units = units_at([(random.uniform(-7.80, -7.73), random.uniform(113.17, 113.24)) for _ in range(100_000)])
    metres.cache_clear()
    for _ in range(20):
        next(by_distance((random.uniform(-7.80, -7.73), random.uniform(113.17, 113.24)), units))
    assert metres.cache_info().misses < 24
