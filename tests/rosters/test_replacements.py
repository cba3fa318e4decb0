"""Leave that frees shifts shows who could come, and plans an officer by one tap."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any

import pytest
from babel.dates import get_month_names
from sqlalchemy import select

from meteor.accounts.models import User, UserRole
from meteor.agencies.models import Member
from meteor.notices.models import Notice
from meteor.rosters import absence, replacements, rules
from meteor.rosters.models import Leave, MinimumStrength, PlannedShift
from meteor.rosters.months import Month
from meteor.rosters.replacements import Freed
from meteor.rosters.rules import Draft
from meteor.store.database import db
from meteor.store.moments import today
from tests.admin import followed
from tests.cast import Cast
from tests.conftest import Browser
from tests.rosters.plans import MONDAY, agency, planned, wib, worked

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

DAY = timedelta(days=1)
BEFORE = wib(MONDAY - DAY, 6)
HOUR = timedelta(hours=1)


def officer(name: str, of: str = "POLRES") -> User:
    """One more officer of an agency."""
    user = User(username=name.lower(), name=name, password_hash="")
    user.roles = [UserRole(role="officer")]
    db.session.add(user)
    db.session.flush()
    db.session.add(Member(user_id=user.id, agency_id=agency(of).id))
    db.session.flush()
    return user


def sick(cast: Cast, first: date, last: date, of: User | None = None, at: Any = BEFORE) -> Leave:
    """Agus, or another officer, is sick, and the shifts of these days are cancelled."""
    days = (of or cast.agus, first, last, "sick", "", at, cast.hadi)
    with pytest.raises(absence.ShiftsPlanned) as met:
        absence.record_leave(*days)
    return absence.record_leave(*days, cancelling=met.value.fingerprint)


def freed(cast: Cast) -> Freed:
    """The morning of Monday that Agus cannot work."""
    planned("agus", MONDAY, unit=cast.unit("TRAIL-01"))
    (one,) = replacements.freed_by(sick(cast, MONDAY, MONDAY), BEFORE)
    return one


def again(one: Freed) -> Freed:
    """The same shift of Agus as a page shows it now."""
    leave = db.session.scalars(select(Leave).where(Leave.user_id == one.shift.user_id)).one()
    return next(other for other in replacements.freed_by(leave, BEFORE) if other.shift is one.shift)


def test_officers_with_fewest_hours_come_first_with_their_rest(cast: Cast) -> None:
    citra, eko = officer("Citra"), officer("Eko")
    planned("bayu", MONDAY + 3 * DAY)
    planned("bayu", MONDAY + 5 * DAY)
    planned("citra", MONDAY - DAY, "P")
    planned("eko", MONDAY - 2 * DAY)  # October
    found = freed(cast).candidates
    assert [(one.user_id, one.planned, one.rest) for one in found] == [
        (eko.id, 0 * HOUR, None), (citra.id, 8 * HOUR, 16 * HOUR), (cast.bayu.id, 16 * HOUR, None),
    ]  # fmt: skip


def test_who_is_absent_at_work_tired_disabled_or_of_another_agency_is_not_proposed(cast: Cast) -> None:
    for name in ("Citra", "Eko", "Fajar", "Gilang"):
        officer(name)
    officer("Indah").active = False
    officer("Joko", "DAMKAR")
    absence.record_leave(cast.bayu, MONDAY, MONDAY, "leave", "", BEFORE, cast.hadi)
    planned("citra", MONDAY, "P")
    planned("eko", MONDAY - DAY, "S")  # 8 hours of rest
    planned("fajar", MONDAY, "M")  # 8 hours too
    assert [one.name for one in freed(cast).candidates] == ["Gilang"]


def test_who_has_rested_too_little_since_duty_really_done_is_not_proposed(cast: Cast) -> None:
    late, unplanned, running, rested = (officer(name) for name in ("Citra", "Eko", "Fajar", "Gilang"))
    planned("agus", MONDAY, unit=cast.unit("TRAIL-01"))
    leave = sick(cast, MONDAY, MONDAY)
    absence.record_leave(cast.bayu, MONDAY, MONDAY, "leave", "", BEFORE, cast.hadi)
    planned("citra", MONDAY - DAY, "P")
    worked(late, cast.unit("TRAIL-01"), wib(MONDAY - DAY, 7), wib(MONDAY - DAY, 20, 1))
    worked(unplanned, cast.unit("TRAIL-01"), wib(MONDAY - DAY, 17), wib(MONDAY - DAY, 21))
    worked(running, cast.unit("TRAIL-01"), wib(MONDAY - DAY, 17), None)
    worked(rested, cast.unit("TRAIL-01"), wib(MONDAY - DAY, 12), wib(MONDAY - DAY, 20))
    (one,) = replacements.freed_by(leave, wib(MONDAY, 0))
    assert [(found.name, found.planned, found.rest) for found in one.candidates] == [("Gilang", 0 * HOUR, 11 * HOUR)]


def test_shifts_that_were_cancelled_before_the_leave_or_are_over_are_not_replaced(cast: Cast) -> None:
    for day in (MONDAY, MONDAY + DAY):
        planned("agus", day)
    gone = planned("agus", MONDAY + 2 * DAY)
    gone.cancelled_at = BEFORE - HOUR
    leave = sick(cast, MONDAY, MONDAY + 2 * DAY)
    assert [one.shift.day for one in replacements.freed_by(leave, BEFORE)] == [MONDAY, MONDAY + DAY]
    assert [one.shift.day for one in replacements.freed_by(leave, wib(MONDAY, 15))] == [MONDAY + DAY]


def test_a_replacement_has_the_hours_of_the_shift_also_when_its_type_has_others_now(cast: Cast) -> None:
    one = freed(cast)
    one.shift.shift_type.starts = time(6)
    db.session.flush()
    new = replacements.replace(one, cast.bayu, BEFORE, cast.hadi, seen=one.version)
    assert (new.starts_at, new.ends_at) == (wib(MONDAY, 7), wib(MONDAY, 15))
    with pytest.raises(replacements.AlreadyReplaced):
        replacements.replace(again(one), cast.bayu, BEFORE, cast.hadi, seen=one.version)


def test_a_replacement_stands_at_the_shift_that_it_replaces_alone(cast: Cast) -> None:
    citra = officer("Citra")
    officer("Eko")
    one = freed(cast)
    planned("eko", MONDAY, unit=cast.unit("TRAIL-01"))  # alike, but in nobody's place
    assert again(one).since == []
    new = replacements.replace(one, citra, BEFORE, cast.hadi, seen=one.version)
    assert again(one).since == [new]
    rules.cancel(new, BEFORE, cast.hadi)
    assert again(one).since == []


def test_who_replaces_a_replacement_stands_at_the_first_shift_too(cast: Cast) -> None:
    citra, one = officer("Citra"), freed(cast)
    new = replacements.replace(one, cast.bayu, BEFORE, cast.hadi, seen=one.version)
    (second,) = replacements.freed_by(sick(cast, MONDAY, MONDAY, of=cast.bayu), BEFORE)
    assert second.shift is new
    last = replacements.replace(second, citra, BEFORE, cast.hadi, seen=second.version)
    assert again(one).since == again(second).since == [last]
    rules.change(last, Draft(last.shift_type, MONDAY + DAY), BEFORE, cast.hadi)
    assert again(one).since == []


class TestPages:
    @cached_property
    def day(self) -> date:
        return today() + 2 * DAY

    def recorded(self, browser: Browser, cast: Cast) -> str:
        """The page after Hadi has recorded that Agus is sick."""
        days = {"first_day": self.day, "last_day": self.day}
        typed = {"user_id": "agus", "kind": "sick", **{name: day.isoformat() for name, day in days.items()}}
        address = "/rosters/leave/new?agency=POLRES"
        page = browser.post(address, data=typed)
        if page.status_code == 422:
            asked = re.findall(r'name="asked" value="(\w+)"', page.text)[0]
            page = browser.post(address, data=typed | {"cancelling": "y", "asked": asked})
        return followed(browser, page)

    def tap(self, browser: Browser, page: str, **values: Any) -> str:
        """Take the first officer that is proposed."""
        (address,) = re.findall(r'action="(/rosters/leave/\d+/replacements/\d+)"', page)[:1]
        form = {name: re.findall(rf'name="{name}" value="(\w+)"', page)[0] for name in ("user", "seen")}
        return followed(browser, browser.post(address, data=form | values))

    def shifts(self) -> list[tuple[str, bool]]:
        db.session.rollback()
        rows = db.session.scalars(select(PlannedShift).order_by(PlannedShift.id))
        return [(row.user.name, row.cancelled_at is None) for row in rows]

    def test_one_tap_plans_another_officer_in_the_same_shift_and_tells_them(self, as_user: AsUser, cast: Cast) -> None:
        planned("agus", self.day, "S", unit=cast.unit("TRAIL-01"), post="Alun-alun")
        hadi = as_user("hadi")
        page = self.recorded(hadi, cast)
        assert "Calon pengganti" in page
        month = get_month_names(locale="id")[self.day.month]
        assert f"0 jam dijadwalkan pada {month} · tidak ada shift lain dalam 24 jam" in page
        page = self.tap(hadi, page)
        assert "Shift Bayu Pratama sudah dijadwalkan" in page
        assert "Sudah dijadwalkan" in page
        assert self.shifts() == [("Agus Santoso", False), ("Bayu Pratama", True)]
        taken = db.session.scalars(select(PlannedShift).where(PlannedShift.user_id == cast.bayu.id)).one()
        assert (taken.unit, taken.post, taken.day) == (cast.unit("TRAIL-01"), "Alun-alun", self.day)
        told = db.session.scalars(select(Notice.kind).where(Notice.user_id == cast.bayu.id)).all()
        assert [kind.removesuffix("_soon") for kind in told] == ["shift_planned"]

    def test_a_second_planner_is_told_that_somebody_comes_already(self, as_user: AsUser, cast: Cast) -> None:
        officer("Citra")
        planned("agus", self.day)
        hadi = as_user("hadi")
        page = self.recorded(hadi, cast)
        self.tap(as_user("tuti"), page)
        assert "Petugas lain baru saja dijadwalkan" in self.tap(hadi, page)
        assert len(self.shifts()) == 2

    def test_who_is_not_free_any_more_is_refused(self, as_user: AsUser, cast: Cast) -> None:
        planned("agus", self.day)
        hadi = as_user("hadi")
        page = self.recorded(hadi, cast)
        planned("bayu", self.day - DAY, "M")
        db.session.commit()
        assert "istirahat hanya 0 jam" in self.tap(hadi, page)
        assert "tidak dapat dijadwalkan untuk instansi ini" in self.tap(hadi, page, user=cast.dewi.id)
        assert [name for name, stands in self.shifts() if stands] == ["Bayu Pratama"]

    @pytest.mark.parametrize("what", ["disabled", "no officer"])
    def test_who_is_disabled_or_no_officer_any_more_is_refused(self, as_user: AsUser, cast: Cast, what: str) -> None:
        planned("agus", self.day)
        hadi = as_user("hadi")
        page = self.recorded(hadi, cast)
        if what == "disabled":
            cast.bayu.active = False
        else:
            cast.bayu.roles = []
        db.session.commit()
        assert "Bayu Pratama tidak dapat dijadwalkan untuk instansi ini" in self.tap(hadi, page)
        assert self.shifts() == [("Agus Santoso", False)]

    def test_a_shift_that_this_leave_did_not_free_is_not_found(self, as_user: AsUser, cast: Cast) -> None:
        other = planned("bayu", self.day)
        planned("agus", self.day)
        db.session.commit()
        hadi = as_user("hadi")
        self.recorded(hadi, cast)
        leave = db.session.scalars(select(Leave.id)).one()
        address = f"/rosters/leave/{leave}/replacements/{other.id}"
        assert hadi.post(address, data={"user": cast.agus.id}).status_code == 404

    def test_the_night_before_the_leave_stays_planned_and_is_named_with_its_page(
        self, as_user: AsUser, cast: Cast
    ) -> None:
        night = planned("agus", self.day - DAY, "M")
        db.session.commit()
        page = self.recorded(as_user("hadi"), cast)
        assert "Shift berikut tetap terjadwal" in page
        assert f'href="/rosters/shifts/{night.id}"' in page

    def test_leave_that_frees_nothing_leads_back_to_the_month(self, as_user: AsUser, cast: Cast) -> None:
        page = self.recorded(as_user("hadi"), cast)
        assert "roster-month" in page
        assert "Calon pengganti" not in page
        assert str(Month.of(self.day)) in page

    def test_a_gap_of_the_plan_proposes_officers_to_planners_only(self, as_user: AsUser, cast: Cast) -> None:
        day = today() + DAY
        db.session.add(MinimumStrength(agency_id=agency().id, days="every", starts=time(7), ends=time(15), officers=2))
        planned("agus", day)
        planned("agus", day + DAY)
        planned("bayu", day + DAY)
        db.session.commit()
        page = as_user("hadi").get("/rosters/strength").text
        assert f"/rosters/shifts/new?agency=POLRES&amp;user={cast.bayu.id}&amp;day={day}" in page
        assert f"user={cast.agus.id}&amp;day={day}" not in page
        assert "/rosters/shifts/new" not in as_user("yusuf").get("/rosters/strength").text
