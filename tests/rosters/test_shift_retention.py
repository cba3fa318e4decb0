"""Planned shifts and their swaps are deleted two years after the shift."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.rosters import shift_retention, swaps
from meteor.rosters.models import PlannedShift, ShiftSwap
from meteor.store.database import db
from tests.cast import Cast
from tests.rosters.plans import MONDAY, planned, wib

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)


def test_old_shifts_go_with_their_swaps_and_newer_ones_stay(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shift_retention, "AT_ONCE", 1)
    given, wanted = planned("agus", MONDAY), planned("bayu", MONDAY + DAY)
    kept = planned("agus", MONDAY + 3 * DAY)
    swaps.offer(given, cast.bayu, wanted, wib(MONDAY - DAY, 6))
    swaps.offer(kept, cast.bayu, None, wib(MONDAY - DAY, 6))
    at = wib(MONDAY + 2 * DAY, 8) + shift_retention.KEPT
    assert [shift_retention.forget(at) for _ in range(3)] == [True, True, False]
    assert db.session.scalars(select(PlannedShift.id)).all() == [kept.id]
    assert [swap.shift_id for swap in db.session.scalars(select(ShiftSwap))] == [kept.id]


def test_a_shift_stays_when_the_one_that_it_replaced_goes(cast: Cast) -> None:
    old = planned("agus", MONDAY)
    new = planned("bayu", MONDAY + 3 * DAY)
    new.replaces_id = old.id
    db.session.flush()
    shift_retention.forget(wib(MONDAY + 2 * DAY, 8) + shift_retention.KEPT)
    db.session.expire_all()
    assert db.session.scalars(select(PlannedShift)).one().replaces_id is None
