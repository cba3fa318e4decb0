"""Copying a week: what is planned, what is left out and why, all or nothing."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.agencies.membership import set_agency
from meteor.rosters import absence, forms, week_copy
from meteor.rosters.models import PlannedShift
from meteor.rosters.views import copying
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.rosters.plans import MONDAY, agency, planned, shift_type, wib

pytestmark = pytest.mark.both_databases

DAY, WEEK = timedelta(days=1), timedelta(days=7)
TARGET = MONDAY + WEEK
BEFORE = wib(MONDAY, 0)
PAGE = "/rosters/week-copy?agency=POLRES"


def reasons(app: Flask, source: date = MONDAY, target: date = TARGET, at: datetime = BEFORE) -> dict[str, list[str]]:
    """What the preview leaves out and why, by day and officer."""
    with app.test_request_context():
        left_out = week_copy.preview(agency(), source, target, at).left_out
    return {f"{one.draft.day:%a} {one.shift.user.name}": list(one.reasons) for one in left_out}


def test_a_week_is_copied_with_units_and_posts(app: Flask, cast: Cast) -> None:
    planned("agus", MONDAY, "P", unit=cast.unit("TRAIL-01"), post="Alun-alun")
    planned("bayu", MONDAY + 6 * DAY, "M")
    planned("bayu", TARGET + DAY, "S")  # the next week is no part of it
    assert week_copy.copy(week_copy.preview(agency(), MONDAY, TARGET + WEEK, BEFORE), now(), cast.hadi) == 2
    copies = db.session.scalars(
        select(PlannedShift).where(PlannedShift.starts_at > wib(TARGET + WEEK, 0)).order_by(PlannedShift.starts_at)
    ).all()
    assert [(one.user.name, one.starts_at, one.post) for one in copies] == [
        ("Agus Santoso", wib(MONDAY + 2 * WEEK, 7), "Alun-alun"),
        ("Bayu Pratama", wib(MONDAY + 2 * WEEK + 6 * DAY, 23), ""),
    ]
    assert copies[0].unit == cast.unit("TRAIL-01")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "roster_week_copied")).one()
    assert entry.detail["planned_shifts"] == [one.id for one in copies]


def test_leave_overlap_and_rest_leave_shifts_out_with_their_reasons(app: Flask, cast: Cast) -> None:
    for day in range(3):
        planned("agus", MONDAY + day * DAY, "P")
    planned("bayu", MONDAY, "P")
    planned("agus", TARGET, "P")
    planned("bayu", TARGET - DAY, "M")
    absence.record_leave(cast.agus, TARGET + DAY, TARGET + DAY, "leave", "", now(), cast.hadi)
    db.session.flush()
    assert reasons(app) == {
        "Mon Agus Santoso": ["Agus Santoso: sudah dijadwalkan dari 9 Nov 07.00 sampai 9 Nov 15.00"],
        "Tue Agus Santoso": ["Agus Santoso: tidak masuk dari 10 Nov 2026 sampai 10 Nov 2026"],
        "Mon Bayu Pratama": ["Bayu Pratama: istirahat hanya 0 jam setelah shift yang berakhir 9 Nov 07.00"],
    }


def test_shifts_of_the_copy_itself_count_for_rest(app: Flask, cast: Cast) -> None:
    planned("agus", MONDAY, "S")
    planned("agus", MONDAY + DAY, "P")  # confirmed by the planner then, which does not count for the copy
    assert list(reasons(app)) == ["Tue Agus Santoso"]


def test_who_and_what_is_no_longer_there_is_left_out(app: Flask, cast: Cast) -> None:
    planned("agus", MONDAY, "P")
    planned("bayu", MONDAY, "S")
    planned("bayu", MONDAY + 2 * DAY, "P", unit=cast.unit("TRAIL-01"))
    set_agency(cast.agus, None, cast.tuti)
    shift_type("S").active = False
    cast.unit("TRAIL-01").in_service = False
    db.session.flush()
    assert [said for (said,) in reasons(app).values()] == [
        "Agus Santoso: tidak lagi bekerja di instansi ini",
        "Bayu Pratama: jenis shift Siang tidak dipakai lagi",
        "Bayu Pratama: TRAIL-01 sedang nonaktif atau milik instansi lain",
    ]


def field(page: str, name: str) -> str:
    """The value of a hidden field."""
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_what_would_be_over_is_left_out_and_what_runs_is_not(app: Flask, cast: Cast) -> None:
    planned("agus", MONDAY, "P")
    planned("bayu", MONDAY, "S")
    noon = wib(TARGET, 15)
    assert reasons(app, at=noon) == {"Mon Agus Santoso": ["Agus Santoso: shift ini sudah berakhir"]}
    assert len(week_copy.preview(agency(), MONDAY, TARGET, noon).planned) == 1


@pytest.fixture
def on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is MONDAY, the day from which pages plan."""
    monkeypatch.setattr(forms, "today", lambda: MONDAY)
    monkeypatch.setattr(copying, "now", lambda: wib(MONDAY, 6))


