"""An officer's own shifts, and the private calendar."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from meteor.accounts.models import UserRole
from meteor.agencies.models import Shift
from meteor.rosters import calendar, rules
from meteor.rosters.models import RosterCalendar
from meteor.rosters.months import Month
from meteor.rosters.own import rest_ahead, running_or_next
from meteor.rosters.rules import Draft
from meteor.rosters.views import own as own_views
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now, today
from tests.cast import Cast
from tests.conftest import Browser
from tests.rosters.plans import planned, shift_type, wib

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]


def tomorrow() -> date:
    return today() + timedelta(days=1)


def next_month() -> date:
    return Month.of(today()).following.first + timedelta(days=9)


def address_of(browser: Browser) -> str:
    """The path of the calendar that an officer makes on the own page."""
    page = browser.post("/rosters/own/calendar")
    assert page.status_code == 201
    return page.text.partition('value="http://localhost')[2].partition('"')[0]


def events(browser: Browser, address: str) -> list[Any]:
    """The events of a calendar."""
    answer = browser.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_agus_reads_own_shifts_next_one_first_with_unit_and_post(as_user: AsUser, cast: Cast) -> None:
    planned("agus", next_month(), "P")
    planned("agus", tomorrow(), "S", unit=cast.unit("TRAIL-01"), post="Alun-alun")
    planned("bayu", tomorrow(), "P")
    page = as_user("agus").get("/rosters/own").text
    following = page.partition("Shift berikutnya")[2].partition("</section>")[0]
    assert "Siang, 15.00–23.00" in following
    assert "TRAIL-01 · Alun-alun" in following
    assert page.index("Siang") < page.index("Pagi")
    assert "jam dijadwalkan" in page
    assert page.count("Pagi, 07.00") == 1


def test_the_night_that_ends_on_the_first_of_a_month_runs_until_it_ends(cast: Cast) -> None:
    night = planned("agus", date(2026, 11, 30), "M")
    planned("agus", date(2026, 12, 2), "P")
    assert running_or_next(cast.agus.id, wib(date(2026, 12, 1), 2)) is night


def test_past_shifts_of_this_month_count_and_cancelled_ones_do_not(as_user: AsUser, cast: Cast) -> None:
    planned("agus", next_month(), "P")
    rules.cancel(planned("agus", next_month() + timedelta(days=2), "P"), now(), cast.hadi)
    page = as_user("agus").get("/rosters/own").text
    assert "8 jam dijadwalkan" in page
    assert "16 jam" not in page


def test_an_officer_without_shifts_reads_so(as_user: AsUser, cast: Cast) -> None:
    assert "Belum ada shift yang dijadwalkan untuk Anda" in as_user("agus").get("/rosters/own").text


def test_a_calendar_shows_the_own_shifts_without_a_session(as_user: AsUser, cast: Cast) -> None:
    planned("agus", tomorrow(), "M", unit=cast.unit("TRAIL-01"), post="Simpang tiga, " + "Jalan Ikan Paus " * 6)
    planned("bayu", tomorrow(), "P")
    db.session.commit()
    nobody, address = as_user(""), address_of(as_user("agus"))
    answer = nobody.get(address)
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer.headers
    lines = answer.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    assert b"Bayu" not in answer.data
    assert b"Agus" not in answer.data
    (shown,) = events(nobody, address)
    start = shift_type("M").starts_on(tomorrow())
    assert (shown["dtstart"].dt, shown["dtend"].dt) == (start, start + timedelta(hours=8))
    assert shown["dtstart"].to_ical().endswith(b"Z")
    assert (shown["summary"], shown["status"], shown["sequence"]) == ("Malam · TRAIL-01", "CONFIRMED", 0)
    assert str(shown["location"]).startswith("Simpang tiga, Jalan Ikan Paus")


def test_an_event_keeps_its_uid_over_changes_and_says_that_it_is_cancelled(as_user: AsUser, cast: Cast) -> None:
    shift = planned("agus", tomorrow(), "P")
    db.session.commit()
    nobody, address = as_user(""), address_of(as_user("agus"))
    (first,) = events(nobody, address)
    rules.change(shift, Draft(shift_type("S"), tomorrow()), now(), cast.hadi)
    (moved,) = events(nobody, address)
    rules.cancel(shift, now(), cast.hadi)
    (cancelled,) = events(nobody, address)
    assert first["uid"] == moved["uid"] == cancelled["uid"]
    assert [one["sequence"] for one in (first, moved, cancelled)] == [0, 1, 2]
    assert [one["status"] for one in (first, moved, cancelled)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert first["dtstamp"].dt <= moved["dtstamp"].dt <= cancelled["dtstamp"].dt


def test_a_calendar_that_has_not_changed_is_not_sent_again(as_user: AsUser, cast: Cast) -> None:
    planned("agus", tomorrow(), "P")
    db.session.commit()
    nobody, address = as_user(""), address_of(as_user("agus"))
    tag = nobody.get(address).headers["ETag"]
    assert nobody.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_new_address_ends_the_old_one_and_revoking_ends_both(as_user: AsUser, cast: Cast) -> None:
    agus, nobody = as_user("agus"), as_user("")
    old = address_of(agus)
    new = address_of(agus)
    assert (nobody.get(old).status_code, nobody.get(new).status_code) == (404, 200)
    assert new.rpartition("/")[2] not in agus.get("/rosters/own").text
    assert agus.post("/rosters/own/calendar/removal").status_code == 302
    assert nobody.get(new).status_code == 404
    assert agus.post("/rosters/own/calendar/removal").status_code == 302
    db.session.rollback()
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("roster%"))).all()
    assert sorted(actions) == ["roster_calendar_renewed"] * 2 + ["roster_calendar_revoked"]


def test_only_the_hash_of_a_token_is_stored(as_user: AsUser, cast: Cast) -> None:
    token = address_of(as_user("agus")).rpartition("/")[2].removesuffix(".ics")
    db.session.rollback()
    known = db.session.scalars(select(RosterCalendar)).one()
    assert token not in known.digest
    assert calendar.owner_of(token) == cast.agus


@pytest.mark.parametrize("token", ["x", "0" * 32, "%C3%A9", "a" * 2000])
def test_an_unknown_token_is_no_calendar(as_user: AsUser, cast: Cast, token: str) -> None:
    assert as_user("").get(f"/rosters/calendar/{token}.ics").status_code == 404


def test_who_is_no_officer_any_more_has_no_calendar(as_user: AsUser, cast: Cast) -> None:
    nobody, first, second = as_user(""), address_of(as_user("agus")), address_of(as_user("bayu"))
    cast.agus.active = False
    cast.bayu.roles = [UserRole(role="citizen")]
    assert (nobody.get(first).status_code, nobody.get(second).status_code) == (404, 404)


def test_one_address_is_fetched_thirty_times_a_minute_at_most(as_user: AsUser, cast: Cast) -> None:
    nobody, address = as_user(""), "/rosters/calendar/unknown.ics"
    assert [nobody.get(address).status_code for _ in range(31)][-2:] == [404, 429]


def test_an_officer_makes_twenty_addresses_a_day_at_most(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    assert [agus.post("/rosters/own/calendar").status_code for _ in range(21)][-2:] == [201, 429]


def test_the_own_page_says_hours_jobs_and_the_rest_before_the_next_shift(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = wib(date(2026, 11, 3), 9)
    monkeypatch.setattr(own_views, "now", lambda: at)
    planned("agus", at.date(), "P")
    planned("agus", at.date() + timedelta(days=1), "R")
    on_unit(cast, wib(date(2026, 11, 2), 7), wib(date(2026, 11, 2), 19, 30))
    on_unit(cast, wib(at.date(), 7), None)
    page = as_user("agus").get("/rosters/own").text
    assert facts(page) == [
        ("Jam dinas", "14,5 dari 10 jam yang dijadwalkan"), ("Tugas diterima", "0"),
        ("Dinas > 12 jam", "1"), ("Istirahat sebelum shift berikutnya", "14 jam, sampai Rab, 4 Nov 05.00"),
    ]  # fmt: skip
    assert "Kurang dari 11 jam" not in page


class TestRestAhead:
    DAY = date(2026, 11, 3)

    def hours(self, cast: Cast, hour: int) -> float | None:
        found = rest_ahead(cast.agus.id, wib(self.DAY, hour))
        return found and found.rest / timedelta(hours=1)

    def test_a_duty_that_goes_on_after_the_planned_end_shortens_the_rest(self, cast: Cast) -> None:
        on_unit(cast, wib(self.DAY, 7), None)
        planned("agus", self.DAY, "P")
        planned("agus", self.DAY, "M")
        assert self.hours(cast, 9) == 8
        assert self.hours(cast, 17) == 6
        late, in_time = (rest_ahead(cast.agus.id, wib(self.DAY, hour)) for hour in (17, 9))
        assert late
        assert in_time
        assert (late.from_now, in_time.from_now) == (True, False)

    def test_it_is_counted_from_the_end_of_duty_over_midnight(self, cast: Cast) -> None:
        on_unit(cast, wib(self.DAY - timedelta(days=1), 15), wib(self.DAY, 1))
        planned("agus", self.DAY, "P")
        assert self.hours(cast, 2) == 6
        found = rest_ahead(cast.agus.id, wib(self.DAY, 2))
        assert found
        assert found.too_little

    @pytest.mark.parametrize(("minutes", "rest"), [(59, 8), (60, 1)])
    def test_a_shift_in_less_than_an_hour_goes_on_with_a_running_duty(
        self, cast: Cast, minutes: int, rest: int
    ) -> None:
        at = wib(self.DAY, 7) - timedelta(minutes=minutes)
        on_unit(cast, at - timedelta(minutes=5), None)
        planned("agus", self.DAY, "P")
        planned("agus", self.DAY, "M")
        found = rest_ahead(cast.agus.id, at)
        assert found
        assert found.rest == timedelta(hours=rest)

    def test_eleven_hours_are_enough(self, cast: Cast) -> None:
        on_unit(cast, wib(self.DAY, 7), wib(self.DAY, 12))
        planned("agus", self.DAY, "M")
        found = rest_ahead(cast.agus.id, wib(self.DAY, 13))
        assert found
        assert not found.too_little

    def test_there_is_none_without_a_duty_or_a_next_shift(self, cast: Cast) -> None:
        planned("agus", self.DAY, "P")
        assert self.hours(cast, 2) is None
        on_unit(cast, wib(self.DAY, 7), None)
        assert self.hours(cast, 9) is None


def on_unit(cast: Cast, first: datetime, last: datetime | None) -> None:
    """Agus was on duty on a unit, or still is."""
    db.session.add(Shift(user_id=cast.agus.id, unit_id=cast.unit("TRAIL-01").id, started_at=first, ended_at=last))
    db.session.commit()


def facts(page: str) -> list[tuple[str, str]]:
    """The names and values of a page's list of facts."""
    return re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page)
