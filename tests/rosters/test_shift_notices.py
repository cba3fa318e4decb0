"""An officer is told of a shift that somebody else planned, changed or cancelled."""

from datetime import date, datetime, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.notices.labels import sentence
from meteor.notices.models import Notice
from meteor.rosters import absence, rules, shift_notices, week_copy
from meteor.rosters.models import PlannedShift
from meteor.rosters.rules import Draft
from meteor.store.database import db
from tests.cast import Cast, user
from tests.rosters.plans import MONDAY, agency, shift_type, wib

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
MORNING = wib(MONDAY, 6)


def plan(cast: Cast, day: date, code: str = "P", at: datetime = MORNING, actor: User | None = None) -> PlannedShift:
    """A shift of Agus on TRAIL-01, which Hadi plans."""
    draft = Draft(shift_type(code), day, cast.unit("TRAIL-01"), "Alun-alun")
    return rules.plan(agency(), cast.agus, draft, at, actor or cast.hadi)


def notices(username: str = "agus") -> list[Notice]:
    """The officer's notices, oldest first."""
    db.session.expire_all()
    return list(db.session.scalars(select(Notice).where(Notice.user_id == user(username).id).order_by(Notice.id)))


def told() -> list[tuple[str, bool]]:
    """The kinds of Agus' notices, each with whether it still stands."""
    return [(notice.kind, notice.acknowledged_at is None) for notice in notices()]


def said() -> str:
    """The newest notice of Agus."""
    with force_locale("id"):
        return sentence(notices()[-1].kind, notices()[-1].detail)


def test_agus_has_one_notice_of_a_shift_that_says_what_happened_last(cast: Cast) -> None:
    shift = plan(cast, MONDAY + 3 * DAY)
    assert told() == [("shift_planned", True)]
    assert said() == "Anda dijadwalkan: Pagi, 5 Nov 07.00–15.00 · TRAIL-01 · Alun-alun."
    rules.change(shift, Draft(shift_type("M"), MONDAY + 4 * DAY), MORNING, cast.hadi)
    assert told() == [("shift_planned", False), ("shift_changed", True)]
    assert said() == "Shift Anda 5 Nov 07.00 diubah menjadi: Malam, 6 Nov 23.00–07.00."
    rules.change(shift, Draft(shift_type("M"), MONDAY + 4 * DAY, post="Pos 2"), MORNING, cast.hadi)
    rules.change(shift, Draft(shift_type("M"), MONDAY + 4 * DAY, post="Pos 2"), MORNING, cast.hadi)  # nothing new
    assert told()[2:] == [("shift_changed", True)]
    rules.cancel(shift, MORNING, cast.hadi)
    assert told()[2:] == [("shift_changed", False), ("shift_cancelled", True)]
    assert said() == "Shift Anda dibatalkan: Malam, 6 Nov 23.00–07.00 · Pos 2."
    assert notices()[-1].url == "/rosters/own"


def test_the_notice_rings_on_the_day_before_the_shift(cast: Cast) -> None:
    plan(cast, MONDAY + DAY, at=MORNING + timedelta(hours=1))
    plan(cast, MONDAY + 2 * DAY, at=MORNING)
    assert [kind for kind, _stands in told()] == ["shift_planned_soon", "shift_planned"]


def test_a_shift_more_than_a_week_ahead_is_not_told_until_it_comes_nearer_or_goes_away(cast: Cast) -> None:
    far = plan(cast, MONDAY + 8 * DAY)
    assert told() == []
    rules.change(far, Draft(shift_type("P"), MONDAY + 5 * DAY), MORNING, cast.hadi)
    rules.change(far, Draft(shift_type("P"), MONDAY + 20 * DAY), MORNING, cast.hadi)
    assert told() == [("shift_changed", False), ("shift_changed", True)]
    assert said() == "Shift Anda 7 Nov 07.00 diubah menjadi: Pagi, 22 Nov 07.00–15.00."


def test_a_shift_that_is_over_is_not_told(cast: Cast) -> None:
    rules.cancel(plan(cast, MONDAY, at=MORNING - 60 * DAY), wib(MONDAY, 16), cast.hadi)
    assert told() == []


def test_who_plans_the_own_shift_is_not_told(cast: Cast) -> None:
    agus = cast.agus
    shift = plan(cast, MONDAY + DAY, actor=agus)
    rules.cancel(shift, MORNING, agus)
    assert told() == []


def test_a_copied_week_and_leave_that_cancels_shifts_are_told(cast: Cast) -> None:
    plan(cast, MONDAY - 6 * DAY, at=MORNING - 60 * DAY)
    week_copy.copy(week_copy.preview(agency(), MONDAY - 7 * DAY, MONDAY, MORNING), MORNING, cast.hadi)
    assert told() == [("shift_planned", True)]
    days = (cast.agus, MONDAY + DAY, MONDAY + DAY, "sick", "", MORNING, cast.hadi)
    with pytest.raises(absence.ShiftsPlanned) as met:
        absence.record_leave(*days)
    absence.record_leave(*days, cancelling=met.value.fingerprint)
    assert told() == [("shift_planned", False), ("shift_cancelled", True)]


def test_a_cancelled_shift_in_whose_hours_the_officer_works_after_all_is_not_told_any_more(cast: Cast) -> None:
    for code, day in (("P", MONDAY + DAY), ("P", MONDAY + 2 * DAY), ("R", MONDAY + DAY)):  # R ends as P begins
        rules.cancel(plan(cast, day, code), MORNING, cast.hadi)
    plan(cast, MONDAY + DAY)
    assert [stands for kind, stands in told() if "cancelled" in kind] == [False, True, True]
    assert told()[-1] == ("shift_planned", True)


def test_the_notice_ends_with_the_shift(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shift_notices, "AT_ONCE", 1)
    plan(cast, MONDAY)
    plan(cast, MONDAY + DAY)
    assert shift_notices.end_over(wib(MONDAY, 15)) is False
    assert [stands for _kind, stands in told()] == [True, True]
    assert shift_notices.end_over(wib(MONDAY, 15, 1)) is True
    assert shift_notices.end_over(wib(MONDAY, 15, 1)) is False
    assert [stands for _kind, stands in told()] == [False, True]
