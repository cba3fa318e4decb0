"""Whole choices, against the rule spelled out the slow way: every distance measured, everybody sorted."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import inf
from random import Random
from typing import Any

from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from meteor.dispatch.choice import Candidate, PlanLine
from meteor.dispatch.nearest import choose
from meteor.geo import Point
from tests.dispatch.fleet import freshness

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
CAPABILITIES = ["patrol", "fire", "medical"]
STATUSES = ["available", "available", "available", "offered", "assigned", "en_route", "on_scene", "off_duty"]

# Few places, so that equal distances are common.
places = st.tuples(st.integers(-3, 3).map(lambda x: -7.75 + x / 500), st.integers(-3, 3).map(lambda x: 113.2 + x / 500))
ages = st.sampled_from([None, 0.0, 600.0, 601.0, 1800.0, 1801.0])


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    skills = st.frozensets(st.sampled_from(CAPABILITIES), min_size=1)
    where = st.tuples(st.one_of(places, places, st.none()), ages)
    return [
        Candidate(
            number, f"U{number}", draw(st.integers(1, 3)), draw(skills),
            draw(st.sampled_from(STATUSES)), *(there := draw(where)), freshness(*there),
            NOON - timedelta(minutes=draw(st.integers(0, 2))), draw(st.sampled_from([1, 2, 3, 4])),
        )
        for number in range(draw(st.integers(0, 20)))
    ]  # fmt: skip


plans = st.lists(st.builds(PlanLine, st.sampled_from(CAPABILITIES), st.integers(1, 3)), min_size=1, max_size=3)
few_ids = st.frozensets(st.integers(0, 25), max_size=4)
spares = st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from(CAPABILITIES)), st.integers(0, 2), max_size=4)


def slowly(
    point: Point | None, units: Collection[Candidate], plan: list[PlanLine], priority: int,
    had_offer: frozenset[int], spare: Mapping[tuple[int, str], int],
) -> list[list[tuple[int, float | None]]]:  # fmt: skip
    """Ids and distances of who must be chosen, line by line."""
    gone: list[Candidate] = []
    answer = []
    for line in plan:
        chosen: list[tuple[int, float | None]] = []
        for _, distance, _, _, unit in sorted(ranks(point, units, line.capability, priority, had_offer)):
            key = unit.agency_id, line.capability
            given_away = sum(it.agency_id == unit.agency_id and line.capability in it.capabilities for it in gone)
            kept = priority >= 3 and key in spare and given_away >= spare[key]
            if unit not in gone and not kept and len(chosen) < line.count:
                chosen.append((unit.id, distance if point else None))
                gone.append(unit)
        answer.append(chosen)
    return answer


def ranks(
    point: Point | None, units: Collection[Candidate], capability: str, priority: int, had_offer: frozenset[int]
) -> Iterator[tuple[bool, float, bool, datetime, Candidate]]:
    for unit in units:
        free = unit.status == "available"
        under_way = unit.status in {"assigned", "en_route"} and unit.busy_with_priority in {3, 4}
        if capability not in unit.capabilities or unit.id in had_offer:
            continue
        if point is None and free:
            yield False, 0.0, False, unit.idle_since, unit
        age = unit.position_age or 0
        if point and unit.place and age <= 1800 and (free or (priority == 1 and under_way)):
            yield age > 600, geodesic(point, unit.place).m, not free, unit.idle_since, unit


@settings(max_examples=500)
@given(st.one_of(places, places, st.none()), candidates(), plans, st.integers(1, 4), few_ids, few_ids, spares)
def test_the_choice_is_the_rule(
    point: Point | None, units: list[Candidate], plan: list[PlanLine], priority: int,
    refused: frozenset[int], expired: frozenset[int], spare: dict[tuple[int, str], int],
) -> None:  # fmt: skip
    choice = choose(point, units, plan, priority, refused=refused, expired=expired, spare=spare)
    found = [[(pick.candidate.id, pick.distance) for pick in line.picks] for line in choice.lines]
    assert found == slowly(point, units, plan, priority, refused | expired, spare)
    assert len({pick.candidate.id for pick in choice.picks}) == len(choice.picks)


@settings(max_examples=300)
@given(places, candidates(), plans, st.integers(1, 4), few_ids, st.randoms(use_true_random=False))
def test_the_order_in_which_candidates_are_given_does_not_matter(
    point: Point, units: list[Candidate], plan: list[PlanLine], priority: int, refused: frozenset[int], random: Random
) -> None:
    shuffled = random.sample(units, len(units))
    choice = choose(point, units, plan, priority, refused=refused)
    assert choose(point, shuffled, plan, priority, refused=refused) == choice


@settings(max_examples=300)
@given(places, candidates(), plans, st.integers(1, 4), few_ids, spares)
def test_nobody_beyond_its_reach_would_have_changed_the_choice(
    point: Point, units: list[Candidate], plan: list[PlanLine], priority: int, refused: frozenset[int], spare: Any
) -> None:
    choice = choose(point, units, plan, priority, refused=refused, spare=spare)
    reach = max(line.reach for line in choice.lines)
    near = [it for it in units if it.place and geodesic(point, it.place).m <= reach]
    if not choice.shortfall:
        assert choose(point, near, plan, priority, refused=refused, spare=spare).picks == choice.picks


@settings(max_examples=300)
@given(places, candidates(), plans, st.integers(1, 4), few_ids)
def test_everybody_nearer_than_the_chosen_has_a_verdict(
    point: Point, units: list[Candidate], plan: list[PlanLine], priority: int, refused: frozenset[int]
) -> None:
    for line in choose(point, units, plan, priority, refused=refused).lines:
        last = max((pick.distance or 0 for pick in line.picks), default=0) if not line.shortfall else inf
        nearer = {it.call_sign for it in units if it.place and geodesic(point, it.place).m < last}
        assert nearer <= {verdict.candidate.call_sign for verdict in line.verdicts}
        distances = [verdict.distance for verdict in line.verdicts if verdict.distance is not None]
        assert distances == sorted(distances)
