"""The nearest of many points, against a brute force over all of them."""

from math import inf, nan
from random import Random

import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meteor.dispatch.geography import LONGEST, SHORTEST, LatitudeOrder, Point, box, metres

POLES = [(90.0, 0.0), (90.0, 113.2), (-90.0, 0.0), (89.9999, 180.0), (-89.9999, -66.8)]
DATE_LINE = [(0.0, 180.0), (0.0, -180.0), (-16.5, 179.9999), (-16.5, -179.9999), (60.0, 180.0)]
ANTIPODES = [(0.0, 0.0), (7.7337, -66.7834), (7.7, -66.8), (0.0, 179.4), (0.5, 179.7), (-0.5, 179.5)]
CITY = [(-7.7337, 113.2166), (-7.7549, 113.1789), (-7.7337, 113.2167), (-7.7661, 113.1757)]

anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
in_the_city = st.tuples(st.floats(-7.80, -7.73), st.floats(113.17, 113.24))
on_a_grid = st.tuples(st.integers(-2, 2).map(float), st.integers(-2, 2).map(lambda step: 180.0 * step / 2))
special = st.sampled_from(POLES + DATE_LINE + ANTIPODES + CITY)
point = st.one_of(anywhere, in_the_city, on_a_grid, special)
points = st.one_of(st.lists(point, max_size=40), st.lists(in_the_city, max_size=200), st.lists(on_a_grid, max_size=80))


def brute_force(place: Point, among: list[Point], count: int, within: float = inf) -> list[tuple[float, int]]:
    distances = sorted((geodesic(place, other).m, index) for index, other in enumerate(among))
    return [(distance, index) for distance, index in distances if distance <= within][:count]


@settings(max_examples=400, deadline=None)
@given(point, points, st.integers(1, 5))
@example((0.0, 0.0), [(0.0, 1e-20), (0.0, 0.0)], 1)  # equally distant, but not on the sphere
def test_the_nearest_are_the_nearest(place: Point, among: list[Point], count: int) -> None:
    assert LatitudeOrder(among).nearest(place, count) == brute_force(place, among, count)


@settings(max_examples=200, deadline=None)
@given(point, points, st.sampled_from([0.0, 1.0, 500.0, 20_000.0, 5_000_000.0]))
def test_all_within_a_distance_are_found(place: Point, among: list[Point], within: float) -> None:
    found = LatitudeOrder(among).nearest(place, 1000, within)
    assert found == brute_force(place, among, 1000, within)


@settings(max_examples=300, deadline=None)
@given(point, point)
@example((0.0, 0.0), (0.01, 0.0))  # along the meridian at the equator, where a sphere errs most one way
@example((89.99, 0.0), (89.99, 90.0))  # near the pole, where it errs most the other way
@example((0.0, 0.0), (0.5, 179.7))  # nearly antipodal
def test_a_geodesic_keeps_its_bounds_to_the_great_circle(start: Point, end: Point) -> None:
    sphere = great_circle(start, end).m
    assert SHORTEST * sphere - 1e-6 <= metres(start, end) <= LONGEST * sphere + 1e-6


@settings(max_examples=500, deadline=None)
@given(point, point)
@example((0.0, 0.0), (1.0, 0.0))
@example((45.0, 10.0), (45.0, 11.0))
@example((89.0, 0.0), (89.0, 180.0))
@example((0.0, 179.9), (0.0, -179.9))
def test_nothing_within_a_distance_lies_outside_of_its_box(start: Point, end: Point) -> None:
    area = box(start, metres(start, end))
    assert area.south <= end[0] <= area.north
    assert area.west <= end[1] <= area.east


def test_a_box_is_not_much_wider_than_it_must_be() -> None:
    area = box((-7.7337, 113.2166), 1000)
    assert geodesic((area.south, 113.2166), (area.north, 113.2166)).m == pytest.approx(2000, rel=0.001)
    assert geodesic((-7.7337, area.west), (-7.7337, area.east)).m == pytest.approx(2000, rel=0.001)


def test_a_box_without_end_is_the_whole_earth() -> None:
    assert box((-7.7337, 113.2166), inf) == (-90, 90, -180, 180)


@pytest.mark.parametrize("size", [1, 30, 428, 10_000])
def test_a_city_of_any_size(size: int) -> None:
    random = Random(size)
    units = [(random.uniform(-7.80, -7.73), random.uniform(113.17, 113.24)) for _ in range(size)]
    order = LatitudeOrder(units)
    for _ in range(5):
        place = (random.uniform(-7.80, -7.73), random.uniform(113.17, 113.24))
        assert order.nearest(place, 3) == brute_force(place, units, 3)


@pytest.mark.parametrize("along", ["a meridian", "a parallel"])
def test_thousands_in_one_street(along: str) -> None:
    steps = [index * 1e-6 for index in range(5000)]
    units = [(-7.75 + step, 113.2) if along == "a meridian" else (-7.75, 113.2 + step) for step in steps]
    order = LatitudeOrder(units)
    for place in [(-7.7475, 113.2025), (-7.75, 113.2), (-7.7490001, 113.2010001)]:
        assert order.nearest(place, 2) == brute_force(place, units, 2)


def test_of_thousands_at_one_place_the_first_given_come_first() -> None:
    units = [(-7.75, 113.2)] * 5000
    assert [index for _, index in LatitudeOrder(units).nearest((-7.74, 113.21), 3)] == [0, 1, 2]


def test_east_and_west_at_the_same_distance_the_first_given_comes_first() -> None:
    assert LatitudeOrder([(0.0, 1.0), (0.0, -1.0)]).nearest((0.0, 0.0))[0][1] == 0
    assert LatitudeOrder([(0.0, -1.0), (0.0, 1.0)]).nearest((0.0, 0.0))[0][1] == 0


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        metres((nan, 0.0), (0.0, 0.0))
    with pytest.warns(UserWarning, match="Latitude"), pytest.raises(ValueError, match="Latitude"):
        metres((90.1, 0.0), (0.0, 0.0))


def test_a_hundred_thousand_units_take_a_handful_of_geodesics() -> None:
    random = Random(1)
    units = [(random.uniform(-7.80, -7.73), random.uniform(113.17, 113.24)) for _ in range(100_000)]
    order = LatitudeOrder(units)
    metres.cache_clear()
    for _ in range(100):
        order.nearest((random.uniform(-7.80, -7.73), random.uniform(113.17, 113.24)))
    assert metres.cache_info().misses < 120
