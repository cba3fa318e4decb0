"""Crews on the simulated clock: who is asked, when they are there, and what a year's figures are made of."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from meteor.agencies import travel
from meteor.geo import Point, metres
from meteor.replay.crews import crew_turn
from meteor.replay.dispatching import FleetUnit
from meteor.replay.figures import figures, first_patrol, work
from meteor.replay.memory_dispatch import MemoryDispatch
from meteor.replay.movement import Movement
from meteor.replay.scratch import City
from meteor.replay.simulation import Job, Outcome, Simulation
from meteor.replay.year import PlannedIncident

ALUN_ALUN = (-7.7447, 113.2157)
NOON = datetime(2023, 6, 5, 5, tzinfo=UTC)


def incident(number: int = 0, type_code: str = "theft", place: Point = ALUN_ALUN, after: float = 0) -> PlannedIncident:
    at = NOON + timedelta(seconds=after)
    return PlannedIncident(number, at, 34.0, "crime", type_code, place, "Mangunharjo", "Mayangan")


def played(city: City, *year: PlannedIncident, seed: int = 1) -> Sequence[Outcome]:
    return Simulation(year, MemoryDispatch(city.in_memory(), city.types), city.fleet, city.paces, seed).play()


def accepting_seed(planned: PlannedIncident, unit: FleetUnit, answer: str = "accept") -> int:
    """A seed with which the unit's first answer is this one."""
    turns = (crew_turn(seed, planned.number, planned.type_code, unit.call_sign, unit.kind, 0) for seed in range(1000))
    return next(seed for seed, turn in enumerate(turns) if turn.answer == answer)


def nearest(city: City, kind: str = "motorbike") -> FleetUnit:
    bikes = (city.fleet[call_sign] for call_sign in city.motorbikes)
    return min(bikes, key=lambda unit: metres(unit.base, ALUN_ALUN))


def test_the_nearest_motorbike_is_asked_and_arrives_after_call_answer_turnout_and_way(city: City) -> None:
    planned, unit = incident(), nearest(city)
    seed = accepting_seed(planned, unit)
    [outcome] = played(city, planned, seed=seed)
    turn = crew_turn(seed, 0, "theft", unit.call_sign, unit.kind, 0)
    way = travel.seconds(metres(unit.base, ALUN_ALUN), city.paces["motorbike"]) * turn.factor
    assert outcome.offers[0] == unit.call_sign
    assert outcome.seconds() == pytest.approx(34 + turn.answers_after + turn.turnout + way, abs=0.01)


def test_a_crew_that_declines_leaves_it_to_the_next_nearest(city: City) -> None:
    planned, unit = incident(), nearest(city)
    [outcome] = played(city, planned, seed=accepting_seed(planned, unit, "refuse"))
    assert outcome.offers[0] == unit.call_sign
    assert outcome.offers[1] != unit.call_sign
    assert outcome.jobs[0].call_sign != unit.call_sign


def test_beside_a_crew_that_does_not_answer_the_next_is_asked_after_15_seconds(city: City) -> None:
    planned, unit = incident(), nearest(city)
    [outcome] = played(city, planned, seed=accepting_seed(planned, unit, "silent"))
    asked_beside = planned.opened_at + timedelta(seconds=15)
    assert asked_beside < outcome.jobs[0].accepted_at < asked_beside + timedelta(seconds=25)


def test_the_plan_of_a_fire_is_covered(city: City) -> None:
    [outcome] = played(city, incident(type_code="fire"))
    arrived = sorted(job.capability for job in outcome.jobs if job.arrived_at)
    assert arrived == ["fire", "fire", "medical", "patrol"]
    assert outcome.closed
    assert not outcome.lacked


def test_more_incidents_than_units_lack_one_and_are_served_when_one_is_free(city: City) -> None:
    outcomes = played(city, *(incident(number, "wasp_nest", after=number) for number in range(4)))
    assert [each.lacked for each in outcomes].count(True) >= 2
    assert all(each.closed for each in outcomes)
    assert sum(each.seconds() is not None for each in outcomes) >= 2


