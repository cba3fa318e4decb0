"""Minimum strength: gaps of a plan as a pure rule, what is told of them and when it ends, and the pages."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from meteor.agencies import rules as duty
from meteor.agencies.models import Member
from meteor.notices import rules as notices
from meteor.notices import unread
from meteor.notices.models import Notice
from meteor.rosters import minimums, strength_warnings
from meteor.rosters.models import Leave, MinimumStrength
from meteor.rosters.rules import cancel
from meteor.rosters.strength import Gap, Presence, gaps
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Kecamatan
from tests.admin import followed, save, trail
from tests.cast import Cast, user
from tests.conftest import Browser
from tests.rosters.plans import MONDAY, agency, planned, wib

AsUser = Callable[[str], Browser]

HOUR = timedelta(hours=1)
SATURDAY = MONDAY + timedelta(days=5)
TUESDAY = MONDAY + timedelta(days=1)


def least(starts: int = 7, ends: int = 15, officers: int = 2, **values: Any) -> MinimumStrength:
    """So many officers of agency 1 each day from hour to hour."""
    hours = {"starts": time(starts), "ends": time(ends), "officers": officers}
    return MinimumStrength(**{"id": 1, "agency_id": 1, "kecamatan_id": None, "days": "every"} | hours | values)


def shift(user_id: int, starts: int, ends: int, day: date = MONDAY, **values: Any) -> Presence:
    """A shift of agency 1, from hour to hour of a day; 31 is 07:00 of the day after."""
    midnight = wib(day, 0)
    place = {"agency_id": 1, "kecamatan_id": None} | values
    return Presence(user_id, starts_at=midnight + starts * HOUR, ends_at=midnight + ends * HOUR, **place)


def found(planned: list[Presence], *minima: MinimumStrength, leaves: Any = (), day: date = MONDAY) -> list[Gap]:
    return gaps(planned, leaves, minima, wib(day, 0), wib(day, 0) + timedelta(days=1))


def hours_of(gap: Gap, day: date = MONDAY) -> tuple[float, float, int]:
    """The hours of a gap, and how many are there."""
    starts, ends = ((moment - wib(day, 0)) / HOUR for moment in (gap.starts_at, gap.ends_at))
    return starts, ends, gap.have


class TestRule:
    def test_a_plan_with_enough_officers_has_no_gap(self) -> None:
        assert found([shift(1, 7, 15), shift(2, 7, 15)], least()) == []
        assert found([shift(1, 6, 11), shift(2, 7, 15), shift(3, 11, 16)], least()) == []

    def test_hours_with_too_few_are_a_gap_with_the_lowest_number(self) -> None:
        short = found([shift(1, 7, 15), shift(2, 9, 12)], least())
        assert [hours_of(gap) for gap in short] == [(7, 9, 1), (12, 15, 1)]
        assert [hours_of(gap) for gap in found([shift(1, 9, 15)], least())] == [(7, 15, 0)]
        assert short[0].need == 2

    def test_an_officer_with_two_shifts_at_once_is_one_officer(self) -> None:
        assert [hours_of(gap) for gap in found([shift(1, 7, 15), shift(1, 8, 15)], least())] == [(7, 15, 1)]

    def test_an_officer_on_leave_does_not_count(self) -> None:
        leave = Leave(user_id=2, first_day=MONDAY, last_day=MONDAY)
        plan = [shift(1, 7, 15), shift(2, 7, 15)]
        assert [hours_of(gap) for gap in found(plan, least(), leaves=[leave])] == [(7, 15, 1)]
        leave.first_day = leave.last_day = TUESDAY
        assert found(plan, least(), leaves=[leave]) == []

    def test_a_night_ends_on_the_next_day_and_a_whole_day_at_midnight(self) -> None:
        night = found([shift(1, 23, 31)], least(23, 7))
        assert [hours_of(gap) for gap in night] == [(-1, 7, 0), (23, 31, 1)]
        assert [hours_of(gap) for gap in found([], least(0, 0, 1))] == [(0, 24, 0)]

    @pytest.mark.parametrize(("days", "count"), [("every", 2), ("weekdays", 1), ("weekend", 1)])
    def test_a_minimum_counts_on_its_days(self, days: str, count: int) -> None:
        minimum = least(days=days)
        assert len(found([], minimum, day=MONDAY)) + len(found([], minimum, day=SATURDAY)) == count

    def test_other_agencies_and_kecamatan_do_not_count(self) -> None:
        there = [shift(1, 7, 15, kecamatan_id=5), shift(2, 7, 15, kecamatan_id=6), shift(3, 7, 15, agency_id=2)]
        assert [hours_of(gap) for gap in found(there, least(officers=3))] == [(7, 15, 2)]
        short = found(there, least(kecamatan_id=5))
        assert [(gap.kecamatan_id, *hours_of(gap)) for gap in short] == [(5, 7, 15, 1)]

    def test_a_gap_stays_the_same_while_time_passes(self) -> None:
        at = wib(MONDAY, 9)
        assert gaps([], [], [least()], at, at + HOUR) == found([], least())


def told(*kinds: str) -> list[tuple[str, bool]]:
    """The kinds of notices to supervisors, all or some, each with whether it still stands."""
    db.session.expire_all()
    asked = Notice.kind.in_(kinds or ("strength_tomorrow", "strength_soon", "strength_now", "duty_too_long"))
    rows = db.session.scalars(select(Notice).where(asked, Notice.role == "supervisor").order_by(Notice.id))
    return [(row.kind, row.acknowledged_at is None) for row in rows]


def warn(at: datetime) -> None:
    db.session.commit()
    strength_warnings.warn(at)
    db.session.commit()


@pytest.fixture
def minimum(cast: Cast) -> MinimumStrength:
    """Two officers of Polres each day from 07:00 to 15:00."""
    known = least(id=None, agency_id=agency().id)
    db.session.add(known)
    db.session.commit()
    return known


@pytest.mark.both_databases
class TestWarnings:
    def test_supervisors_are_told_a_day_and_two_hours_before_each_once(self, minimum: MinimumStrength) -> None:
        minimum.days = "weekdays"
        planned("agus", MONDAY)
        warn(wib(MONDAY, 7) - 25 * HOUR)
        assert told() == []
        for hours in (24, 23, 3):
            warn(wib(MONDAY, 7) - hours * HOUR)
        assert told() == [("strength_tomorrow", True)]
        for hours in (2, 1):
            warn(wib(MONDAY, 7) - hours * HOUR)
        assert told() == [("strength_tomorrow", False), ("strength_soon", True)]
        detail = db.session.scalars(select(Notice.detail).where(Notice.kind == "strength_soon")).all()[-1]
        assert detail == {
            "place": "Polres Probolinggo Kota", "have": 1, "need": 2,
            "start": {"id": "2 Nov 07.00", "en": "2 Nov 07:00"}, "end": {"id": "15.00", "en": "15:00"},
        }  # fmt: skip

    def test_the_warning_ends_when_the_plan_is_filled_and_comes_back_with_the_gap(
        self, minimum: MinimumStrength
    ) -> None:
        planned("agus", MONDAY)
        at = wib(MONDAY, 5)
        warn(at)
        second = planned("bayu", MONDAY)
        warn(at)
        assert told() == [("strength_soon", False)]
        cancel(second, at, user("hadi"))
        warn(at)
        assert told() == [("strength_soon", False), ("strength_soon", True)]

    def test_a_gap_that_grows_is_told_again_and_one_that_shrinks_is_not(self, minimum: MinimumStrength) -> None:
        first = planned("agus", MONDAY)
        at = wib(MONDAY, 5)
        warn(at)
        cancel(first, at, user("hadi"))
        warn(at)
        assert told() == [("strength_soon", False), ("strength_soon", True)]
        planned("agus", MONDAY)
        warn(at)
        assert told() == [("strength_soon", False), ("strength_soon", True)]

    def test_who_is_disabled_or_has_left_the_agency_is_missed(self, cast: Cast, minimum: MinimumStrength) -> None:
        planned("agus", MONDAY)
        planned("bayu", MONDAY)
        cast.bayu.active = False
        warn(wib(MONDAY, 5))
        assert told() == [("strength_soon", True)]
        cast.bayu.active = True
        db.session.execute(delete(Member).where(Member.user_id == cast.agus.id))
        warn(wib(MONDAY, 5))
        assert told() == [("strength_soon", True)]

    def test_a_duty_that_nobody_ended_is_no_strength(self, cast: Cast, minimum: MinimumStrength) -> None:
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 8) - 17 * HOUR)
        duty.start_duty(cast.bayu, cast.unit("TRAIL-02"), wib(MONDAY, 7))
        warn(wib(MONDAY, 8))
        assert told("strength_now") == [("strength_now", True)]

    def test_a_warning_that_a_supervisor_knows_is_not_told_again(self, minimum: MinimumStrength) -> None:
        warn(wib(MONDAY, 5))
        notice = db.session.scalars(select(Notice)).one()
        notice.acknowledged_at, notice.acknowledged_by_id = now(), user("hadi").id
        warn(wib(MONDAY, 5))
        assert told() == [("strength_soon", False)]

    def test_actual_duty_decides_what_is_told_while_the_hours_last(self, cast: Cast, minimum: MinimumStrength) -> None:
        planned("agus", MONDAY)
        planned("bayu", MONDAY)
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 7))
        warn(wib(MONDAY, 7, 9))
        assert told("strength_now") == []  # the relief may still come
        warn(wib(MONDAY, 7, 10))
        warn(wib(MONDAY, 7, 11))
        assert told("strength_now") == [("strength_now", True)]
        duty.start_duty(cast.bayu, cast.unit("TRAIL-02"), wib(MONDAY, 7, 12))
        warn(wib(MONDAY, 7, 13))
        assert told("strength_now") == [("strength_now", False)]

    def test_an_officer_who_has_just_left_is_not_missed_yet(self, cast: Cast, minimum: MinimumStrength) -> None:
        for name, call_sign in (("agus", "TRAIL-01"), ("bayu", "TRAIL-02")):
            planned(name, MONDAY)
            duty.start_duty(user(name), cast.unit(call_sign), wib(MONDAY, 7))
        duty.end_duty(cast.agus, wib(MONDAY, 9))
        warn(wib(MONDAY, 9, 9))
        assert told("strength_now") == []
        warn(wib(MONDAY, 9, 11))
        assert told("strength_now") == [("strength_now", True)]

    def test_the_warning_ends_with_the_hours_and_with_the_minimum(self, minimum: MinimumStrength) -> None:
        minimum.days = "weekdays"
        friday = MONDAY + timedelta(days=4)
        warn(wib(friday, 8))
        warn(wib(friday, 15))
        assert told("strength_now") == [("strength_now", False)]
        warn(wib(MONDAY, 8))
        assert ("strength_now", True) in told("strength_now")
        minimums.remove(minimum, user("hadi"))
        warn(wib(MONDAY, 8))
        assert not any(stands for _kind, stands in told("strength_now"))

    def test_units_that_are_based_in_a_kecamatan_count_for_it(self, cast: Cast, minimum: MinimumStrength) -> None:
        minimum.kecamatan_id = db.session.scalars(select(Kecamatan.id)).one()
        minimum.officers = 1
        planned("agus", MONDAY)  # on no unit yet
        warn(wib(MONDAY, 5))
        assert told() == [("strength_soon", True)]
        planned("bayu", MONDAY, unit=cast.unit("TRAIL-02"))
        warn(wib(MONDAY, 5))
        assert told() == [("strength_soon", False)]

    def test_an_officer_on_duty_for_more_than_twelve_hours_is_told_once_until_the_end(self, cast: Cast) -> None:
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 7))
        warn(wib(MONDAY, 19))
        assert told() == []
        for minute in (1, 2):
            warn(wib(MONDAY, 19, minute))
        assert told() == [("duty_too_long", True)]
        duty.end_duty(cast.agus, wib(MONDAY, 20))
        warn(wib(MONDAY, 20))
        assert told() == [("duty_too_long", False)]

    def test_a_duty_goes_on_when_the_officer_changes_the_unit(self, cast: Cast) -> None:
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 7))
        duty.end_duty(cast.agus, wib(MONDAY, 15))
        duty.start_duty(cast.agus, cast.unit("TRAIL-02"), wib(MONDAY, 15, 59))
        warn(wib(MONDAY, 19))
        assert told() == []
        warn(wib(MONDAY, 19, 1))
        assert told() == [("duty_too_long", True)]

    def test_a_duty_of_days_is_told_once(self, cast: Cast) -> None:
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 7))
        duty.end_duty(cast.agus, wib(MONDAY, 15))
        duty.start_duty(cast.agus, cast.unit("TRAIL-02"), wib(MONDAY, 15, 30))
        for hours in (20, 50, 52):  # the first unit is looked for until 36 h after its end
            warn(wib(MONDAY, 0) + hours * HOUR)
        assert told() == [("duty_too_long", True)]

    def test_a_break_of_an_hour_ends_a_duty(self, cast: Cast) -> None:
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 7))
        duty.end_duty(cast.agus, wib(MONDAY, 15))
        duty.start_duty(cast.agus, cast.unit("TRAIL-02"), wib(MONDAY, 16))
        warn(wib(MONDAY, 19, 1))
        assert told() == []

    def test_hours_that_follow_without_a_break_are_watched_at_once_and_ring_no_second_time(
        self, cast: Cast, minimum: MinimumStrength
    ) -> None:
        db.session.add(least(15, 23, 3, id=None, agency_id=agency().id))
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 7))
        warn(wib(MONDAY, 14, 59))
        assert told("strength_now") == [("strength_now", True)]
        warn(wib(MONDAY, 15))  # two were needed before, so two are missed from the start on
        assert told("strength_now") == [("strength_now", True)]
        notice = db.session.scalars(select(Notice).where(Notice.kind == "strength_now")).one()
        assert (notice.detail["have"], notice.detail["need"], notice.detail["end"]["id"]) == (1, 2, "23.00")
        warn(wib(MONDAY, 15, 10))  # the third may take ten minutes
        assert told("strength_now") == [("strength_now", False), ("strength_now", True)]

    def test_a_shortage_that_a_supervisor_knows_is_told_again_in_the_next_hours(
        self, cast: Cast, minimum: MinimumStrength
    ) -> None:
        minimum.ends = time(19)
        db.session.add(least(19, 7, id=None, agency_id=agency().id))
        for hour in (8, 18, 19, 30, 31, 32):
            warn(wib(MONDAY, 0) + hour * HOUR)
            if hour in (8, 19):
                notices.acknowledge_all(strength_warnings.KEYS, cast.hadi, now())
        assert told("strength_now") == [("strength_now", False)] * 2 + [("strength_now", True)]
        warn(wib(TUESDAY, 19))  # nobody has said that they know
        assert told("strength_now") == [("strength_now", False)] * 2 + [("strength_now", True)]

    def test_a_notice_that_stands_has_the_numbers_of_now_and_rings_no_second_time(
        self, cast: Cast, minimum: MinimumStrength
    ) -> None:
        minimum.officers = 3
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 7))
        warn(wib(MONDAY, 8))
        shown = unread.version(cast.hadi.id, cast.hadi.role_names)
        duty.start_duty(cast.bayu, cast.unit("TRAIL-02"), wib(MONDAY, 9))
        warn(wib(MONDAY, 9))
        assert told("strength_now") == [("strength_now", True)]
        notice = db.session.scalars(select(Notice).where(Notice.kind == "strength_now")).one()
        assert (notice.detail["have"], notice.detail["need"], notice.detail["end"]["id"]) == (2, 3, "15.00")
        assert unread.version(cast.hadi.id, cast.hadi.role_names) != shown  # screens that are open show it
        warn(wib(MONDAY, 10))
        db.session.refresh(notice)
        assert notice.revision == 1

    def test_the_notice_of_a_long_duty_names_the_unit_of_now(self, cast: Cast) -> None:
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 7))
        warn(wib(MONDAY, 19, 1))
        duty.end_duty(cast.agus, wib(MONDAY, 20))
        duty.start_duty(cast.agus, cast.unit("TRAIL-02"), wib(MONDAY, 20))
        warn(wib(MONDAY, 20))
        notice = db.session.scalars(select(Notice).where(Notice.kind == "duty_too_long")).one()
        assert notice.detail["unit"] == "TRAIL-02"

    def test_a_minimum_of_the_whole_day_is_watched_over_midnight(self, cast: Cast, minimum: MinimumStrength) -> None:
        minimum.starts = minimum.ends = time(0)
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), wib(MONDAY, 20))
        for hour, minute in ((23, 50), (24, 0), (24, 5), (24, 15)):
            warn(wib(MONDAY, 0) + hour * HOUR + timedelta(minutes=minute))
            assert told("strength_now") == [("strength_now", True)]


class TestPages:
    FORM = {"kecamatan_id": "0", "days": "every", "starts": "07:00", "ends": "15:00", "officers": "2"}

    def new(self, browser: Browser, **values: Any) -> Any:
        return browser.post("/rosters/strength/new", data=self.FORM | {"agency_id": agency().id} | values)

    def test_a_supervisor_adds_changes_and_removes_a_minimum(self, as_user: AsUser, cast: Cast) -> None:
        hadi = as_user("hadi")
        page = followed(hadi, self.new(hadi))
        assert "07.00–15.00" in page
        known = db.session.scalars(select(MinimumStrength)).one()
        address = f"/rosters/strength/{known.id}"
        save(hadi, address, self.FORM | {"agency_id": agency().id, "officers": "3"})
        assert trail("minimum_strength_changed")[0].detail == {"before": {"officers": 2}, "after": {"officers": 3}}
        followed(hadi, hadi.post(f"{address}/removal"))
        assert len(trail("minimum_strength_removed")) == 1
        assert db.session.scalars(select(MinimumStrength)).all() == []

    @pytest.mark.parametrize(
        ("field", "value"),
        [("agency_id", "99"), ("kecamatan_id", "99"), ("days", "monday"), ("starts", "7 pagi"), ("ends", ""),
         ("officers", "0"), ("officers", "501"), ("officers", "dua")],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, as_user: AsUser, field: str, value: str) -> None:
        assert self.new(as_user("hadi"), **{field: value}).status_code == 422

    def test_two_minima_of_an_agency_do_not_meet(self, as_user: AsUser, cast: Cast) -> None:
        hadi = as_user("hadi")
        self.new(hadi, starts="22:00", ends="07:00", days="weekdays")
        assert self.new(hadi, starts="06:00", ends="08:00", days="weekend").status_code == 422  # Friday night
        assert self.new(hadi, starts="07:00", ends="22:00").status_code == 302
        kecamatan = db.session.scalars(select(Kecamatan.id)).one()
        assert self.new(hadi, kecamatan_id=kecamatan).status_code == 302
        assert self.new(hadi, agency_id=agency("DAMKAR").id).status_code == 302

    def test_the_page_shows_gaps_of_the_plan_too_few_on_duty_and_who_is_on_duty_for_too_long(
        self, as_user: AsUser, cast: Cast
    ) -> None:
        duty.start_duty(cast.agus, cast.unit("TRAIL-01"), now() - 13 * HOUR)
        db.session.add(least(0, 0, id=None, agency_id=agency().id))
        page = as_user("yusuf").get("/rosters/strength").text
        assert "0 dari 2<" in page
        assert "1 dari 2<" in page
        assert "lebih dari 12 jam" in page
        assert "Tambah kekuatan minimum" not in page  # the chief only reads
        assert "Petugas kurang: Polres Probolinggo Kota 1/2" in as_user("hadi").get("/board").text

    def test_a_board_that_is_open_learns_who_is_missing(
        self, as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hadi = as_user("hadi")
        shown = re.findall(r'data-version="([^"]+)"', hadi.get("/board/status").text)[0]
        db.session.add(least(0, 0, id=None, agency_id=agency().id))
        at = now() + timedelta(minutes=1)  # the board looks once a minute
        monkeypatch.setattr("meteor.board.versions.now", lambda: at)
        assert "Petugas kurang" in hadi.get("/board/status", query_string={"v": shown}).text
