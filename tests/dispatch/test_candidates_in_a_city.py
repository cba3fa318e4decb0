"""Choosing from the database among many: as from all units, without reading all of them."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from meteor.agencies.models import Agency, Unit, UnitCapability
from meteor.dispatch import candidates, nearest
from meteor.dispatch.choice import PlanLine, Reason
from meteor.store.database import db
from tests.cast import HOME, Cast
from tests.dispatch.fleet import (
    FIRE,
    MEDICAL,
    NOW,
    PATROL,
    all_candidates,
    around,
    choose,
    fill,
    north_east,
    passed_over,
    polres,
    put,
    said,
    send,
    stand,
)

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def free(cast: Cast) -> None:
    """The units of the cast are free and at their bases."""
    for unit in db.session.scalars(select(Unit)):
        unit.status = "available"


class TestCrowd:
    """More units than are named stand around the place, off duty: they hide nobody."""

    @pytest.fixture(autouse=True)
    def crowd(self, free: None) -> None:
        stand(60, north_east(20, 0), status="off_duty")

    def test_who_is_in_the_corner_of_a_box_does_not_win_over_who_is_nearer_outside(self) -> None:
        put("TRAIL-01", minutes=1, at=north_east(190, 190))
        put("TRAIL-02", minutes=1, at=north_east(210, 0))
        assert said(choose(HOME, PATROL))[-2:] == ["TRAIL-02 chosen", "TRAIL-01 farther"]

    def test_whom_p1_takes_is_found(self) -> None:
        send("TRAIL-02", priority=4)
        put("TRAIL-02", minutes=1, at=north_east(100, 0))
        put("TRAIL-01", minutes=1, at=north_east(3000, 0))
        [pick] = choose(HOME, PATROL, p=1).picks
        assert pick.candidate.call_sign == "TRAIL-02"

    def test_fifty_are_named_beside_the_chosen(self) -> None:
        put("TRAIL-01", minutes=1, at=HOME)
        put("TRAIL-02", minutes=1, at=north_east(400, 0))
        verdicts = said(choose(HOME, PlanLine("patrol", 2)))
        assert (verdicts[0], len(verdicts)) == ("TRAIL-01 chosen", 1 + 50 + 1 + 1)

    def test_a_place_is_named_before_the_lack_of_one(self) -> None:
        db.session.execute(update(Unit).values(latitude=None, longitude=None, position_at=None, at_base=False))
        put("TRAIL-01", minutes=31, at=north_east(9000, 0))
        assert said(choose(HOME, PATROL))[0] == "TRAIL-01 stale position"

    def test_without_a_place_those_whom_their_agency_keeps_hide_nobody(self) -> None:
        db.session.execute(update(Unit).values(status="available", idle_since=NOW - timedelta(hours=1)))
        polres().reserve = 100
        put("AMBULANS-02", idle_since=NOW).capabilities.append(UnitCapability(capability="patrol"))
        [pick] = choose(None, PATROL, p=3).picks
        assert pick.candidate.call_sign == "AMBULANS-02"


class TestCity:
    """Hundreds of units, so that boxes are read; everything is compared with the choice from all of them."""

    @pytest.fixture(autouse=True)
    def city(self, cast: Cast) -> None:
        random = Random(7)
        posts = [around(HOME, random, 0.04) for _ in range(20)]
        fill(random, 600, posts)

    def test_it_is_the_choice_from_all_units(self) -> None:
        random = Random(11)
        everybody = all_candidates()
        for _ in range(60):
            point = random.choice([around(HOME, random, 0.04), around(HOME, random, 0.3), everybody[0].place, None])
            plan = random.choice([[PATROL], [PlanLine("patrol", 3)], [FIRE, PlanLine("patrol", 2)], [MEDICAL, FIRE]])
            had_offer = frozenset(random.sample(range(1, 600), 200))
            priority = random.choice([1, 2])
            choice = choose(point, *plan, p=priority, refused=had_offer)
            able = [it for it in everybody if it.capabilities & {line.capability for line in plan}]
            whole = nearest.choose(point, able, plan, priority, refused=had_offer)
            assert choice.picks == whole.picks
            assert choice.shortfall == whole.shortfall
            assert passed_over(choice) == passed_over(whole)

    def test_agencies_keep_their_reserves(self) -> None:
        everybody = all_candidates()
        for agency in db.session.scalars(select(Agency)):
            free = [it for it in everybody if it.agency_id == agency.id and it.status == "available"]
            free = [it for it in free if it.freshness != "unusable"]
            agency.reserve = sum("patrol" in it.capabilities for it in free) - 2
        choice = choose(HOME, PlanLine("patrol", 9), p=3)
        assert choice.shortfall == (PlanLine("patrol", 3),)
        assert len({(pick.candidate.agency_id) for pick in choice.picks}) == 3

    def test_few_of_them_are_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[Any] = []
        candidate = candidates._candidate
        monkeypatch.setattr(candidates, "_candidate", lambda row, at: read.append(row) or candidate(row, at))
        assert candidates.choose(db.session.connection(), HOME, [PATROL], 2, NOW).picks
        assert len(read) < 60

    def test_of_many_who_were_passed_over_the_nearest_50_are_named(self) -> None:
        db.session.execute(update(Unit).values(status="off_duty"))
        put("TRAIL-01", status="available", minutes=1, at=(HOME[0] + 0.2, HOME[1]))
        verdicts = choose(HOME, PATROL).lines[0].verdicts
        assert len(verdicts) == 51
        assert {verdict.reason for verdict in verdicts[:-1]} == {Reason.OFF_DUTY}
        assert (verdicts[-1].candidate.call_sign, verdicts[-1].reason) == ("TRAIL-01", Reason.CHOSEN)
