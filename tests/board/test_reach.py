"""Which places are within a distance, against a brute force of geodesics over all of them."""

from random import Random

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meteor.board.coverage import places
from meteor.board.reach import bounds, least, within
from meteor.geo import Point, metres
from tests.geo.test_geo import in_the_city, on_a_grid, point

points = st.one_of(*(st.lists(each, min_size=1, max_size=12) for each in (point, in_the_city, on_a_grid)))


@settings(max_examples=300)
@given(points, points)
@example([(0.0, 179.999)], [(0.0, -179.999)])  # over the date line
@example([(89.999, 0.0)], [(89.999, 180.0), (-89.999, 0.0)])  # over a pole
def test_the_bounds_hold_everywhere(starts: list[Point], ends: list[Point]) -> None:
    lower, upper = bounds(places(starts), places(ends))
    exact = np.array([[geodesic(start, end).m for end in ends] for start in starts])
    assert (lower <= exact).all()
    assert (exact <= upper).all()


@settings(max_examples=100)
@given(points, points, st.sampled_from([0.0, 1.0, 500.0, 1538.5, 5_000_000.0]))
def test_what_is_within_a_distance_is_so_by_the_geodesic(starts: list[Point], ends: list[Point], far: float) -> None:
    exact = [[geodesic(start, end).m <= far for end in ends] for start in starts]
    assert within(places(starts), places(ends), np.full(len(starts), far)).tolist() == exact


def test_a_distance_decides_to_the_millimetre() -> None:
    start, end = (-7.7350, 113.2160), (-7.7468, 113.2066)
    exact = metres(start, end)
    reaches = np.array([exact - 0.0005, exact, exact + 0.0005])
    assert within(places([start] * 3), places([end]), reaches)[:, 0].tolist() == [False, True, True]


def test_a_city_takes_a_handful_of_geodesics() -> None:
    random = Random(1)
    units = [(random.uniform(-7.82, -7.72), random.uniform(113.17, 113.25)) for _ in range(30)]
    grid = [(random.uniform(-7.82, -7.72), random.uniform(113.17, 113.25)) for _ in range(1400)]
    metres.cache_clear()
    within(places(units), places(grid), np.full(30, 1538.5))
    assert metres.cache_info().misses < 30


@pytest.mark.parametrize(("starts", "ends"), [([], [(-7.7, 113.2)]), ([(-7.7, 113.2)], []), ([], [])])
def test_nothing_is_within_reach_of_nothing(starts: list[Point], ends: list[Point]) -> None:
    table = within(places(starts), places(ends), np.full(len(starts), 1000.0))
    assert table.shape == (len(starts), len(ends))
    assert not table.any()


def test_only_doubtful_values_are_measured() -> None:
    measured = []

    def measure(index: int) -> float:
        measured.append(index)
        return [5.0, 4.0, 9.0, 4.0][index]

    lower, upper = np.array([3.0, 3.5, 8.0, 3.9]), np.array([6.0, 4.5, 9.5, 4.1])
    assert least(lower, upper, measure) == (4.0, 1), "of two equal ones the first"
    assert measured == [0, 1, 3]
