"""The sketch on an alert's page: where the units are around the place, and names that can be read."""

from dataclasses import replace
from itertools import combinations

import pytest

from meteor.alerts.progress import Responder
from meteor.incidents.models import Incident
from meteor.panic.sketch import EDGE, HEIGHT, WIDTH, Sketch, room, sketch
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Landmark
from tests.cast import HOME, Cast

pytestmark = pytest.mark.usefixtures("cast")


def unit(call_sign: str, north: float, east: float, status: str = "en_route", known: bool = True) -> Responder:
    """A motorbike so many degrees from Sari's door."""
    point = (HOME[0] + north, HOME[1] + east)
    return Responder(call_sign, "motorbike", "Polres", (), status, 0.0, 10.0, known, point, now())


def drawn(*units: Responder) -> Sketch:
    found = sketch(Incident(latitude=HOME[0], longitude=HOME[1]), units)
    assert found
    return found


def landmark(name: str, north: float, east: float) -> None:
    db.session.add(Landmark(name=name, latitude=HOME[0] + north, longitude=HOME[1] + east))
    db.session.commit()


@pytest.mark.parametrize(("north", "east"), [(0.004, 0.002), (0.004, -0.002), (-0.004, 0.002), (-0.004, -0.002)])
def test_north_is_up_and_east_is_right(north: float, east: float) -> None:
    (mark,) = drawn(unit("TRAIL-01", north, east)).units
    assert (mark.y < HEIGHT / 2, mark.x > WIDTH / 2) == (north > 0, east > 0)


@pytest.mark.parametrize("away", [0.00001, 0.001, 0.05])
def test_every_unit_is_in_the_picture_however_far_it_is(away: float) -> None:
    for mark in drawn(unit("TRAIL-01", away, 0), unit("TRAIL-02", -away / 2, away)).units:
        assert EDGE - 1 <= mark.x <= WIDTH - EDGE + 1
        assert EDGE - 1 <= mark.y <= HEIGHT - EDGE + 1


def test_the_ring_is_as_wide_as_it_says() -> None:
    found = drawn(unit("TRAIL-01", 0.0045, 0))  # 498 m
    (mark,) = found.units
    assert found.metres == 500
    assert found.radius == pytest.approx((HEIGHT / 2 - mark.y) * 500 / 498, rel=0.01)


def test_what_people_know_nearby_is_named_as_long_as_it_can_be_read(cast: Cast) -> None:
    for number in range(12):
        landmark(f"Masjid nomor {number}", 0.0002 * number - 0.001, 0.0001 * number)
    landmark("Di luar gambar", 0.2, 0.2)
    found = drawn(unit("TRAIL-01", 0.003, 0))
    assert 0 < len(found.landmarks) < 12
    rooms = [room(mark) for mark in (*found.units, *found.landmarks)]
    assert not any(one.intersects(other) for one, other in combinations(rooms, 2))


def test_without_a_place_or_a_unit_on_its_way_with_a_position_nothing_is_drawn() -> None:
    coming, there = unit("TRAIL-01", 0.003, 0), unit("TRAIL-01", 0, 0, "on_scene")
    old, lost = unit("TRAIL-03", 0.003, 0, known=False), unit("TRAIL-02", 0, 0)
    lost = replace(lost, point=None)
    assert sketch(Incident(latitude=None, longitude=None), [coming]) is None
    assert sketch(Incident(latitude=HOME[0], longitude=HOME[1]), [there, lost, old]) is None
    assert sketch(Incident(latitude=HOME[0], longitude=HOME[1], accuracy=1000.0), [coming]) is None


@pytest.mark.parametrize("north", [0.0, 0.0001, 0.00036, 0.001, 0.09])
def test_the_ring_lies_in_the_picture(north: float) -> None:
    found = drawn(unit("TRAIL-01", north, 0))
    assert 0 < found.radius <= HEIGHT / 2


def test_of_two_units_side_by_side_one_is_named() -> None:
    found = drawn(unit("TRAIL-01", 0.003, 0), unit("DAMKAR-01", 0.0031, 0))
    assert [mark.name for mark in found.units] == ["TRAIL-01", ""]
