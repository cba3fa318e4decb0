"""Proposals of posts: what is covered, what one more adds, and what interchange mends."""

from collections.abc import Sequence
from itertools import combinations

import pytest

from meteor.agencies.travel import PACES
from meteor.geo import Point
from meteor.replay.placement import Candidate, Placement
from meteor.replay.proposal import candidates
from meteor.replay.reach import Reach
from meteor.replay.scratch import City
from meteor.territory.city_cells import Cell, Centroid

REACH = Reach(PACES["motorbike"])


def line(*kilometres: float) -> list[Point]:
    """Places so many kilometres north of a point."""
    return [(-7.8 + way / 110.6, 113.2) for way in kilometres]


def placement(posts: Sequence[Point], demand: Sequence[Point], busy: float = 0.0) -> Placement:
    here = Centroid("Jati", "Mayangan", posts[0])
    cells = {Cell(place, (0.0, 0.0), here, float(number)): 1 / len(demand) for number, place in enumerate(demand)}
    return Placement([Candidate(place, f"{number}") for number, place in enumerate(posts)], cells, REACH, busy)


def coverage(posts: Sequence[Point], demand: Sequence[Point], numbers: Sequence[int], busy: float) -> float:
    return placement(posts, demand, busy).coverage_of(numbers)


def test_the_chance_to_arrive_in_time_falls_from_certain_to_none() -> None:
    chances = [REACH.chance(distance) for distance in range(0, 4000, 100)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1
    assert 0.2 < REACH.chance(1000) < 0.8
    assert chances[-1] == 0


def test_two_posts_go_to_two_villages_and_not_between_them() -> None:
    proposal = placement(line(0, 3, 6), line(0, 0.1, 5.9, 6)).propose(2)
    assert sorted(post.candidate.near for post in proposal.posts) == ["0", "2"]
    assert proposal.coverage == pytest.approx(1, abs=0.01)


def test_the_explanation_adds_up() -> None:
    first, second = placement(line(0, 6), line(0, 0.1, 6)).propose(2).posts
    assert first.gain == pytest.approx(2 / 3, abs=0.01)
    assert second.gain == second.covers == second.loss == pytest.approx(1 / 3, abs=0.01)


@pytest.mark.parametrize("busy", [0.0, 0.3])
def test_what_one_more_post_adds_is_the_difference_of_the_coverage(busy: float) -> None:
    posts, demand = line(0, 0.5, 0.9, 1.3), line(0, 0.2, 0.7, 1.1, 1.6)
    before = coverage(posts, demand, [0, 2, 3], busy)
    after = coverage(posts, demand, [0, 2, 3, 1], busy)
    place = placement(posts, demand, busy)
    place.coverage_of([0, 2, 3])
    assert place._gain(1) == pytest.approx(after - before)


def test_a_second_motorbike_counts_when_the_first_is_busy() -> None:
    assert coverage(line(0, 0), line(0), [0, 1], 0.0) == 1
    assert coverage(line(0, 0), line(0), [0], 0.3) == pytest.approx(0.7)
    assert coverage(line(0, 0), line(0), [0, 1], 0.3) == pytest.approx(0.91)


def test_interchange_mends_a_greedy_choice_that_was_wrong() -> None:
    posts, demand = line(1.2, 0.4, 2.0), line(0, 0.8, 0.81, 1.59, 1.6, 2.4)
    proposal = placement(posts, demand).propose(2)
    best = max(coverage(posts, demand, pair, 0.0) for pair in combinations(range(3), 2))
    assert proposal.moves == 1
    assert proposal.coverage == pytest.approx(best)


def test_candidates_are_the_posts_of_today_and_cells_near_the_middle_of_a_kelurahan(city: City) -> None:
    found = candidates(city.cells)
    assert "Pos Polisi Pilang" in [each.near for each in found[:15]]
    assert len(found) == 15 + sum(cell.away <= 700 for cell in city.cells)