@pytest.mark.usefixtures("on_monday")
def test_hadi_copies_what_the_preview_said(as_user: Any, cast: Cast) -> None:
    planned("agus", MONDAY, "P")
    hadi: Browser = as_user("hadi")
    page = hadi.get(f"{PAGE}&source=2026-11-04&target=2026-11-15").text
    assert "Akan dijadwalkan: 1" in page
    form = {name: field(page, name) for name in ("source", "target", "seen")}
    assert (form["source"], form["target"]) == ("2026-11-02", "2026-11-09")
    assert hadi.post(PAGE, data=form).headers["Location"] == "/rosters?agency=POLRES&month=2026-11"
    db.session.rollback()
    assert len(db.session.scalars(select(PlannedShift)).all()) == 2
    again = hadi.post(PAGE, data=form)
    assert again.status_code == 422
    assert "Jadwal sudah berubah" in again.text
    assert len(db.session.scalars(select(PlannedShift)).all()) == 2


@pytest.mark.usefixtures("on_monday")
def test_what_is_planned_stands_first_and_what_is_left_out_below_by_reason(as_user: Any, cast: Cast) -> None:
    for day in range(3):
        planned("agus", MONDAY + day * DAY, "P")
    planned("agus", TARGET, "P")
    planned("bayu", MONDAY, "P")
    absence.record_leave(cast.agus, TARGET + DAY, TARGET + 2 * DAY, "leave", "", now(), cast.hadi)
    db.session.commit()
    page = as_user("hadi").get(f"{PAGE}&source={MONDAY}&target={TARGET}").text
    captions = re.findall(r"<caption>(.*?)</caption>", page)
    assert captions == ["Akan dijadwalkan: 1", "Tidak masuk: 2", "Sudah ada shift lain: 1"]
    assert "Agus Santoso: " not in page
    assert ">tidak masuk dari 10 Nov 2026 sampai 11 Nov 2026</td>" in page


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"source": "2026-11-02", "target": "2026-11-08"}, "Pilih minggu tujuan yang lain"),
        ({"source": "2026-11-02", "target": "9999-12-31"}, "paling jauh dua tahun"),
        ({"source": "2026-11-02", "target": "2026-11-01"}, "Minggu tujuan sudah lewat"),
        ({"source": "kemarin", "target": "2026-11-08"}, "Isi tanggal."),
    ],
)
@pytest.mark.usefixtures("on_monday")
def test_weeks_that_make_no_sense_are_refused(as_user: Any, cast: Cast, days: dict[str, str], words: str) -> None:
    shift_type("P")
    hadi: Browser = as_user("hadi")
    for answer in (
        hadi.get("/rosters/week-copy", query_string={"agency": "POLRES", **days}),
        hadi.post(PAGE, data=days),
    ):
        assert answer.status_code == 422
        assert words in answer.text
