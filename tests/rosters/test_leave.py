"""Leave: what it meets, and what becomes of planned shifts."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.rosters import absence, rules
from meteor.rosters.absence import AlreadyOnLeave, ShiftsPlanned
from meteor.rosters.models import Leave, PlannedShift
from meteor.store.database import db
from meteor.store.models import AuditEntry
from tests.cast import Cast
from tests.rosters.plans import MONDAY, planned, wib

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
BEFORE = wib(MONDAY - 7 * DAY, 12)


def test_leave_over_planned_shifts_asks_first_and_then_cancels_them(app: Flask, cast: Cast) -> None:
    night_before = planned("agus", MONDAY - DAY, "M")
    on_leave, after = planned("agus", MONDAY + DAY, "S"), planned("agus", MONDAY + 3 * DAY, "P")
    days = (cast.agus, MONDAY, MONDAY + 2 * DAY, "sick", "", BEFORE, cast.hadi)
    with pytest.raises(ShiftsPlanned) as met:
        absence.record_leave(*days)
    assert met.value.shifts == [on_leave]
    assert db.session.scalar(select(Leave)) is None
    absence.record_leave(*days, cancelling=met.value.fingerprint)
    db.session.commit()
    assert [shift.cancelled_at for shift in (night_before, on_leave, after)] == [None, BEFORE, None]


def test_who_accepts_to_cancel_one_list_of_shifts_cancels_no_other(app: Flask, cast: Cast) -> None:
    listed, later = planned("agus", MONDAY, "P"), planned("agus", MONDAY + 4 * DAY, "P")
    with pytest.raises(ShiftsPlanned) as met:
        absence.record_leave(cast.agus, MONDAY, MONDAY, "sick", "", BEFORE, cast.hadi)
    longer = (cast.agus, MONDAY, MONDAY + 5 * DAY, "sick", "", BEFORE, cast.hadi)
    with pytest.raises(ShiftsPlanned) as again:
        absence.record_leave(*longer, cancelling=met.value.fingerprint)
    assert again.value.shifts == [listed, later]
    assert (listed.cancelled_at, later.cancelled_at) == (None, None)


def test_a_shift_that_has_begun_is_not_cancelled_by_leave(app: Flask, cast: Cast) -> None:
    running = planned("agus", MONDAY, "P")
    absence.record_leave(cast.agus, MONDAY, MONDAY, "sick", "", wib(MONDAY, 10), cast.hadi)
    assert running.cancelled_at is None


def test_leave_over_leave_is_refused(app: Flask, cast: Cast) -> None:
    first = absence.record_leave(cast.agus, MONDAY, MONDAY + 2 * DAY, "leave", "", BEFORE, cast.hadi)
    with pytest.raises(AlreadyOnLeave) as met:
        absence.record_leave(cast.agus, MONDAY + 2 * DAY, MONDAY + 4 * DAY, "training", "", BEFORE, cast.hadi)
    assert met.value.leave is first
    assert absence.record_leave(cast.bayu, MONDAY, MONDAY, "leave", "", BEFORE, cast.hadi)


@pytest.mark.parametrize("days", [-1, 367])
def test_days_that_make_no_sense_are_refused(app: Flask, cast: Cast, days: int) -> None:
    with pytest.raises(ValueError, match="date"):
        absence.record_leave(cast.agus, MONDAY, MONDAY + days * DAY, "leave", "", BEFORE, cast.hadi)


def test_removed_leave_leaves_no_word_of_illness_in_the_log(app: Flask, cast: Cast) -> None:
    shift = planned("agus", MONDAY, "P")
    days = (cast.agus, MONDAY, MONDAY, "sick", "Rawat inap", BEFORE, cast.hadi)
    with pytest.raises(ShiftsPlanned) as met:
        absence.record_leave(*days)
    leave = absence.record_leave(*days, cancelling=met.value.fingerprint)
    absence.remove_leave(leave, cast.hadi)
    db.session.commit()
    assert db.session.scalar(select(Leave)) is None
    assert db.session.scalars(select(PlannedShift)).one() is shift
    assert shift.cancelled_at is not None
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("leave%"))).all()
    assert [entry.action for entry in entries] == ["leave_added", "leave_removed"]
    assert not any("sick" in str(entry.detail) or "Rawat" in str(entry.detail) for entry in entries)
    assert rules.problems(cast.agus, rules.Draft(shift.shift_type, MONDAY).period, BEFORE) == []


def test_leave_is_deleted_a_year_after_its_end(app: Flask, cast: Cast) -> None:
    for first in (MONDAY - 372 * DAY, MONDAY - 360 * DAY):
        absence.record_leave(cast.agus, first, first + 5 * DAY, "sick", "", wib(first, 12), cast.hadi)
    assert absence.forget(wib(MONDAY, 12)) is False
    assert [leave.first_day for leave in db.session.scalars(select(Leave))] == [MONDAY - 360 * DAY]


def test_more_old_leave_than_one_transaction_deletes_is_deleted_in_the_next(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "AT_ONCE", 1)
    for first in (MONDAY - 400 * DAY, MONDAY - 390 * DAY):
        absence.record_leave(cast.agus, first, first, "sick", "", wib(first, 12), cast.hadi)
    assert [absence.forget(wib(MONDAY, 12)) for _ in range(3)] == [True, True, False]
    assert db.session.scalar(select(Leave)) is None
