"""What a planned shift must keep: one shift at a time, rest, leave, length, the officer's own agency."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.rosters import rules
from meteor.rosters.models import Leave, PlannedShift
from meteor.rosters.rest import fingerprint, sentence
from meteor.rosters.rules import Draft, NotPlannable, OtherAgency, Over
from meteor.store.database import db
from meteor.store.models import AuditEntry
from tests.cast import Cast
from tests.rosters.plans import MONDAY, agency, planned, shift_type, wib, worked

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
BEFORE = wib(MONDAY - DAY, 0)


def refused(cast: Cast, day: date, code: str, *, confirmed: bool = False) -> list[str]:
    """What Hadi reads when he plans such a shift of Agus; `confirmed` also after he has confirmed what he read."""
    draft = Draft(shift_type(code), day)
    with pytest.raises(NotPlannable) as wrong:
        rules.plan(agency(), cast.agus, draft, BEFORE, cast.hadi)
    if confirmed:
        read = fingerprint(wrong.value.violations)
        with pytest.raises(NotPlannable) as wrong:
            rules.plan(agency(), cast.agus, draft, BEFORE, cast.hadi, confirmed=read)
    return [sentence(violation, draft.period) for violation in wrong.value.violations]


def test_a_night_shift_ends_on_the_next_day_and_belongs_to_the_first(app: Flask, cast: Cast) -> None:
    night = planned("agus", MONDAY, "M", unit=cast.unit("TRAIL-01"), post="Pos Alun-alun")
    db.session.commit()
    db.session.refresh(night)
    assert (night.starts_at, night.ends_at) == (wib(MONDAY, 23), wib(MONDAY + DAY, 7))
    assert (night.day, night.revision, night.planned_by.name) == (MONDAY, 0, "Hadi Pawas")


def test_an_officer_has_one_shift_at_a_time(app: Flask, cast: Cast) -> None:
    planned("agus", MONDAY, "M")
    with app.test_request_context():
        said = refused(cast, MONDAY + DAY, "R", confirmed=True)
    assert said == ["Agus Santoso: sudah dijadwalkan dari 2 Nov 23.00 sampai 3 Nov 07.00"]


@pytest.mark.parametrize(
    ("first", "second", "days", "words"),
    [
        ("S", "P", 1, "istirahat hanya 8 jam setelah shift yang berakhir 2 Nov 23.00"),
        ("P", "S", 0, "istirahat hanya 0 jam setelah shift yang berakhir 2 Nov 15.00"),
        ("P", "M", -1, "istirahat hanya 0 jam sebelum shift yang dimulai 2 Nov 07.00"),
    ],
)
def test_less_than_11_hours_of_rest_are_planned_once_they_are_confirmed(
    app: Flask, cast: Cast, first: str, second: str, days: int, words: str
) -> None:
    planned("agus", MONDAY, first)
    day = MONDAY + days * DAY
    with app.test_request_context():
        assert refused(cast, day, second) == [f"Agus Santoso: {words}"]
    shift = planned("agus", day, second)
    assert shift.short_rest_by_id == cast.hadi.id


NIGHT = wib(MONDAY, 23, 30)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (wib(MONDAY, 15), NIGHT, "istirahat hanya 7.30 jam setelah dinas yang berakhir 2 Nov 23.30"),
        (wib(MONDAY, 15), None, "istirahat paling lama 7.15 jam setelah dinas yang berlangsung sejak 2 Nov 15.00"),
        (wib(MONDAY, 15), wib(MONDAY, 22), "istirahat hanya 8 jam setelah shift yang berakhir 2 Nov 23.00"),
    ],
)
def test_rest_counts_from_the_end_of_duty_where_that_is_later_than_planned(
    app: Flask, cast: Cast, starts: datetime, ends: datetime | None, words: str
) -> None:
    planned("agus", MONDAY, "S")
    worked(cast.agus, cast.unit("TRAIL-01"), starts, ends)
    draft = Draft(shift_type("P"), MONDAY + DAY)
    with app.test_request_context(), pytest.raises(NotPlannable) as asked:
        rules.plan(agency(), cast.agus, draft, NIGHT + DAY / 96, cast.hadi)
    with app.test_request_context():
        assert [sentence(one, draft.period) for one in asked.value.violations] == [f"Agus Santoso: {words}"]
    read = fingerprint(asked.value.violations)
    assert rules.plan(agency(), cast.agus, draft, NIGHT + DAY / 95, cast.hadi, confirmed=read).short_rest_by_id


def test_duty_that_began_with_the_shift_itself_is_no_lack_of_rest(app: Flask, cast: Cast) -> None:
    worked(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 6, 1), None)
    shift = rules.plan(agency(), cast.agus, Draft(shift_type("P"), MONDAY), wib(MONDAY, 8), cast.hadi)
    assert shift.short_rest_by_id is None


def test_who_has_worked_since_long_before_the_shift_has_no_rest(app: Flask, cast: Cast) -> None:
    worked(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 5, 59), None)
    with app.test_request_context(), pytest.raises(NotPlannable) as asked:
        rules.plan(agency(), cast.agus, Draft(shift_type("P"), MONDAY), wib(MONDAY, 8), cast.hadi)
    assert [one.rest for one in asked.value.violations] == [timedelta()]


def test_who_confirms_one_short_rest_confirms_no_shorter_one(app: Flask, cast: Cast) -> None:
    planned("agus", MONDAY, "S")
    with pytest.raises(NotPlannable) as asked:
        rules.plan(agency(), cast.agus, Draft(shift_type("P"), MONDAY + DAY), BEFORE, cast.hadi)
    read = fingerprint(asked.value.violations)
    with pytest.raises(NotPlannable):
        rules.plan(agency(), cast.agus, Draft(shift_type("M"), MONDAY), BEFORE, cast.hadi, confirmed=read)


def test_who_corrects_the_post_of_a_shift_is_not_who_confirmed_its_rest(app: Flask, cast: Cast) -> None:
    planned("agus", MONDAY, "S")
    shift = planned("agus", MONDAY + DAY, "P", actor=cast.tuti)
    rules.change(shift, Draft(shift.shift_type, shift.day, post="Pasar Baru"), BEFORE, cast.hadi)
    assert (shift.post, shift.short_rest_by_id) == ("Pasar Baru", cast.tuti.id)
    assert rules.shift_values(shift)["short_rest"]


def test_sixteen_hours_of_rest_need_no_word(app: Flask, cast: Cast) -> None:
    planned("agus", MONDAY, "P")
    shift = rules.plan(agency(), cast.agus, Draft(shift_type("P"), MONDAY + DAY), BEFORE, cast.hadi)
    assert shift.short_rest_by_id is None


def test_a_shift_of_more_than_12_hours_is_refused(app: Flask, cast: Cast) -> None:
    shift_type("X", minutes=12 * 60 + 1)
    with app.test_request_context():
        assert refused(cast, MONDAY, "X", confirmed=True) == ["Agus Santoso: satu shift paling lama 12 jam"]


@pytest.mark.parametrize(("days", "code"), [(0, "P"), (2, "M")])
def test_an_officer_on_leave_is_not_planned(app: Flask, cast: Cast, days: int, code: str) -> None:
    leave = Leave(user=cast.agus, first_day=MONDAY, last_day=MONDAY + 2 * DAY, kind="leave", recorded_by_id=1)
    db.session.add(leave)
    with app.test_request_context():
        said = refused(cast, MONDAY + days * DAY, code, confirmed=True)
    assert said == ["Agus Santoso: tidak masuk dari 2 Nov 2026 sampai 4 Nov 2026"]
    assert planned("agus", MONDAY - DAY, "M")  # the night before ends on the first day of leave
    assert planned("agus", MONDAY + 3 * DAY, "P")


def test_a_shift_that_would_be_over_is_not_planned_and_one_that_runs_is(app: Flask, cast: Cast) -> None:
    early = Draft(shift_type("P"), MONDAY)
    with pytest.raises(Over):
        rules.plan(agency(), cast.agus, early, wib(MONDAY, 15), cast.hadi)
    assert db.session.scalar(select(PlannedShift)) is None
    assert rules.plan(agency(), cast.agus, early, wib(MONDAY, 14, 59), cast.hadi).ends_at == wib(MONDAY, 15)


def test_a_shift_moves_nowhere_into_the_past_and_one_that_is_over_keeps_its_place(app: Flask, cast: Cast) -> None:
    shift, after = planned("agus", MONDAY, "P"), wib(MONDAY + DAY, 0)
    with pytest.raises(Over):
        rules.change(shift, Draft(shift_type("P"), MONDAY - DAY), after, cast.hadi)
    assert (shift.day, shift.revision) == (MONDAY, 0)
    rules.change(shift, Draft(shift_type("P"), MONDAY, post="Alun-alun"), after, cast.hadi)
    assert (shift.day, shift.post) == (MONDAY, "Alun-alun")


def test_only_officers_shift_types_and_units_of_the_agency_are_planned(app: Flask, cast: Cast) -> None:
    own = shift_type("P")
    for user, draft in (
        (cast.dewi, Draft(own, MONDAY)),
        (cast.agus, Draft(shift_type("P", "DAMKAR"), MONDAY)),
        (cast.agus, Draft(own, MONDAY, cast.unit("DAMKAR-01"))),
    ):
        with pytest.raises(OtherAgency):
            rules.plan(agency(), user, draft, BEFORE, cast.hadi)
    assert db.session.scalar(select(PlannedShift)) is None


def test_a_shift_moves_over_its_own_time(app: Flask, cast: Cast) -> None:
    shift = planned("agus", MONDAY, "P")
    rules.change(shift, Draft(shift_type("P"), MONDAY, cast.unit("TRAIL-01")), BEFORE, cast.hadi)
    assert (shift.unit.call_sign, shift.revision) == ("TRAIL-01", 1)
    rules.change(shift, Draft(shift_type("P"), MONDAY, cast.unit("TRAIL-01")), BEFORE, cast.hadi)
    assert shift.revision == 1


def test_a_cancelled_shift_stays_and_is_in_nobodys_way(app: Flask, cast: Cast) -> None:
    shift = planned("agus", MONDAY, "P")
    rules.cancel(shift, BEFORE, cast.hadi)
    rules.cancel(shift, BEFORE, cast.hadi)
    assert planned("agus", MONDAY, "P")
    db.session.commit()
    assert [row.revision for row in db.session.scalars(select(PlannedShift).order_by(PlannedShift.id))] == [1, 0]
    entries = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert entries[-3:] == ["planned_shift_added", "planned_shift_cancelled", "planned_shift_added"]
