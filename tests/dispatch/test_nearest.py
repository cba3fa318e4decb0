"""Who is sent: the table of cases, and what the choice says about those who are not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from json import dumps, loads
from math import inf
from typing import Any

import pytest
from geopy.distance import geodesic

from meteor.dispatch.choice import Candidate, Choice, PlanLine
from meteor.dispatch.nearest import SENDS, choose
from meteor.geo import Point, metres
from tests.cast import HOME
from tests.dispatch.fleet import freshness

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PATROL, TWO_PATROLS, FIRE = PlanLine("patrol"), PlanLine("patrol", 2), PlanLine("fire")
POLRES, SATPOL = 1, 2


def unit(
    name: str, north: float = 100, east: float = 0, *, can: str = "patrol", status: str = "available",
    minutes: float | None = 1, idle: float = 10, on: int | None = None, agency: int = POLRES, at: Point | None = None,
) -> Candidate:  # fmt: skip
    """A unit so many metres north and east of Sari's door, its fix so many minutes old (None: it is at its base)."""
    place = at or (HOME[0] + north / 110_594, HOME[1] + east / 110_310)
    age = None if minutes is None else minutes * 60
    idle_since = NOON - timedelta(minutes=idle)
    worth = freshness(place, age)
    return Candidate(int(name[1:]), name, agency, frozenset(can.split()), status, place, age, worth, idle_since, on)


def nowhere(name: str) -> Candidate:
    """A unit that has never sent a fix and is not at its base."""
    return unit(name)._replace(place=None, position_age=None, freshness="unusable")


def going(name: str, north: float = 50, *, p: int, status: str = "en_route", **given: Any) -> Candidate:
    """A unit that is on its way to an incident of priority `p`."""
    return unit(name, north, status=status, on=p, **given)


def case(what: str, verdicts: str, *units: Candidate, plan: Any = PATROL, p: int = 2, **given: Any) -> Any:
    lines = plan if isinstance(plan, list) else [plan]
    return pytest.param(verdicts, partial(choose, given.pop("point", HOME), units, lines, p, **given), id=what)


DATE_LINE, NORTH_POLE, EQUATOR = (-17.0, 179.9999), (89.9999, 0.0), (0.0, 0.0)
FIRE_1, BOTH_1, SATPOL_2 = unit("F1", 300, can="fire"), unit("T1", 50, can="fire patrol"), unit("S2", agency=SATPOL)
NONE_TO_SPARE, ONE_TO_SPARE = {"spare": {(POLRES, "patrol"): 0}}, {"spare": {(POLRES, "patrol"): 1}}

