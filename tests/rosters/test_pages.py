"""Supervisors and the administrator plan on the roster of an agency; dispatchers and the chief read it."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from meteor.accounts.models import User, UserRole
from meteor.agencies.models import Member, Shift
from meteor.dispatch.models import Assignment
from meteor.rosters import absence, rules
from meteor.rosters.models import Leave, PlannedShift, ShiftType
from meteor.rosters.views import planning
from meteor.rosters.views.month import hours
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.rosters.plans import MONDAY, agency, planned, shift_type, wib
from tests.scenes import press

AsUser = Callable[[str], Browser]

DAY = timedelta(days=1)
MONTH = "/rosters?agency=POLRES&month=2026-11"
NEW = "/rosters/shifts/new?agency=POLRES"


@pytest.fixture(autouse=True)
def on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is early on MONDAY, the day from which pages plan."""
    monkeypatch.setattr(planning, "now", lambda: wib(MONDAY, 6))


def form_of(cast: Cast, day: date = MONDAY, code: str = "P", **more: Any) -> dict[str, Any]:
    """The form of a planned shift of Agus."""
    typed = {"user_id": "agus", "day": day.isoformat(), "shift_type_id": shift_type(code).id, "unit_id": 0}
    return typed | more


def seen_on(page: str) -> str:
    """The version that a form was filled in over."""
    return page.partition('name="seen" value="')[2].partition('"')[0]


def shifts() -> list[PlannedShift]:
    """All planned shifts that are stored."""
    db.session.rollback()
    return list(db.session.scalars(select(PlannedShift).order_by(PlannedShift.id)))


@pytest.mark.parametrize("page", ["/rosters", "/rosters/hours.csv"])
def test_a_month_that_is_none_is_refused_by_the_name_of_its_field(as_user: AsUser, cast: Cast, page: str) -> None:
    answer = as_user("hadi").get(f"{page}?agency=POLRES&month=2026-99")
    assert answer.status_code == 422
    assert "Bulan: Isi bulan, misalnya 2026-11." in answer.text
    assert as_user("hadi").get(f"{page}?agency=POLRES&month=").status_code == 200


@pytest.mark.both_databases
def test_hadi_plans_changes_and_cancels_a_shift(as_user: AsUser, cast: Cast) -> None:
    hadi, typed = as_user("hadi"), form_of(cast, unit_id=cast.unit("TRAIL-01").id, post="Alun-alun")
    answer = hadi.post(NEW, data=typed)
    assert answer.headers["Location"] == f"/rosters?agency=POLRES&month=2026-11#officer-{cast.agus.id}"
    (shift,) = shifts()
    assert 'title="Pagi 07.00–15.00 · TRAIL-01 · Alun-alun"' in hadi.get(MONTH).text
    page = f"/rosters/shifts/{shift.id}"
    typed |= {"seen": seen_on(hadi.get(page).text), "shift_type_id": shift_type("S").id, "unit_id": 0}
    assert hadi.post(page, data=typed).status_code == 302
    assert [(one.starts_at, one.unit) for one in shifts()] == [(wib(MONDAY, 15), None)]
    as_user("tuti").post(f"{page}/cancellation")
    assert shifts()[0].cancelled_at is not None
    assert 'title="Siang' not in hadi.get(MONTH).text
    assert hadi.get(page).status_code == 404
    entries = db.session.execute(
        select(AuditEntry.action, AuditEntry.actor_name)
        .where(AuditEntry.action.like("planned%"))
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(entry) for entry in entries] == [
        ("planned_shift_added", "Hadi Pawas"), ("planned_shift_changed", "Hadi Pawas"),
        ("planned_shift_cancelled", "Tuti Admin"),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "code", "hour"), [(0, "P", 7), (1, "P", 7), (0, "S", 15)])
def test_a_shift_keeps_its_hours_unless_its_type_is_changed(
    as_user: AsUser, cast: Cast, days: int, code: str, hour: int
) -> None:
    known = planned("agus", MONDAY, "P")
    shift_type("P").starts = time(6)
    typed = form_of(cast, MONDAY + days * DAY, code, post="Alun-alun")
    db.session.commit()
    page = f"/rosters/shifts/{known.id}"
    form = as_user("hadi").get(page).text
    assert "07.00–15.00" in form
    assert as_user("hadi").post(page, data=typed | {"seen": seen_on(form)}).status_code == 302
    (shift,) = shifts()
    assert (shift.starts_at, shift.post) == (wib(MONDAY + days * DAY, hour), "Alun-alun")
    assert shift.ends_at - shift.starts_at == timedelta(hours=8)