class RememberingDispatch(MemoryDispatch):
    closed_at: datetime | None = None

    def close(self, number: int, at: datetime) -> None:
        self.closed_at = at
        super().close(number, at)


def test_what_nobody_can_do_is_given_up_after_two_hours(city: City) -> None:
    nobody = city._replace(units=tuple(unit for unit in city.units if "animal" not in unit.capabilities))
    dispatch, planned = RememberingDispatch(nobody.in_memory(), city.types), incident(type_code="wasp_nest")
    [outcome] = Simulation([planned], dispatch, city.fleet, city.paces, 1).play()
    assert (outcome.lacked, outcome.offers, outcome.seconds(), outcome.closed) == (True, [], None, True)
    assert dispatch.closed_at == planned.opened_at + timedelta(hours=2)


def test_two_plans_meet_the_same_luck(city: City) -> None:
    assert crew_turn(1, 2, "theft", "TRAIL-01", "motorbike", 0) == crew_turn(1, 2, "theft", "TRAIL-01", "motorbike", 0)
    others = [
        crew_turn(2, 2, "theft", "TRAIL-01", "motorbike", 0), crew_turn(1, 3, "theft", "TRAIL-01", "motorbike", 0),
        crew_turn(1, 2, "theft", "TRAIL-02", "motorbike", 0), crew_turn(1, 2, "theft", "TRAIL-01", "motorbike", 1),
    ]  # fmt: skip
    assert crew_turn(1, 2, "theft", "TRAIL-01", "motorbike", 0) not in others


def test_motorbikes_that_stand_at_one_post_far_away_are_later_there(city: City) -> None:
    far = dict.fromkeys(city.motorbikes, (-7.8076, 113.2204))
    planned = incident()
    [here], [there] = played(city, planned), played(city.with_posts(far), planned)
    assert (here.seconds() or inf) < (there.seconds() or 0)


def test_a_unit_on_its_way_is_where_its_share_of_the_way_is() -> None:
    way = Movement((0.0, 0.0), (1.0, 2.0), NOON, NOON + timedelta(seconds=10))
    assert way.place(NOON) == (0.0, 0.0)
    assert way.place(NOON + timedelta(seconds=5)) == (0.5, 1.0)
    assert way.place(NOON + timedelta(seconds=11)) == (1.0, 2.0)


def test_percentiles_are_of_all_incidents_and_one_that_nobody_reached_is_late() -> None:
    found = figures([60.0, 180.0, 900.0, None])
    assert (found.incidents, found.median, found.ninth, found.unreached) == (4, 180.0, inf, 1)
    assert (found.within_promise, found.within_before) == (0.5, 0.75)


def test_the_first_patrol_is_counted_where_the_plan_asks_for_one_and_work_until_the_unit_is_free() -> None:
    fire, wasps = Outcome(incident(type_code="fire")), Outcome(incident(1, "wasp_nest"))
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    fire.jobs = [
        Job("DAMKAR-01", "fire", NOON, NOON + minute, NOON + hour),
        Job("TRAIL-01", "patrol", NOON, NOON + 4 * minute, NOON + 2 * hour),
    ]
    assert fire.seconds() == 60
    assert first_patrol([fire, wasps], frozenset({"fire"})) == [240]
    one, two, three = work([fire, wasps], ("TRAIL-02", "TRAIL-01", "DAMKAR-01"), 1)
    assert (one.call_sign, one.jobs, one.hours) == ("DAMKAR-01", 1, 1)
    assert (two.call_sign, two.jobs, two.hours, two.share) == ("TRAIL-01", 1, 2, 2 / 8760)
    assert (three.call_sign, three.jobs, three.hours) == ("TRAIL-02", 0, 0)
