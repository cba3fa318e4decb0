"""Free units that nobody can place any more are reported to the dispatchers, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.agencies.models import Unit
from meteor.agencies.positions import UNUSABLE
from meteor.dispatch import lost_units
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("crews")]


@pytest.fixture
def unit(cast: Cast) -> Unit:
    """TRAIL-01, free, away from its base, with a fix of just now."""
    unit = cast.unit("TRAIL-01")
    unit.latitude, unit.longitude, unit.position_at, unit.at_base = -7.75, 113.22, now(), False
    db.session.commit()
    return unit


def reported(seconds: float) -> list[str]:
    """Whom the scheduler has reported once it has looked so many seconds from now."""
    lost_units.report(now() + timedelta(seconds=seconds))
    query = select(Notice).where(Notice.kind == "position_lost", Notice.role == "dispatcher")
    return [notice.detail["unit"] for notice in db.session.scalars(query)]


OVER = UNUSABLE.total_seconds()


def test_a_free_unit_whose_last_fix_is_over_30_min_old_is_reported_once(unit: Unit) -> None:
    assert reported(OVER - 5) == []
    assert reported(OVER + 5) == ["TRAIL-01"]
    assert reported(OVER + 60) == ["TRAIL-01"]


def test_it_is_reported_again_when_it_was_seen_in_between(unit: Unit) -> None:
    reported(OVER + 5)
    unit.position_at = now() + timedelta(seconds=OVER)
    assert reported(3 * OVER) == ["TRAIL-01", "TRAIL-01"]


def test_a_unit_that_never_sent_a_fix_and_left_its_base_is_reported(unit: Unit) -> None:
    unit.position_at = unit.latitude = unit.longitude = None
    assert reported(0) == ["TRAIL-01"]


def test_a_unit_that_never_sends_a_fix_is_reported_each_time_that_it_is_free(unit: Unit) -> None:
    unit.position_at = unit.latitude = unit.longitude = None
    assert reported(0) == ["TRAIL-01"]
    assert reported(60) == ["TRAIL-01"]
    unit.idle_since = now() + timedelta(hours=1)
    assert reported(0) == ["TRAIL-01", "TRAIL-01"]


def test_a_unit_at_its_base_is_where_its_base_is(unit: Unit) -> None:
    unit.at_base = True
    assert reported(2 * OVER) == []


@pytest.mark.parametrize("status", ["off_duty", "assigned", "on_scene"])
def test_a_unit_that_is_not_free_is_not_reported(unit: Unit, status: str) -> None:
    unit.status = status
    assert reported(2 * OVER) == []


def test_a_unit_out_of_service_is_not_reported(unit: Unit) -> None:
    unit.in_service = False
    assert reported(2 * OVER) == []