def test_a_shift_that_would_be_over_is_refused_at_the_day_and_one_that_runs_is_not(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = form_of(cast)
    db.session.commit()
    monkeypatch.setattr(planning, "now", lambda: wib(MONDAY, 15))
    answer = as_user("hadi").post(NEW, data=typed)
    assert (answer.status_code, shifts()) == (422, [])
    assert re.search(r'id="day-error"[^>]*>.*Shift ini sudah berakhir\. Pilih hari lain', answer.text)
    monkeypatch.setattr(planning, "now", lambda: wib(MONDAY, 14, 59))
    assert as_user("hadi").post(NEW, data=typed).status_code == 302


def test_a_shift_is_not_moved_into_the_past_and_the_post_of_one_that_is_over_is_corrected(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = planned("agus", MONDAY, "P")
    typed = form_of(cast, post="Alun-alun")
    db.session.commit()
    monkeypatch.setattr(planning, "now", lambda: wib(MONDAY + DAY, 0))
    page = f"/rosters/shifts/{shift.id}"
    typed["seen"] = seen_on(as_user("hadi").get(page).text)
    answer = as_user("hadi").post(page, data=typed | {"day": (MONDAY - DAY).isoformat()})
    assert (answer.status_code, shifts()[0].day) == (422, MONDAY)
    assert as_user("hadi").post(page, data=typed).status_code == 302
    assert shifts()[0].post == "Alun-alun"


def asked(page: str) -> str:
    """The list that a tick on a page is for."""
    return re.findall(r'name="asked" value="(\w+)"', page)[0]


def test_a_short_rest_is_asked_about_by_name_and_planned_once_it_is_confirmed(as_user: AsUser, cast: Cast) -> None:
    planned("agus", MONDAY, "S")
    hadi, typed = as_user("hadi"), form_of(cast, MONDAY + DAY)
    assert 'name="confirmed"' not in hadi.get(NEW).text
    answer = hadi.post(NEW, data=typed)
    assert answer.status_code == 422
    assert "Agus Santoso: istirahat hanya 8 jam setelah shift yang berakhir 2 Nov 23.00" in answer.text
    assert 'name="confirmed"' in answer.text
    assert hadi.post(NEW, data=typed | {"confirmed": "y"}).status_code == 422
    assert hadi.post(NEW, data=typed | {"confirmed": "y", "asked": asked(answer.text)}).status_code == 302
    assert [one.short_rest_by_id for one in shifts()] == [None, cast.hadi.id]


def test_an_overlap_cannot_be_confirmed(as_user: AsUser, cast: Cast) -> None:
    planned("agus", MONDAY, "P")
    answer = as_user("hadi").post(NEW, data=form_of(cast, confirmed="y"))
    assert answer.status_code == 422
    assert "sudah dijadwalkan" in answer.text
    assert 'name="confirmed"' not in answer.text
    assert len(shifts()) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": ""}, "Isi tanggal."),
        ({"day": "2096-01-01"}, "paling jauh dua tahun"),
        ({"shift_type_id": "999999"}, "Pilih salah satu dari daftar"),
        ({"shift_type_id": "x"}, "Pilih shift."),
        ({"user_id": "dewi"}, "Tidak ada petugas"),
        ({"user_id": " "}, "Pilih petugas."),
        ({"user_id": "a"}, "2 petugas cocok: Agus Santoso · agus, Bayu Pratama · bayu"),
        ({"unit_id": "999999"}, "Pilih salah satu dari daftar"),
        ({"post": "x" * 101}, "100"),
    ],
)
def test_a_shift_that_makes_no_sense_is_refused(
    as_user: AsUser, cast: Cast, changed: dict[str, str], words: str
) -> None:
    answer = as_user("hadi").post(NEW, data=form_of(cast) | changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert shifts() == []


def test_officers_of_another_agency_are_not_offered(as_user: AsUser, cast: Cast) -> None:
    shift_type("P")
    page = as_user("hadi").get(NEW).text
    assert "Pagi · 07.00 · 8 jam" in page
    assert "Agus Santoso" in page
    assert "Dewi Anggraini" not in page
    assert as_user("hadi").post(NEW, data=form_of(cast, user_id="dewi")).status_code == 422


@pytest.mark.parametrize("typed", ["agus", "AGUS", "santos", "Agus  Santoso", "Agus Santoso · agus"])
def test_an_officer_is_found_by_user_name_name_or_part_of_it(as_user: AsUser, cast: Cast, typed: str) -> None:
    hadi = as_user("hadi")
    page = hadi.get(NEW).text
    assert '<option value="Agus Santoso · agus">' in page
    assert "Nama, bagian nama, atau nama pengguna" in page
    assert hadi.post(NEW, data=form_of(cast, user_id=typed)).status_code == 302
    assert [shift.user_id for shift in shifts()] == [cast.agus.id]


def test_an_officer_who_is_not_found_stays_typed_and_is_named_at_the_field(as_user: AsUser, cast: Cast) -> None:
    page = as_user("hadi").post(NEW, data=form_of(cast, user_id="Agung")).text
    assert 'id="user_id-error"' in page
    assert re.search(r'<input[^>]*id="user_id"[^>]*value="Agung"', page)


def test_the_phone_number_of_an_officer_is_not_shown_to_colleagues(as_user: AsUser, cast: Cast) -> None:
    agus, agus_id = cast.agus, cast.agus.id
    agus.username = "+6281234567890"
    db.session.commit()
    page = as_user("hadi").get(f"{NEW}&user={agus_id}").text
    assert f'value="Agus Santoso · {agus_id}"' in page
    assert "6281234567890" not in page


def test_of_two_who_change_a_shift_the_second_reads_what_the_first_did(as_user: AsUser, cast: Cast) -> None:
    shift = planned("agus", MONDAY)
    answer = as_user("hadi").post(f"/rosters/shifts/{shift.id}", data=form_of(cast, post="Pasar", seen="older"))
    assert answer.status_code == 422
    assert shifts()[0].post == ""


def test_leave_is_recorded_after_the_shifts_in_its_way_are_cancelled(as_user: AsUser, cast: Cast) -> None:
    day = (now() + 7 * DAY).date()
    planned("agus", day)
    hadi = as_user("hadi")
    typed = {"user_id": "agus", "kind": "sick", "first_day": day.isoformat(), "last_day": day.isoformat()}
    answer = hadi.post("/rosters/leave/new?agency=POLRES", data=typed)
    assert answer.status_code == 422
    assert "Agus Santoso sudah dijadwalkan pada hari-hari ini" in answer.text
    assert shifts()[0].cancelled_at is None
    accepted = {"cancelling": "y", "asked": asked(answer.text)}
    assert hadi.post("/rosters/leave/new?agency=POLRES", data=typed | accepted).status_code == 302
    assert shifts()[0].cancelled_at is not None
    leave = db.session.scalars(select(Leave)).one()
    assert "Sakit" in hadi.get(f"/rosters/leave/{leave.id}").text
    again = hadi.post("/rosters/leave/new?agency=POLRES", data=typed)
    assert "tidak masuk dari" in again.text
    hadi.post(f"/rosters/leave/{leave.id}/removal")
    db.session.rollback()
    assert db.session.scalar(select(Leave)) is None


@pytest.mark.parametrize("year", ["9999", "2126"])
def test_leave_in_a_mistyped_year_is_refused(as_user: AsUser, cast: Cast, year: str) -> None:
    days = {"first_day": f"{year}-12-31", "last_day": f"{year}-12-31"}
    answer = as_user("hadi").post("/rosters/leave/new?agency=POLRES", data={"user_id": "agus", "kind": "leave"} | days)
    assert answer.status_code == 422
    assert "paling jauh dua tahun" in answer.text


def test_leave_of_days_that_are_over_says_that_they_are(as_user: AsUser, cast: Cast) -> None:
    hadi = as_user("hadi")
    for back, said in ((3, "untuk hari yang sudah lewat"), (-30, "Ketidakhadiran Agus Santoso sudah dicatat.")):
        day = (now() - back * DAY).date().isoformat()
        typed = {"user_id": "agus", "kind": "sick", "first_day": day, "last_day": day}
        answer = hadi.post("/rosters/leave/new?agency=POLRES", data=typed)
        assert said in hadi.get(answer.location).text


def test_a_shift_keeps_its_unit_while_that_is_out_of_service(as_user: AsUser, cast: Cast) -> None:
    shift = planned("agus", MONDAY, unit=cast.unit("TRAIL-01"))
    cast.unit("TRAIL-01").in_service = False
    db.session.commit()
    page = as_user("hadi").get(f"/rosters/shifts/{shift.id}").text
    assert re.search(rf'<option selected value="{shift.unit_id}">TRAIL-01 \(nonaktif\)', page)


def test_leave_that_ends_before_it_begins_is_refused(as_user: AsUser, cast: Cast) -> None:
    typed = {"user_id": "agus", "kind": "leave", "first_day": "2026-11-03", "last_day": "2026-11-02"}
    answer = as_user("hadi").post("/rosters/leave/new?agency=POLRES", data=typed)
    assert answer.status_code == 422
    assert "tidak boleh sebelum hari pertama" in answer.text


def test_readers_see_the_plan_but_not_why_somebody_is_absent(as_user: AsUser, cast: Cast) -> None:
    shift_type("P")
    absence.record_leave(cast.agus, MONDAY, MONDAY, "sick", "", now(), cast.hadi)
    planned("bayu", MONDAY)
    assert 'title="Sakit"' in as_user("hadi").get(MONTH).text
    for reader in ("komang", "yusuf"):
        page = as_user(reader).get(MONTH).text
        assert "Pagi 07.00–15.00" in page
        assert 'title="Tidak masuk"' in page
        assert "Sakit" not in page
        assert "/rosters/shifts" not in page


def test_a_former_officer_stays_on_the_roster_until_the_shifts_are_cancelled(as_user: AsUser, cast: Cast) -> None:
    shift = planned("agus", MONDAY)
    db.session.delete(db.session.get(Member, cast.agus.id))
    assert "tidak lagi bertugas di instansi ini" in as_user("hadi").get(MONTH).text
    rules.cancel(db.session.merge(shift), now(), cast.hadi)
    assert "Agus Santoso" not in as_user("hadi").get(MONTH).text


def test_an_unknown_agency_is_no_page(as_user: AsUser, cast: Cast) -> None:
    for address in ("/rosters?agency=X", "/rosters/shifts/new?agency=X", "/rosters/shift-types", "/rosters/week-copy"):
        assert as_user("hadi").get(address).status_code == 404, address


def test_shift_types_are_kept_by_planners_and_planned_shifts_keep_their_times(as_user: AsUser, cast: Cast) -> None:
    hadi, new = as_user("hadi"), "/rosters/shift-types/new?agency=DAMKAR"
    typed = {"name": "Jaga", "code": "j", "starts": "08:00", "hours": "11,5", "active": "y"}
    assert hadi.post(new, data=typed).status_code == 302
    db.session.rollback()
    kind = db.session.scalars(select(ShiftType)).one()
    assert (kind.code, kind.minutes, kind.agency.code) == ("J", 690, "DAMKAR")
    shift = planned("dewi", MONDAY, "J", of="DAMKAR")
    page = f"/rosters/shift-types/{kind.id}"
    seen = seen_on(hadi.get(page).text)
    assert hadi.post(page, data=typed | {"seen": seen, "starts": "09:00"}).status_code == 302
    db.session.rollback()
    assert (kind.starts.hour, shift.starts_at) == (9, wib(MONDAY, 8))
    assert "huruf ini" in hadi.post(new, data=typed).text
    assert "0,5 sampai 12" in hadi.post(new, data=typed | {"code": "K", "hours": "24"}).text
    assert "1 sampai 3" in hadi.post(new, data=typed | {"code": "JAGA"}).text


def test_a_month_of_sixty_officers_takes_as_few_statements_as_one_of_two(as_user: AsUser, cast: Cast) -> None:
    planned("agus", MONDAY)
    hadi, few, many = as_user("hadi"), [], []
    _count(few, lambda: hadi.get(MONTH))
    for number in range(60):
        user = User(username=f"o{number}", name=f"Petugas {number}", roles=[UserRole(role="officer")])
        db.session.add(Member(user=user, agency=agency()))
        db.session.flush()
        db.session.add_all(
            PlannedShift(
                agency_id=agency().id, user_id=user.id, shift_type_id=shift_type().id, planned_by_id=user.id,
                starts_at=wib(date(2026, 11, day), 7), ends_at=wib(date(2026, 11, day), 15),
            )
            for day in range(1, 31)
        )  # fmt: skip
    _count(many, lambda: hadi.get(MONTH))
    assert many == few


def _count(into: list[int], ask: Callable[[], Any]) -> None:
    db.session.commit()
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    for engine in db.engines.values():
        event.listen(engine, "before_cursor_execute", note)
    assert ask().status_code == 200
    for engine in db.engines.values():
        event.remove(engine, "before_cursor_execute", note)
    into.append(len(asked))


def test_a_page_below_the_roster_names_it_once_and_its_agency(as_user: AsUser) -> None:
    page = as_user("tuti").get("/rosters/week-copy?agency=DAMKAR").text
    assert page.partition('class="crumbs"')[2].partition("</nav>")[0].count("Jadwal dinas") == 1
    assert "Salin minggu · Damkar" in page


def agency_on(browser: Browser) -> str:
    """The code of the agency that the roster opens on."""
    found = re.search(r'<option value="(\w+)" selected', browser.get("/rosters").text)
    assert found
    return found[1]


def test_the_roster_opens_on_the_readers_agency_and_then_on_the_one_chosen_last(as_user: AsUser, cast: Cast) -> None:
    db.session.add(Member(user=cast.hadi, agency=agency("POLRES")))
    db.session.commit()
    hadi = as_user("hadi")
    assert agency_on(hadi) == "POLRES"
    hadi.get("/rosters?agency=DAMKAR")
    assert agency_on(hadi) == "DAMKAR"


def test_an_agency_that_does_not_exist_is_not_remembered(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    first = agency_on(tuti)
    assert tuti.get("/rosters?agency=NONE").status_code == 404
    assert agency_on(tuti) == first


def test_the_roster_opens_on_the_agency_with_the_most_officers_for_a_reader_of_none(as_user: AsUser) -> None:
    assert agency_on(as_user("tuti")) == "POLRES"


@pytest.mark.both_databases
def test_the_roster_and_its_file_say_hours_worked_jobs_rest_and_long_duties(as_user: AsUser, cast: Cast) -> None:
    planned("agus", MONDAY)
    unit = cast.unit("TRAIL-01")
    for first, last in ((wib(MONDAY, 7), wib(MONDAY, 19, 30)), (wib(MONDAY + DAY, 4), wib(MONDAY + DAY, 8))):
        db.session.add(Shift(user_id=cast.agus.id, unit_id=unit.id, started_at=first, ended_at=last))
    db.session.add(
        Assignment(
            incident=press(cast), unit_id=unit.id, capability="patrol", status="cleared",
            expires_at=now(), accepted_at=wib(MONDAY, 9), ended_at=now(),
        )
    )  # fmt: skip
    cast.bayu.name = "=Bayu"
    db.session.commit()
    yusuf = as_user("yusuf")
    row = yusuf.get(MONTH).text.partition(f'id="officer-{cast.agus.id}"')[2].partition("</tr>")[0]
    assert re.findall(r'class="number sum">(?:<b class="against-rule" title="[^"]+">)?([^<]+)<', row) == [
        "8",
        "16,5",
        "1",
        "! 8,5",
        "! 1",
    ]
    answer = yusuf.get(MONTH.replace("/rosters", "/rosters/hours.csv"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="jam-POLRES-2026-11.csv"'
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert '"Agus Santoso";"8,0";"16,5";"1";"8,5";"1"' in lines
    assert '"\'=Bayu";"0,0";"0,0";"0";"";"0"' in lines
    assert yusuf.get("/rosters/hours.csv?agency=NONE").status_code == 404


def test_a_rest_just_below_eleven_hours_is_not_shown_as_eleven(app: Flask) -> None:
    with app.test_request_context():
        assert (hours(timedelta(hours=10, minutes=58)), hours(timedelta(hours=11))) == ("10,9", "11")


@pytest.mark.parametrize("address", ["swaps", "strength", "strength/new"])
def test_a_supervisor_finds_the_way_back_to_the_roster(as_user: AsUser, address: str) -> None:
    crumbs = as_user("hadi").get(f"/rosters/{address}").text.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert 'href="/rosters"' in crumbs
