"""Choosing from the database: where a unit counts, and the rules."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.agencies.models import Unit
from meteor.dispatch.choice import PlanLine, Reason
from meteor.geo import Point, metres
from meteor.store.database import db
from tests.cast import HOME, Cast
from tests.dispatch.fleet import (
    FIRE,
    MEDICAL,
    NOW,
    PATROL,
    choose,
    polres,
    put,
    said,
    send,
)
from tests.scenes import in_danger

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def free(cast: Cast) -> None:
    """The units of the cast are free and at their bases."""
    for unit in db.session.scalars(select(Unit)):
        unit.status = "available"


class TestPlaces:
    def test_without_a_fix_a_unit_stands_at_its_base(self) -> None:
        [pick] = choose(HOME, PATROL).picks
        assert (pick.candidate.call_sign, pick.candidate.position_age) == ("TRAIL-01", None)
        assert pick.distance == metres(HOME, (-7.7350, 113.2160))

    def test_a_fresh_fix_is_where_it_is(self) -> None:
        put("PATROLI-01", minutes=10, at=HOME)
        [pick] = choose(HOME, PATROL).picks
        assert (pick.candidate.call_sign, pick.candidate.position_age, pick.distance) == ("PATROLI-01", 600, 0)

    def test_a_fresh_fix_goes_before_the_base(self) -> None:
        put("TRAIL-01", minutes=10, latitude=-7.8, longitude=113.2)
        assert said(choose(HOME, PATROL))[0] == "TRAIL-02 chosen"

    def test_at_its_base_a_unit_stays_there_when_its_fix_grows_old(self) -> None:
        put("TRAIL-01", minutes=11, latitude=-7.735, longitude=113.216)
        [pick] = choose(HOME, PATROL).picks
        assert (pick.candidate.call_sign, pick.candidate.position_age) == ("TRAIL-01", None)

    def test_elsewhere_an_old_fix_stands_behind_fresh_ones(self) -> None:
        put("TRAIL-01", minutes=11, at=HOME)
        assert said(choose(HOME, PATROL))[:2] == ["TRAIL-01 stale position", "TRAIL-02 chosen"]

    def test_elsewhere_an_old_fix_is_better_than_nobody(self) -> None:
        put("DAMKAR-01", minutes=30, at=HOME)
        [pick] = choose(HOME, FIRE).picks
        assert pick.candidate.position_age == 1800

    def test_a_fix_of_31_minutes_counts_no_more(self) -> None:
        put("DAMKAR-01", minutes=31, at=HOME)
        choice = choose(HOME, FIRE)
        assert (said(choice), choice.shortfall) == (["DAMKAR-01 stale position"], (FIRE,))

    def test_who_has_no_place_at_all_is_named_when_nobody_goes(self) -> None:
        put("DAMKAR-01", at_base=False)
        choice = choose(HOME, FIRE)
        assert (said(choice), choice.lines[0].verdicts[0].distance) == (["DAMKAR-01 stale position"], None)

    @pytest.mark.parametrize("point", [(89.9999, 0.0), (-89.99, 170.0), (0.0, 180.0), (10.0, -179.9999)])
    def test_at_the_ends_of_the_earth_too(self, point: Point) -> None:
        put("TRAIL-01", minutes=1, at=(point[0] - 0.001 if point[0] > 0 else point[0] + 0.001, -point[1]))
        put("TRAIL-02", minutes=1, at=(point[0] - 0.01 if point[0] > 0 else point[0] + 0.01, point[1]))
        assert said(choose(point, PATROL))[0] == "TRAIL-01 chosen"


class TestRules:
    def test_who_is_busy_off_duty_or_had_an_offer_is_passed_over_and_named(self) -> None:
        put("TRAIL-01", status="off_duty")
        send("TRAIL-02", priority=2)
        assert said(choose(HOME, PATROL)) == ["TRAIL-01 off duty", "TRAIL-02 busy", "PATROLI-01 chosen"]
        put("TRAIL-01", status="available")
        assert said(choose(HOME, PATROL, refused={Cast().unit("TRAIL-01").id}))[0] == "TRAIL-01 refused"
        assert said(choose(HOME, PATROL, expired={Cast().unit("TRAIL-01").id}))[0] == "TRAIL-01 expired"

    def test_who_is_out_of_service_is_never_named(self) -> None:
        put("DAMKAR-01", in_service=False)
        choice = choose(HOME, FIRE)
        assert (said(choice), choice.shortfall) == ([], (FIRE,))

    def test_p1_takes_the_nearest_out_of_p3(self) -> None:
        send("TRAIL-01", priority=3)
        assert said(choose(HOME, PATROL, p=1))[0] == "TRAIL-01 taken from P3"
        assert said(choose(HOME, PATROL, p=2))[:2] == ["TRAIL-01 busy", "TRAIL-02 chosen"]

    def test_p1_takes_nobody_out_of_p2(self) -> None:
        send("TRAIL-01", priority=2)
        assert said(choose(HOME, PATROL, p=1))[:2] == ["TRAIL-01 busy", "TRAIL-02 chosen"]

    def test_an_assignment_that_ended_binds_nobody(self) -> None:
        send("TRAIL-01", priority=2, ended=True)
        [pick] = choose(HOME, PATROL, p=1).picks
        assert (pick.candidate.call_sign, pick.candidate.busy_with_priority) == ("TRAIL-01", None)

    def test_p3_leaves_an_agency_its_reserve(self) -> None:
        polres().reserve = 3
        choice = choose(HOME, PATROL, p=3)
        assert said(choice) == ["TRAIL-01 kept for P1", "TRAIL-02 kept for P1", "PATROLI-01 kept for P1"]
        assert choice.shortfall == (PATROL,)

    def test_p4_gets_what_is_above_the_reserve(self) -> None:
        polres().reserve = 2
        choice = choose(HOME, PlanLine("patrol", 2), p=4)
        assert said(choice)[:2] == ["TRAIL-01 chosen", "TRAIL-02 kept for P1"]
        assert choice.shortfall == (PATROL,)

    def test_who_could_not_be_sent_is_no_reserve(self) -> None:
        polres().reserve = 2
        put("PATROLI-01", minutes=31, at=HOME)
        assert choose(HOME, PATROL, p=3).shortfall

    def test_whose_officer_is_in_danger_is_no_reserve(self, cast: Cast) -> None:
        polres().reserve = 2
        assert not choose(HOME, PATROL, p=3).shortfall
        in_danger(cast, cast.unit("PATROLI-01"))
        assert choose(HOME, PATROL, p=3).shortfall

    def test_p2_takes_from_the_reserve(self) -> None:
        polres().reserve = 3
        assert not choose(HOME, PATROL, p=2).shortfall

    def test_a_plan_of_several_lines(self) -> None:
        choice = choose(HOME, FIRE, PlanLine("patrol", 2), MEDICAL)
        chosen = [pick.candidate.call_sign for pick in choice.picks]
        assert chosen == ["DAMKAR-01", "TRAIL-01", "TRAIL-02", "AMBULANS-01"]

    def test_without_a_place_the_longest_idle_goes(self) -> None:
        put("TRAIL-02", idle_since=NOW - timedelta(hours=2))
        [pick] = choose(None, PATROL).picks
        assert (pick.candidate.call_sign, pick.reason, pick.distance) == ("TRAIL-02", Reason.LONGEST_IDLE, None)

    def test_without_a_place_and_without_anybody_free_all_are_named(self) -> None:
        for call_sign in ("TRAIL-01", "TRAIL-02", "PATROLI-01"):
            put(call_sign, status="off_duty")
        choice = choose(None, PATROL)
        assert sorted(said(choice)) == ["PATROLI-01 off duty", "TRAIL-01 off duty", "TRAIL-02 off duty"]

    def test_what_no_unit_can_do_is_lacking(self) -> None:
        choice = choose(HOME, PlanLine("diving", 2), PATROL)
        assert (choice.shortfall, len(choice.picks)) == ((PlanLine("diving", 2),), 1)
