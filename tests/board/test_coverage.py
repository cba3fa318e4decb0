"""Coverage of the city: which kelurahan a free motorbike can reach within three minutes, and what does not count."""

import json
from datetime import timedelta
from math import cos, radians
from typing import Any

import pytest
from sqlalchemy import select

from meteor.agencies.models import UnitKind
from meteor.agencies.rules import set_status
from meteor.agencies.travel import PACES, Pace, minutes, seconds
from meteor.board import cover_state
from meteor.board.areas import Area, City, city, grid
from meteor.board.cover_state import city_coverage
from meteor.board.coverage import Cover, FreeUnit, coverage, places
from meteor.geo import Point
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Kelurahan
from tests.cast import HOME, Cast
from tests.scenes import on_duty, open_assignment, report

REACH = 180 * 40 / 3.6 / 1.3
"""Metres as the crow flies that a motorbike covers in three minutes."""


def metres_from(point: Point, north: float = 0, east: float = 0) -> Point:
    """The place so many metres north and east of another, within a millimetre in a hundred metres."""
    return point[0] + north / 110_594, point[1] + east / (111_320 * cos(radians(point[0])))


def square(middle: Point, side: float) -> str:
    """A boundary with sides of so many metres."""
    south, west = metres_from(middle, -side / 2, -side / 2)
    north, east = metres_from(middle, side / 2, side / 2)
    return json.dumps({"type": "Polygon", "coordinates": [
        [[west, south], [east, south], [east, north], [west, north], [west, south]]
    ]})  # fmt: skip


def area(name: str, middle: Point = HOME, side: float = 0, number: int = 1) -> Area:
    """A kelurahan, with a square boundary if it has a side."""
    points = grid(square(middle, side), middle) if side else places([middle])
    return Area(number, name, "Mayangan", middle, points, bounded=side > 0)


def motorbike(call_sign: str, point: Point, pace: Pace = PACES["motorbike"]) -> FreeUnit:
    return FreeUnit(call_sign, point, pace, f"Pos {call_sign}", point)


def cover(name: str) -> Cover:
    """How a kelurahan of the cast's city is covered now."""
    db.session.commit()
    return next(it for it in city_coverage(now()).coverage.covers if it.name == name)


def states() -> dict[str, str]:
    db.session.commit()
    return {it.name: it.state for it in city_coverage(now()).coverage.covers}


@pytest.mark.parametrize(
    ("away", "state"),
    [(0, "near"), (1000, "near"), (REACH - 5, "near"), (REACH + 5, "none"), (5000, "none")],
)
def test_without_a_boundary_the_way_to_the_middle_decides(away: float, state: str) -> None:
    (found,) = coverage(City([area("Mayangan")]), [motorbike("TRAIL-01", metres_from(HOME, away))]).covers
    assert (found.state, found.share, found.percent) == (state, state == "near", None)
    assert found.minutes == minutes(away, PACES["motorbike"])


@pytest.mark.parametrize(
    ("east", "state", "percent"),
    [
        (800, "near", 100),
        (1100, "near", 92),  # 23 of 25 points: of the farthest column two corners are too far
        (1150, "far", 80),  # all but the farthest column
        (1300, "far", 72),
        (1900, "far", 12),  # three points of the nearest column
        (2400, "none", 0),
    ],
)
def test_with_a_boundary_the_share_of_its_points_decides(east: float, state: str, percent: int) -> None:
    city = City([area("Mayangan", side=1000)])
    (found,) = coverage(city, [motorbike("TRAIL-01", metres_from(HOME, east=east))]).covers
    assert (found.state, found.percent) == (state, percent)


def test_two_motorbikes_cover_together_what_neither_covers_alone() -> None:
    city = City([area("Mayangan", side=3000)])
    west, east = (motorbike(f"TRAIL-{side:+}", metres_from(HOME, east=side)) for side in (-800, 800))
    alone, together = coverage(city, [west]).covers[0], coverage(city, [west, east]).covers[0]
    assert alone.state == "far"
    assert together.state == "near"
    assert alone.share < 0.9 <= together.share


@pytest.mark.parametrize(
    ("units", "first"),
    [
        ({}, (None, None)),
        ({"TRAIL-01": 1000, "TRAIL-02": 300}, ("TRAIL-02", 1)),
        ({"TRAIL-02": 300, "TRAIL-01": 300}, ("TRAIL-01", 1)),  # by call sign
        ({"TRAIL-01": 5000}, ("TRAIL-01", 10)),  # too late, and told all the same
    ],
)
def test_the_first_at_the_middle_is_named(units: dict[str, float], first: tuple[str | None, int | None]) -> None:
    free = [motorbike(call_sign, metres_from(HOME, away)) for call_sign, away in units.items()]
    (found,) = coverage(City([area("Mayangan", side=1000)]), free).covers
    assert (found.call_sign, found.minutes) == first


