"""What an incident is by what was decided about it, as tables: nothing else says type, priority, place and closure."""

from datetime import timedelta
from typing import Any

import pytest

from meteor.incidents.assessment import Said, View, What, assess
from meteor.incidents.places import Place
from meteor.store.moments import now

AT = now()
SARI, KOMANG, MAYA = 1, 2, 3
"""Who raised the incident, the dispatcher, and a call-taker."""

EMERGENCY, CRIME, FIRE = What(1, "emergency", 2), What(2, "crime", 2), What(3, "fire", 1)
VIOLENCE = What(4, "domestic_violence", 1)
HOME, MARKET = Place(-7.75, 113.21, 20.0, "device"), Place(-7.74, 113.22, 5.0, "call")


def said(kind: str, author_id: int | None = None, *, minute: int = 0, **given: Any) -> Said:
    return Said(kind, AT + timedelta(minutes=minute), author_id, **given)


def opening(what: What = EMERGENCY, place: Place = HOME, *, held: bool = False) -> Said:
    return said("opening", what=what, place=place, held=held)


def view(*decisions: Said, parts: dict[int, View] | None = None) -> View:
    return assess(decisions, SARI, parts or {})


def priority(value: int) -> What:
    return What(priority=value)


@pytest.mark.parametrize(
    ("decisions", "what"),
    [
        ([], EMERGENCY),
        ([said("type", KOMANG, what=FIRE)], FIRE),
        ([said("type", KOMANG, what=FIRE), said("type", KOMANG, what=CRIME)], CRIME),
        ([said("kind_said", SARI, what=FIRE)], FIRE),
        ([said("kind_said", MAYA, what=FIRE)], EMERGENCY),
        ([said("type", KOMANG, what=CRIME), said("kind_said", SARI, what=FIRE)], CRIME),
        ([said("type", None, what=CRIME), said("kind_said", SARI, what=FIRE)], FIRE),
        ([said("kind_said", SARI, what=CRIME), said("kind_said", SARI, what=FIRE)], FIRE),
    ],
    ids=[
        "as it was opened", "the dispatcher says", "the last word counts", "its reporter says", "another reporter says",
        "its reporter after the dispatcher", "its reporter after METEOR", "its reporter twice",
    ],
)  # fmt: skip
def test_the_last_who_may_say_it_says_what_it_is(decisions: list[Said], what: What) -> None:
    assert view(opening(), *decisions).what == what


@pytest.mark.parametrize(
    ("decisions", "urgent"),
    [
        ([said("priority", KOMANG, what=priority(4))], 4),
        ([said("heard", MAYA, what=priority(1))], 1),
        ([said("heard", MAYA, what=priority(3))], 2),
        ([said("priority", KOMANG, what=priority(4)), said("heard", MAYA, what=priority(3))], 3),
        ([said("heard", MAYA, what=priority(1)), said("priority", KOMANG, what=priority(3))], 3),
        ([said("priority", KOMANG, what=priority(4)), said("type", KOMANG, what=FIRE)], 1),
    ],
    ids=["decided", "heard", "heard of less", "heard after", "decided after", "another type"],
)
def test_who_decides_sets_the_priority_and_who_calls_only_makes_it_more_urgent(
    decisions: list[Said], urgent: int
) -> None:
    assert view(opening(), *decisions).what.priority == urgent


def test_it_is_where_it_was_said_to_be_last() -> None:
    assert view(opening(), said("place", place=MARKET)).place == MARKET


def test_it_waits_for_a_call_taker_until_one_releases_it() -> None:
    held = opening(held=True)
    assert (view(held).held, view(held, said("release", MAYA)).held) == (True, False)


def test_what_was_ever_said_to_be_domestic_violence_stays_confidential() -> None:
    assert not view(opening()).confidential
    assert view(opening(VIOLENCE), said("type", KOMANG, what=CRIME)).confidential
    assert view(opening(), said("kind_said", MAYA, what=VIOLENCE)).confidential


def test_it_is_closed_by_its_last_closure_until_it_is_reopened() -> None:
    closure = said("closure", KOMANG, minute=5, outcome="helped", note="Selesai")
    closed = view(opening(held=True), closure)
    assert (closed.closed_at, closed.outcome, closed.outcome_note) == (closure.at, "helped", "Selesai")
    again = view(opening(held=True), closure, said("reopening", KOMANG, minute=9))
    assert (again.closed_at, again.outcome, again.outcome_note, again.held) == (None, None, "", False)
    assert again.reopened_at == AT + timedelta(minutes=9)


MERGE = said("merge", KOMANG, merge_id=7)


@pytest.mark.parametrize(
    ("main", "part", "what"),
    [
        (CRIME, FIRE, FIRE),
        (FIRE, CRIME, FIRE),
        (EMERGENCY, CRIME, CRIME),
        (CRIME, EMERGENCY, CRIME),
        (CRIME._replace(priority=3), EMERGENCY, EMERGENCY),
    ],
    ids=["more urgent", "less urgent", "says what it is", "does not say", "more urgent, though it does not say"],
)
def test_what_is_merged_into_it_makes_it_more_urgent_or_says_what_it_is(main: What, part: What, what: What) -> None:
    assert view(opening(main), MERGE, parts={7: View(what=part)}).what == what


def test_what_is_merged_into_it_says_where_it_is_if_nobody_has() -> None:
    part = {7: View(what=CRIME, place=MARKET)}
    assert view(opening(place=Place()), MERGE, parts=part).place == MARKET
    assert view(opening(), MERGE, parts=part).place == HOME


@pytest.mark.parametrize(("main", "part", "held"), [(True, True, True), (True, False, False), (False, True, False)])
def test_of_two_that_are_one_neither_waits_unless_both_do(main: bool, part: bool, held: bool) -> None:
    assert view(opening(held=main), MERGE, parts={7: View(what=CRIME, held=part)}).held is held


def test_what_is_decided_after_a_merge_counts_more_than_what_the_part_says() -> None:
    decided = said("type", KOMANG, what=CRIME)
    assert view(opening(), MERGE, decided, parts={7: View(what=FIRE)}).what == CRIME


def test_a_reporter_does_not_overrule_who_merged_it_with_something_else() -> None:
    after = said("kind_said", SARI, what=CRIME)
    assert view(opening(), MERGE, after, parts={7: View(what=FIRE)}).what == FIRE


def test_an_alert_that_was_split_off_is_what_its_own_opening_says() -> None:
    heard_before = said("heard", MAYA, what=priority(1))
    assert view(heard_before, opening(CRIME)).what == CRIME
