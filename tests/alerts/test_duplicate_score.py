"""Which reports are taken for one incident: what speaks for it, what against, and how well that does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest

from bench._reports import pairs
from bench.duplicates import as_report, measure
from meteor.alerts.duplicate_score import LIKELY, Evidence, Report, duplicate_score
from tests.cast import HOME

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FIRE = Report("fire", AT, AT, HOME, 10.0, phones=frozenset({"+6281330000001"}), households=frozenset({uuid4()}))


def another(minutes: float = 4, metres: float = 60, **given: object) -> Report:
    """A report by somebody else, so much later and so far north."""
    at, place = AT + timedelta(minutes=minutes), (HOME[0] + metres / 110_600, HOME[1])
    words = {"first": at, "last": at, "place": place, "phones": frozenset({"+62"}), "households": frozenset({uuid4()})}
    return replace(FIRE, **words | given)


def score(other: Report, one: Report = FIRE) -> float:
    like = duplicate_score(one, other)
    return like.score if like else 0.0


def test_a_neighbour_who_sees_the_same_fire_reports_the_same_fire() -> None:
    assert score(another()) > 0.8


def test_another_fire_in_the_same_street_is_another_fire() -> None:
    assert 0 < score(another(metres=200)) < LIKELY


def test_the_nearer_and_the_sooner_the_likelier() -> None:
    scores = [score(another(minutes, metres)) for minutes, metres in ((1, 20), (4, 60), (6, 100), (9, 140))]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("kind", ["medical", "wasp_nest", "a_type_that_the_admin_made"])
def test_what_is_of_another_kind_is_not_even_compared(kind: str) -> None:
    assert duplicate_score(FIRE, another(type=kind)) is None


@pytest.mark.parametrize("kind", ["gas_leak", "emergency", ""])
def test_a_related_kind_or_none_may_be_the_same(kind: str) -> None:
    assert LIKELY < score(another(1, 20, type=kind)) < score(another(1, 20))


def test_what_is_too_far_or_too_late_is_not_compared() -> None:
    assert duplicate_score(FIRE, another(metres=400)) is None
    assert duplicate_score(FIRE, another(minutes=16)) is None
    assert duplicate_score(FIRE, another(minutes=-16)) is None


def test_a_wide_radius_and_an_inexact_position_reach_farther() -> None:
    flood = replace(FIRE, type="flood", reach=500.0)
    assert score(another(1, 150, type="flood", reach=500.0), flood) > LIKELY
    assert score(another(1, 150)) < LIKELY < score(another(1, 150, radius=150.0))


def test_the_same_phone_counts_more_than_the_place_and_the_same_home_nearly_as_much() -> None:
    away = another(8, 160)
    alone, phone = score(away), score(replace(away, phones=FIRE.phones))
    home = score(replace(away, households=FIRE.households))
    assert alone < LIKELY < home < phone


def test_the_same_phone_may_tell_of_something_else_elsewhere() -> None:
    assert 0 < score(another(8, 900, type="wasp_nest", phones=FIRE.phones)) < LIKELY


def test_after_an_hour_the_same_phone_says_nothing() -> None:
    assert duplicate_score(FIRE, another(61, phones=FIRE.phones)) is None


def test_without_a_place_only_people_say_that_it_is_the_same() -> None:
    assert duplicate_score(FIRE, another(place=None)) is None
    assert score(another(place=None, phones=FIRE.phones)) > LIKELY


def test_an_incident_that_is_still_reported_is_compared_with_its_last_report() -> None:
    long = replace(FIRE, last=AT + timedelta(minutes=30))
    assert score(another(minutes=31), long) > LIKELY


def test_the_reasons_are_said_the_most_telling_first() -> None:
    like = duplicate_score(replace(FIRE, rt_id=3), another(4, 60, rt_id=3, phones=FIRE.phones))
    assert like is not None
    signs = [reason.evidence for reason in like.reasons]
    assert signs == [Evidence.PHONE, Evidence.RT, Evidence.TYPE, Evidence.APART, Evidence.AWAY]
    assert like.reasons[3].value == 240
    assert like.reasons[4].value == pytest.approx(60, abs=1)


def test_the_order_of_the_two_does_not_matter() -> None:
    for pair in pairs(Random(5), 200, 0.3):
        one, other = as_report(pair.one, {}), as_report(pair.other, {})
        assert duplicate_score(one, other) == duplicate_score(other, one)


@pytest.mark.parametrize("kind", ["fallen_tree", "flood", "traffic_jam"])
def test_what_stays_in_the_way_is_reported_for_an_hour(kind: str) -> None:
    tree = replace(FIRE, type=kind)
    assert score(another(30, 10, type=kind), tree) > 0
    assert duplicate_score(tree, another(61, 10, type=kind)) is None


def test_the_same_phone_with_the_same_kind_elsewhere_is_another_story() -> None:
    assert score(another(3, 30, phones=FIRE.phones)) > 0.9
    assert score(another(3, 1_500, phones=FIRE.phones)) < LIKELY


def test_a_witness_who_is_farther_away_than_the_phone_says_is_still_found() -> None:
    assert score(another(1, 120)) > LIKELY


def test_of_what_is_proposed_most_is_one_incident_and_most_of_one_incident_is_proposed() -> None:
    measured = measure(pairs(Random(601), 2_000, 0.2))
    assert measured.precision >= 0.78
    assert measured.recall >= 0.82
