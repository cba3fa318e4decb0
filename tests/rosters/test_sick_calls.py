"""An officer reports sick: the supervisors are told, and no shift is cancelled."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from babel.dates import format_date
from flask_babel import force_locale
from markupsafe import escape
from sqlalchemy import delete, select

from meteor.agencies.models import Member
from meteor.notices.labels import sentence
from meteor.notices.models import Notice
from meteor.notices.unread import version
from meteor.rosters import absence, sick_calls
from meteor.rosters.models import PlannedShift
from meteor.store.database import db
from meteor.store.moments import now, today
from tests.admin import followed
from tests.cast import Cast
from tests.conftest import Browser
from tests.rosters.plans import MONDAY, agency, planned, wib

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

DAY = timedelta(days=1)
SICK = "/rosters/own/sickness"


def days(first: int = 0, last: int = 0) -> dict[str, str]:
    """The form of a report, in days from today."""
    return {"first_day": (today() + first * DAY).isoformat(), "last_day": (today() + last * DAY).isoformat()}


def reports() -> list[tuple[str | None, bool]]:
    """To which role each report went, and whether it still stands."""
    db.session.expire_all()
    rows = db.session.scalars(select(Notice).where(Notice.kind == "sick_call").order_by(Notice.id))
    return [(row.role, row.acknowledged_at is None) for row in rows]


def test_the_supervisor_is_led_to_the_form_filled_in_and_nothing_is_cancelled(as_user: AsUser, cast: Cast) -> None:
    planned("agus", today() + DAY)
    db.session.commit()
    agus = as_user("agus")
    assert "Shift Anda belum dibatalkan" in agus.get("/rosters/own").text
    page = followed(agus, agus.post(SICK, data=days(0, 2)))
    assert "Shift Anda tetap terjadwal" in page
    assert "Sudah dilaporkan" in page
    assert reports() == [("supervisor", True)]
    notice = db.session.scalars(select(Notice).where(Notice.kind == "sick_call")).one()
    assert db.session.scalars(select(PlannedShift)).one().cancelled_at is None
    form = as_user("hadi").get(notice.url).text
    assert re.search(r'<input[^>]*name="user_id"[^>]*value="Agus Santoso · agus"', form)
    assert '<option selected value="sick">' in form
    for day in days(0, 2).values():
        assert f'value="{day}"' in form
    assert parse_qs(urlsplit(notice.url).query)["agency"] == ["POLRES"]


def test_the_form_lists_the_shifts_in_the_way_at_once_so_that_they_are_cancelled_with_it(
    as_user: AsUser, cast: Cast
) -> None:
    shift = planned("agus", today() + DAY)
    db.session.commit()
    as_user("agus").post(SICK, data=days(0, 2))
    address = db.session.scalars(select(Notice.url).where(Notice.kind == "sick_call")).one()
    hadi = as_user("hadi")
    form = hadi.get(address)
    assert form.status_code == 200
    assert f"{format_date(today() + DAY, 'd MMM', locale='id')} Pagi" in form.text
    asked = re.findall(r'name="asked" value="([^"]+)"', form.text)
    typed = {"user_id": "Agus Santoso", "kind": "sick", "cancelling": "y", "asked": asked}
    assert hadi.post(address, data=days(0, 2) | typed).status_code == 302
    db.session.refresh(shift)
    assert shift.cancelled_at is not None


def test_nothing_but_the_form_says_why_the_officer_cannot_come(as_user: AsUser, cast: Cast) -> None:
    as_user("agus").post(SICK, data=days())
    notice = db.session.scalars(select(Notice).where(Notice.kind == "sick_call")).one()
    with force_locale("id"):
        said = sentence(notice.kind, notice.detail)
    day = format_date(today(), "d MMM", locale="id")
    assert said.startswith(f"Agus Santoso (Polres Probolinggo Kota) berhalangan hadir: {day}.")
    assert "sick" not in notice.url
    later = notice.url.replace(f"day={today()}", f"day={today() + DAY}")
    assert '<option selected value="sick">' not in as_user("hadi").get(later).text


def test_the_roster_lists_a_report_for_planners_until_it_is_recorded_also_if_a_supervisor_knows(
    as_user: AsUser, cast: Cast
) -> None:
    as_user("agus").post(SICK, data=days(0, 2))
    notice = db.session.scalars(select(Notice).where(Notice.kind == "sick_call")).one()
    notice.acknowledged_at, notice.acknowledged_by_id = now(), cast.hadi.id
    db.session.commit()
    link = f'href="{escape(notice.url)}"'
    for planner in ("hadi", "tuti"):
        assert link in as_user(planner).get("/rosters?agency=DAMKAR").text
    assert link not in as_user("yusuf").get("/rosters?agency=POLRES").text
    absence.record_leave(cast.agus, today(), today() + 2 * DAY, "sick", "", now(), cast.hadi)
    db.session.commit()
    assert link not in as_user("tuti").get("/rosters?agency=DAMKAR").text


def test_a_newer_report_replaces_the_older_also_on_screens_that_are_open(as_user: AsUser, cast: Cast) -> None:
    shown = set()
    for last in (0, 3):
        as_user("agus").post(SICK, data=days(0, last))
        shown.add(version(cast.hadi.id, cast.hadi.role_names))
    assert len(shown) == 2
    as_user("bayu").post(SICK, data=days())
    assert reports() == [("supervisor", True), ("supervisor", True)]


@pytest.mark.parametrize(("first", "last"), [(-1, 0), (1, 0), (0, 15), (15, 16)])
def test_days_that_make_no_sense_are_refused(as_user: AsUser, first: int, last: int) -> None:
    answer = as_user("agus").post(SICK, data=days(first, last))
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.text  # the form stands far below
    assert '<details class="confirm" id="sick" open>' in answer.text
    assert reports() == []


def test_days_that_are_leave_already_are_left_out(as_user: AsUser, cast: Cast) -> None:
    absence.record_leave(cast.agus, today(), today() + DAY, "sick", "", now(), cast.hadi)
    db.session.commit()
    agus = as_user("agus")
    answer = agus.post(SICK, data=days(0, 1))
    assert answer.status_code == 422
    assert "Ketidakhadiran Anda pada hari-hari ini sudah dicatat" in answer.text
    assert reports() == []
    page = followed(agus, agus.post(SICK, data=days(1, 3)))
    first, last = today() + 2 * DAY, today() + 3 * DAY
    reported = "–".join(format_date(day, "d MMM", locale="id") for day in (first, last))
    assert f"Sudah dilaporkan: {reported}" in page
    notice = db.session.scalars(select(Notice).where(Notice.kind == "sick_call")).one()
    assert f"day={first}&last={last}" in notice.url


@pytest.mark.parametrize("last_day", ["9999-12-31", "besok", ""])
def test_a_day_that_is_none_is_refused(as_user: AsUser, last_day: str) -> None:
    assert as_user("agus").post(SICK, data=days() | {"last_day": last_day}).status_code == 422


def test_an_officer_of_no_agency_has_nobody_to_tell(as_user: AsUser, cast: Cast) -> None:
    db.session.execute(delete(Member).where(Member.user_id == cast.agus.id))
    db.session.commit()
    assert as_user("agus").post(SICK, data=days()).status_code == 404


def test_the_report_ends_once_leave_is_recorded(cast: Cast) -> None:
    for officer in (cast.agus, cast.bayu):
        sick_calls.report(officer, agency(), MONDAY, MONDAY, wib(MONDAY, 5))
    absence.record_leave(cast.agus, MONDAY, MONDAY, "sick", "", wib(MONDAY, 6), cast.hadi)
    assert reports() == [("supervisor", True)]
    assert sick_calls.reported(cast.agus.id) is None
    assert sick_calls.reported(cast.bayu.id) is not None


def test_leave_of_other_days_leaves_the_report(cast: Cast) -> None:
    sick_calls.report(cast.agus, agency(), MONDAY, MONDAY + DAY, wib(MONDAY, 5))
    for day in (MONDAY - DAY, MONDAY + 2 * DAY):
        absence.record_leave(cast.agus, day, day, "training", "", wib(MONDAY, 6), cast.hadi)
    assert reports() == [("supervisor", True)]


@pytest.mark.parametrize(("first", "left"), [(0, "4 Nov"), (1, "2 Nov–4 Nov"), (2, "2 Nov–3 Nov")])
def test_leave_of_some_of_the_days_tells_of_those_that_are_left(cast: Cast, first: int, left: str) -> None:
    sick_calls.report(cast.agus, agency(), MONDAY, MONDAY + 2 * DAY, wib(MONDAY, 5))
    leave = MONDAY + first * DAY, MONDAY + max(first, 1 - first) * DAY
    absence.record_leave(cast.agus, *leave, "sick", "", wib(MONDAY, 6), cast.hadi)
    assert reports() == [("supervisor", True)]
    known = sick_calls.reported(cast.agus.id)
    assert known is not None
    assert known.detail["days"]["id"] == left


def test_days_of_the_report_that_are_over_are_not_told_again(cast: Cast) -> None:
    sick_calls.report(cast.agus, agency(), MONDAY, MONDAY + 2 * DAY, wib(MONDAY, 5))
    wednesday = MONDAY + 2 * DAY
    absence.record_leave(cast.agus, wednesday, wednesday, "sick", "", wib(wednesday, 6), cast.hadi)
    assert sick_calls.reported(cast.agus.id) is None


def test_the_report_ends_with_its_days(cast: Cast) -> None:
    sick_calls.report(cast.agus, agency(), MONDAY, MONDAY + DAY, wib(MONDAY, 5))
    sick_calls.end_over(wib(MONDAY + DAY, 23))
    assert reports() == [("supervisor", True)]
    sick_calls.end_over(wib(MONDAY + 2 * DAY, 0))
    assert reports() == []


def test_a_report_of_days_that_are_over_is_none(cast: Cast) -> None:
    for first, last in ((MONDAY - DAY, MONDAY), (MONDAY, MONDAY + 15 * DAY)):
        with pytest.raises(ValueError, match="date"):
            sick_calls.report(cast.agus, agency(), first, last, wib(MONDAY, 5))