# What must happen; who is chosen and why, and why the others are not, line by line of the plan; what is given.
# Units stand 100 m from Sari's door with a fix of one minute unless their line says otherwise; the incident is P2.
CASES = [
    case("the only free unit goes, however far", "T1 chosen", unit("T1", 9000)),
    case("of two free units the nearer goes", "T2 chosen, T1 farther", unit("T1", 900), unit("T2", 400)),
    case("the right unit goes, not the nearest", "A1 no capability, T2 chosen", unit("A1", 50, can="fire"), unit("T2")),
    case("one capability of many is enough", "T1 chosen", unit("T1", can="transport patrol")),
    case("who is off duty stays", "T1 off duty, T2 chosen", unit("T1", 50, status="off_duty"), unit("T2")),
    case("who has another offer is busy", "T1 busy, T2 chosen", going("T1", status="offered", p=4), unit("T2")),
    case("who is on scene is busy", "T1 busy, T2 chosen", going("T1", status="on_scene", p=2), unit("T2")),
    case("who refused is not asked again", "T1 refused, T2 chosen", unit("T1", 50), unit("T2"), refused={1}),
    case("who let an offer pass is not asked again", "T1 expired, T2 chosen", unit("T1", 50), unit("T2"), expired={1}),
    case("when all have refused, nobody is left", "T1 refused", unit("T1"), refused={1}),
    case("a fix of 10 minutes is fresh", "T1 chosen, T2 farther", unit("T1", 50, minutes=10), unit("T2")),
    case("a fix of 11 stands behind", "T1 stale position, T2 chosen", unit("T1", 50, minutes=11), unit("T2", 9000)),
    case("a fix of 11 is better than nobody", "T1 chosen", unit("T1", 50, minutes=11)),
    case("of late fixes the nearer", "T1 chosen, T2 farther", unit("T1", 50, minutes=29), unit("T2", minutes=12)),
    case("a fix of 30 minutes still counts", "T1 chosen", unit("T1", minutes=30)),
    case("a fix of 31 minutes counts no more", "T1 stale position", unit("T1", minutes=31)),
    case("who never sent a fix is not sent", "T1 stale position", nowhere("T1")),
    case("at the base no fix is needed", "T1 chosen, T2 farther", unit("T1", 50, minutes=None), unit("T2")),
    case("at equal distance the longest idle", "T2 chosen, T1 idle for less", unit("T1", idle=5), unit("T2", idle=50)),
    case("idle as long, the lowest number goes", "T1 chosen, T2 idle for less", unit("T2"), unit("T1")),
    case("P1 takes the nearest out of P3", "T1 taken from P3, T2 farther", going("T1", p=3), unit("T2"), p=1),
    case("P1 takes who has not left yet", "T1 taken from P4", going("T1", status="assigned", p=4), p=1),
    case("P1 takes a nearer free one", "T2 chosen, T1 farther", going("T1", 90, p=4), unit("T2", 80), p=1),
    case("P1 takes a free one as near", "T2 chosen, T1 busy", going("T1", 100, p=4, idle=90), unit("T2"), p=1),
    case("P1 takes nobody out of P2", "T1 busy, T2 chosen", going("T1", p=2), unit("T2"), p=1),
    case("P1 takes nobody out of P1", "T1 busy", going("T1", p=1), p=1),
    case("P1 takes nobody who has arrived", "T1 busy", going("T1", status="on_scene", p=4), p=1),
    case("P2 takes nobody out of P4", "T1 busy, T2 chosen", going("T1", p=4), unit("T2")),
    case("P1 prefers the fresh fix", "T1 stale position, T2 chosen", going("T1", p=4, minutes=12), unit("T2"), p=1),
    case("a plan of two sends two", "T2 no capability, F1 chosen | T2 chosen", FIRE_1, unit("T2"), plan=[FIRE, PATROL]),
    case("nobody goes twice", "T1 chosen | T1 chosen already, T2 chosen", BOTH_1, unit("T2"), plan=[FIRE, PATROL]),
    case("a line of two takes the two nearest", "T3 chosen, T2 chosen, T1 farther",
         unit("T1", 900), unit("T2", 400), unit("T3"), plan=TWO_PATROLS),
    case("one of two is better than none", "T1 chosen, T2 busy", unit("T1"), going("T2", 300, p=2), plan=TWO_PATROLS),
    case("a fire without engines gets its patrol", "T1 no capability | T1 chosen", unit("T1"), plan=[FIRE, PATROL]),
    case("P3 leaves an agency its last", "T1 kept for P1, S2 chosen", unit("T1", 50), SATPOL_2, p=3, **NONE_TO_SPARE),
    case("P4 gets what can be spared", "T1 chosen, T2 kept for P1",
         unit("T1"), unit("T2", 200), p=4, plan=TWO_PATROLS, **ONE_TO_SPARE),
    case("P2 may have the last one", "T1 chosen", unit("T1"), **NONE_TO_SPARE),
    case("who is spared once is spared", "T1 chosen | T1 chosen already, T2 kept for P1",
         BOTH_1, unit("T2"), p=3, plan=[FIRE, PATROL], **ONE_TO_SPARE),
    case("nowhere in particular, the longest idle goes", "T2 longest idle, T1 idle for less",
         unit("T1", idle=5), unit("T2", 9000, idle=50), point=None),
    case("nowhere in particular, no fix is needed", "T1 longest idle", nowhere("T1"), point=None),
    case("nowhere in particular, P1 takes nobody", "T2 longest idle", going("T1", p=4), unit("T2"), point=None, p=1),
    case("nowhere in particular, a refusal holds", "T1 refused", unit("T1"), point=None, refused={1}),
    case("the date line is no border", "T1 chosen, T2 farther",
         unit("T1", at=(-17.0, -179.9999)), unit("T2", at=(-17.0, 179.99)), point=DATE_LINE),
    case("the way over the pole counts", "T1 chosen, T2 farther",
         unit("T1", at=(89.9999, 180.0)), unit("T2", at=(89.999, 0.0)), point=NORTH_POLE),
    case("the ellipsoid decides where a sphere would err", "T1 chosen, T2 farther",
         unit("T1", at=(0.0091, 0.0)), unit("T2", at=(0.0, 0.00907)), point=EQUATOR),
]  # fmt: skip


@pytest.mark.parametrize(("verdicts", "choosing"), CASES)
def test_case(verdicts: str, choosing: Callable[[], Choice]) -> None:
    choice = choosing()
    assert (
        " | ".join(", ".join(f"{it.candidate.call_sign} {it.reason}" for it in line.verdicts) for line in choice.lines)
        == verdicts
    )
    for line in choice.lines:
        sent = {verdict.candidate.call_sign for verdict in line.verdicts if verdict.reason in SENDS}
        assert {pick.candidate.call_sign for pick in line.picks} == sent
        assert line.shortfall == line.line.count - len(sent)


def test_what_nobody_is_left_to_do_is_named_with_its_number() -> None:
    choice = choose(HOME, [unit("T1")], [FIRE, PlanLine("patrol", 3)], 1)
    assert choice.shortfall == (PlanLine("fire", 1), PlanLine("patrol", 2))


