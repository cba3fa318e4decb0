"""Counts for everybody: no small one is shown, or follows from the others and the month's total."""

from hypothesis import given
from hypothesis import strategies as st

from meteor.statistics.public_counts import COVER, FEW, FEWEST, JOINED, Area, split

AREAS: list[Area] = [1, 2, 3, 4, 5, None]

counts = st.dictionaries(st.sampled_from(AREAS), st.integers(0, 12))


@given(counts)
def test_with_all_that_is_shown_a_small_count_may_still_be_anything_below_five(known: dict[Area, int]) -> None:
    found = split(known, AREAS)
    few = [area for area, word in found.hidden.items() if word == FEW]
    joined = [area for area, word in found.hidden.items() if word == JOINED]
    rest = sum(known.values()) - sum(found.shown.values())
    for value in range(FEWEST) if few else ():
        others = rest - value
        assert others >= COVER * len(joined)
        assert joined or others <= (FEWEST - 1) * (len(few) - 1)


@given(counts)
def test_what_is_shown_is_true_and_each_area_is_there_once(known: dict[Area, int]) -> None:
    found = split(known, AREAS)
    assert {*found.shown, *found.hidden} == set(AREAS)
    assert len(found.shown) + len(found.hidden) == len(AREAS)
    assert all(count == known[area] >= FEWEST for area, count in found.shown.items())
    assert all(known.get(area, 0) < FEWEST for area, word in found.hidden.items() if word == FEW)


def test_large_counts_are_all_shown() -> None:
    assert split(dict.fromkeys(AREAS, FEWEST), AREAS).shown == dict.fromkeys(AREAS, FEWEST)


def test_one_small_count_takes_the_next_large_one_along() -> None:
    found = split({1: 20, 2: 9, 3: 2, 4: 8, 5: 12, None: 30}, AREAS)
    assert found.hidden == {3: FEW, 5: JOINED}
    assert (found.of(1), found.of(3)) == (20, FEW)


def test_several_small_counts_need_nobody_else() -> None:
    assert split({1: 20, 2: 3, 3: 2, 4: 2, 5: 20, None: 20}, AREAS).hidden == {2: FEW, 3: FEW, 4: FEW}


def test_two_small_counts_that_their_sum_would_tell_take_another_along() -> None:
    assert split({1: 20, 2: 4, 3: 4, 4: 20, 5: 20, None: 20}, AREAS).hidden == {2: FEW, 3: FEW, 4: JOINED}


def test_a_cover_that_would_tell_what_it_covers_is_none() -> None:
    assert split({1: 20, 2: 0, 3: COVER, 4: 15, 5: 20, None: 20}, AREAS).shown == {}
    assert split({1: 20, 2: 0, 3: COVER + 4, 4: 15, 5: 20, None: 20}, AREAS).hidden == {2: FEW, 3: JOINED}


def test_without_a_large_one_the_month_is_not_split_at_all() -> None:
    found = split({1: COVER - 1, 2: 1, 3: 6, 4: 6, 5: 6, None: 6}, AREAS)
    assert (found.shown, set(found.hidden.values())) == ({}, {JOINED})