def test_a_faster_unit_from_farther_away_is_the_first() -> None:
    slow, fast = (
        motorbike("TRAIL-01", metres_from(HOME, 500), Pace(10, 1.3)),
        motorbike("TRAIL-02", metres_from(HOME, 900)),
    )
    (found,) = coverage(City([area("Mayangan")]), [slow, fast]).covers
    assert (found.call_sign, found.state) == ("TRAIL-02", "near")
    assert coverage(City([area("Mayangan")]), [slow]).near == 0


def test_points_lie_200_metres_apart_within_the_boundary() -> None:
    points = grid(square(HOME, 1000), HOME)
    assert len(points) == 25
    assert points.mean(axis=0).tolist() == pytest.approx(HOME)
    assert grid(square(HOME, 50), HOME).tolist() == [pytest.approx(HOME, abs=0.001)], "no area is without a point"


def test_points_outside_of_a_slanting_boundary_do_not_count() -> None:
    corner, east, north = HOME, metres_from(HOME, east=2000), metres_from(HOME, north=2000)
    ring = [[longitude, latitude] for latitude, longitude in (corner, east, north, corner)]
    points = grid(json.dumps({"type": "Polygon", "coordinates": [ring]}), HOME)
    assert 45 <= len(points) <= 55, "half of ten by ten, and some on the edge"
    assert not any(latitude > corner[0] + 0.01 and longitude > corner[1] + 0.01 for latitude, longitude in points)


def test_the_seconds_of_a_way_are_its_length_at_the_speed_of_the_kind() -> None:
    assert seconds(1000, Pace(36, 1.5)) == 150
    assert seconds(REACH, PACES["motorbike"]) == pytest.approx(180)


def test_a_city_without_kelurahan_or_units_has_no_coverage() -> None:
    assert coverage(City([]), [motorbike("TRAIL-01", HOME)]).covers == []
    empty = coverage(City([area("Mayangan")]), [])
    assert (empty.near, empty.total, empty.covers[0].state) == (0, 1, "none")


def test_mayangan_is_covered_while_trail_01_stands_at_its_base(cast: Cast) -> None:
    assert states() == {"Mayangan": "none", "Sukabumi": "none"}
    trail = on_duty(cast, "agus", "TRAIL-01")
    assert states() == {"Mayangan": "near", "Sukabumi": "none"}
    assert (cover("Mayangan").call_sign, cover("Mayangan").minutes) == ("TRAIL-01", 1)
    set_status(trail, "off_duty", now())
    assert states() == {"Mayangan": "none", "Sukabumi": "none"}, "its crew takes a break"


def test_a_unit_with_an_offer_does_not_cover(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    assert open_assignment("TRAIL-01").status == "offered"
    assert cover("Mayangan").state == "none"


def test_a_patrol_car_does_not_cover(cast: Cast) -> None:
    on_duty(cast, "agus", "PATROLI-01")
    cast.unit("PATROLI-01").base_latitude = HOME[0]
    assert cover("Mayangan").state == "none"


@pytest.mark.parametrize(("age", "state"), [(1, "near"), (9, "near"), (11, "none"), (45, "none")])
def test_a_lost_position_covers_nothing(cast: Cast, age: int, state: str) -> None:
    trail = on_duty(cast, "agus", "TRAIL-01")
    trail.at_base = False
    trail.latitude, trail.longitude = HOME
    trail.position_at = now() - timedelta(minutes=age)
    assert cover("Mayangan").state == state
    assert city_coverage(now()).lost == (() if state == "near" else ("TRAIL-01",))


def test_a_unit_without_any_position_covers_nothing(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01").at_base = False
    assert cover("Mayangan").state == "none"
    assert city_coverage(now()).free == 0


def test_the_speed_is_the_administrators(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-02")
    assert cover("Sukabumi").state == "near"
    db.session.add(UnitKind(kind="motorbike", speed=20, detour=1.3))
    assert cover("Sukabumi").state == "none"


def test_a_boundary_that_is_imported_later_counts_at_once(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    assert cover("Mayangan").share == 1
    mayangan = db.session.scalars(select(Kelurahan).where(Kelurahan.name == "Mayangan")).one()
    mayangan.boundary = square(HOME, 4000)
    assert (cover("Mayangan").state, city_coverage(now()).bounded) == ("far", 1)
    assert 0.3 < cover("Mayangan").share < 0.5


def test_the_grids_are_made_once_until_a_kelurahan_changes(cast: Cast) -> None:
    first = city()
    assert city() is first
    mayangan = db.session.scalars(select(Kelurahan).where(Kelurahan.name == "Mayangan")).one()
    mayangan.boundary = square(HOME, 1000)
    db.session.commit()
    assert city() is not first
    assert city() is city()


def test_ten_boards_cost_one_computation(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    computed: list[Any] = []

    def counted(*given: Any) -> Any:
        computed.append(given)
        return coverage(*given)

    monkeypatch.setattr(cover_state, "coverage", counted)
    cover_state._computed.cache_clear()
    versions = {city_coverage(now() + timedelta(seconds=second)).version for second in range(10)}
    assert (len(versions), len(computed)) == (1, 1)
    on_duty(cast, "bayu", "TRAIL-02")
    assert city_coverage(now()).version not in versions
