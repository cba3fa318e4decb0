"""Distances and their bounds, anywhere on the earth."""

from math import inf, nan

import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meteor.geo import SHORTEST, Point, box, lower_bound, metres

POLES = [(90.0, 0.0), (90.0, 113.2), (-90.0, 0.0), (89.9999, 180.0), (-89.9999, -66.8)]
DATE_LINE = [(0.0, 180.0), (0.0, -180.0), (-16.5, 179.9999), (-16.5, -179.9999), (60.0, 180.0)]
ANTIPODES = [(0.0, 0.0), (7.7337, -66.7834), (7.7, -66.8), (0.0, 179.4), (0.5, 179.7), (-0.5, 179.5)]
CITY = [(-7.7337, 113.2166), (-7.7549, 113.1789), (-7.7337, 113.2167), (-7.7661, 113.1757)]

anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
in_the_city = st.tuples(st.floats(-7.80, -7.73), st.floats(113.17, 113.24))
on_a_grid = st.tuples(st.integers(-2, 2).map(float), st.integers(-2, 2).map(lambda step: 180.0 * step / 2))
special = st.sampled_from(POLES + DATE_LINE + ANTIPODES + CITY)
point = st.one_of(anywhere, in_the_city, on_a_grid, special)


@settings(max_examples=300)
@given(point, point)
@example((0.0, 0.0), (0.01, 0.0))  # along the meridian at the equator, where a sphere errs most one way
@example((89.99, 0.0), (89.99, 90.0))  # near the pole, where it errs most the other way
@example((0.0, 0.0), (0.5, 179.7))  # nearly antipodal
def test_a_geodesic_keeps_its_bounds_to_the_great_circle(start: Point, end: Point) -> None:
    sphere = great_circle(start, end).m
    assert SHORTEST * sphere - 1 <= lower_bound(start, end) <= metres(start, end)


@settings(max_examples=500)
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


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        metres((nan, 0.0), (0.0, 0.0))
    with pytest.warns(UserWarning, match="Latitude"), pytest.raises(ValueError, match="Latitude"):
        metres((90.1, 0.0), (0.0, 0.0))