def test_picks_come_in_the_order_of_the_plan_with_their_distance() -> None:
    units = [unit("T1", 900), unit("T2", 400), unit("F3", 2000, can="fire")]
    choice = choose(HOME, units, [FIRE, TWO_PATROLS], 1)
    picks = [(line.line.capability, pick.candidate.call_sign) for line in choice.lines for pick in line.picks]
    assert picks == [("fire", "F3"), ("patrol", "T2"), ("patrol", "T1")]
    assert [round(pick.distance or 0) for pick in choice.picks] == [2000, 400, 900]


def test_distances_are_geopys_to_the_last_digit() -> None:
    [pick] = choose(HOME, [unit("T1", 731, 1213)], [PATROL], 1).picks
    assert pick.candidate.place
    assert pick.distance == geodesic(HOME, pick.candidate.place).m


def test_verdicts_are_plain_enough_for_the_timeline() -> None:
    choice = choose(HOME, [unit("T1", minutes=12), unit("T2", minutes=None, status="off_duty")], [PATROL], 1)
    kept = loads(dumps([verdict.detail() for verdict in choice.lines[0].verdicts]))
    assert [(it["unit"], it["reason"], it["position_age"]) for it in kept] == [
        ("T1", "chosen", 720), ("T2", "off duty", None),
    ]  # fmt: skip
    assert kept[0]["distance"] == pytest.approx(100, abs=0.1)


def test_verdicts_are_those_of_the_line_that_the_unit_goes_for() -> None:
    choice = choose(HOME, [unit("F1", can="fire"), unit("T2", 50)], [FIRE, PATROL], 1)
    engine, patrol = choice.lines
    assert [it.candidate.call_sign for it in engine.verdicts] == ["T2", "F1"]
    assert [it.candidate.call_sign for it in patrol.verdicts] == ["T2"]


def test_of_many_who_were_passed_over_the_nearest_50_are_named() -> None:
    units = [unit(f"T{n}", 10 * n, status="off_duty") for n in range(1, 101)]
    verdicts = choose(HOME, [*units, unit("T200", 3000)], [PATROL], 1).lines[0].verdicts
    assert [it.candidate.call_sign for it in verdicts] == [f"T{n}" for n in range(1, 51)] + ["T200"]


def test_who_can_do_it_is_named_before_who_cannot() -> None:
    patrols = [unit(f"T{n}", 10 * n) for n in range(1, 101)]
    units = [*patrols, unit("F201", 2000, can="fire", status="off_duty"), unit("F202", 3000, can="fire")]
    verdicts = choose(HOME, units, [FIRE], 1).lines[0].verdicts
    assert [it.candidate.call_sign for it in verdicts] == [*(f"T{n}" for n in range(1, 50)), "F201", "F202"]


def test_those_farther_are_not_named_but_for_the_next() -> None:
    units = [unit(f"T{n}", 10 * n) for n in range(1, 101)]
    assert [it.candidate.call_sign for it in choose(HOME, units, [PATROL], 1).lines[0].verdicts] == ["T1", "T2"]


def test_where_nobody_goes_everyone_is_named_also_those_without_a_place() -> None:
    units = [nowhere("T1"), unit("T2", 9000, status="off_duty"), unit("A3", can="medical")]
    [line] = choose(HOME, units, [PATROL], 1).lines
    assert [(it.candidate.call_sign, it.reason) for it in line.verdicts] == [
        ("A3", "no capability"), ("T2", "off duty"), ("T1", "stale position"),
    ]  # fmt: skip


def test_kept_units_do_not_hide_a_farther_one_that_may_go() -> None:
    polres = [unit(f"T{n}", 10 * n) for n in range(1, 31)]
    choice = choose(HOME, [*polres, unit("S99", 5000, agency=SATPOL)], [PATROL], 4, **NONE_TO_SPARE)
    assert [pick.candidate.call_sign for pick in choice.picks] == ["S99"]


def test_a_choice_says_within_what_distance_it_had_to_know_everybody() -> None:
    def reach(point: Point | None, line: PlanLine, *units: Candidate) -> float:
        return choose(point, units, [line], 1).lines[0].reach

    assert reach(HOME, TWO_PATROLS, unit("T1", 400), unit("T2", 900)) == pytest.approx(900, abs=0.1)
    assert reach(HOME, TWO_PATROLS, unit("T1", 400)) == inf
    assert reach(HOME, PATROL, unit("T1", 400, minutes=12)) == inf
    assert reach(None, PATROL, unit("T1", 400)) == inf


def test_it_takes_fewer_geodesics_than_units() -> None:
    units = [unit(f"T{n}", 37 * n % 4001, 53 * n % 4003) for n in range(1, 429)]
    metres.cache_clear()
    choose(HOME, units, [PATROL], 1)
    assert metres.cache_info().misses <= 4
