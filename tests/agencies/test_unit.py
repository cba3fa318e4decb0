"""/unit: beginning and ending duty, breaks, and the positions that a tablet sends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from meteor.agencies import positions, rules
from meteor.agencies.models import Shift
from meteor.dispatch import rules as dispatch
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]
FIX = {"latitude": HOME[0], "longitude": HOME[1], "accuracy": 12.5}


def crews(username: str) -> str | None:
    db.session.rollback()
    shifts = db.session.scalars(select(Shift).where(Shift.ended_at.is_(None)))
    return next((shift.unit.call_sign for shift in shifts if shift.user.username == username), None)


# --- beginning and ending duty ---


@pytest.mark.both_databases
def test_an_officer_begins_duty_on_a_unit_and_comes_to_the_queue(as_user: AsUser, cast: Cast) -> None:
    answer = as_user("agus").post("/unit", data={"unit": cast.unit("TRAIL-01").id})
    assert (answer.status_code, answer.location) == (303, "/incidents")
    assert crews("agus") == "TRAIL-01"


def test_the_units_of_the_own_agency_are_offered_and_no_others(as_user: AsUser, cast: Cast) -> None:
    page = as_user("agus").get("/unit").text
    assert "TRAIL-01" in page
    assert "PATROLI-01" in page
    assert "AMBULANS-01" not in page


def test_who_is_on_a_unit_stands_beside_it(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "bayu", "TRAIL-02")
    assert "Awak: Bayu Pratama" in as_user("agus").get("/unit").text


def test_the_unit_of_the_last_duty_is_chosen_already(as_user: AsUser, cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-02")
    rules.end_duty(cast.agus, now())
    assert f'value="{unit.id}" checked' in as_user("agus").get("/unit").text


@pytest.mark.parametrize("unit", ["", "AMBULANS-01", "nonsense", "0"])
def test_a_unit_that_is_not_theirs_to_crew_is_refused(as_user: AsUser, cast: Cast, unit: str) -> None:
    value = cast.unit(unit).id if unit == "AMBULANS-01" else unit
    answer = as_user("agus").post("/unit", data={"unit": value})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert crews("agus") is None


@pytest.mark.both_databases
def test_an_officer_of_no_agency_is_told_whom_to_ask(as_user: AsUser, cast: Cast) -> None:
    db.session.delete(db.session.scalars(select(rules.Member).where(rules.Member.user_id == cast.agus.id)).one())
    assert "administrator" in as_user("agus").get("/unit").text


def test_nobody_is_on_duty_on_two_units(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    agus = as_user("agus")
    agus.post("/unit", data={"unit": cast.unit("TRAIL-02").id})
    assert "sudah berdinas di TRAIL-01" in agus.get("/unit").text
    assert crews("agus") == "TRAIL-01"


def test_duty_ends_and_the_unit_goes_off_duty_with_the_last_of_its_crew(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-01")
    assert as_user("agus").post("/unit/sign-off").location == "/unit"
    assert (crews("agus"), cast.unit("TRAIL-01").status) == (None, "available")
    as_user("bayu").post("/unit/sign-off")
    assert (crews("bayu"), cast.unit("TRAIL-01").status) == (None, "off_duty")


def test_duty_does_not_end_while_the_unit_has_an_offer_and_says_what_to_do(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    agus = as_user("agus")
    agus.post("/unit/sign-off")
    page = agus.get("/unit").text
    assert "Dinas Anda berlanjut: TRAIL-01 masih bertugas" in page
    assert crews("agus") == "TRAIL-01"


def test_one_of_two_may_leave_in_the_middle_of_a_job(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-01")
    report(cast)
    as_user("agus").post("/unit/sign-off")
    assert crews("agus") is None
    assert crews("bayu") == "TRAIL-01"


def test_ending_duty_twice_is_ending_it_once(as_user: AsUser, cast: Cast) -> None:
    assert as_user("agus").post("/unit/sign-off").status_code == 303


# --- status ---


def test_a_break_is_one_tap_and_so_is_its_end(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    agus = as_user("agus")
    assert agus.post("/unit", data={"status": "off_duty"}).location == "/unit"
    assert cast.unit("TRAIL-01").status == "off_duty"
    assert "Selama istirahat unit Anda tidak ditawari tugas" in agus.get("/unit").text
    agus.post("/unit", data={"status": "available"})
    db.session.rollback()
    assert cast.unit("TRAIL-01").status == "available"


def test_with_a_job_the_status_is_not_set_by_hand(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    agus = as_user("agus")
    agus.post("/unit", data={"status": "off_duty"})
    page = agus.get("/unit").text
    assert "TRAIL-01 sedang bertugas" in page
    assert page.count(" disabled>") == 2
    assert cast.unit("TRAIL-01").status == "offered"


def test_a_machine_is_told_by_a_409_that_the_unit_has_a_job(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    answer = as_user("agus").post("/unit", data={"status": "off_duty"}, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "TRAIL-01" in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize("status", ["", "on_scene", "nonsense"])
def test_another_status_is_refused_with_those_that_would_be_right_in_words(
    as_user: AsUser, cast: Cast, status: str
) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    answer = as_user("agus").post("/unit", data={"status": status})
    assert answer.status_code == 422
    assert "Pilih apakah unit siap atau lepas dinas." in answer.text


def test_off_duty_there_is_no_status_to_set(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    agus.post("/unit", data={"status": "available"})
    assert "Anda tidak sedang berdinas" in agus.get("/unit").text


# --- what is polled ---


@pytest.mark.parametrize("address", ["/unit/status", "/unit/strip"])
def test_a_poll_brings_what_changed_and_nothing_else(as_user: AsUser, cast: Cast, address: str) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    agus = as_user("agus")
    first = agus.get(address)
    version = first.text.split('data-version="')[1].split('"')[0].replace("&#39;", "'")
    assert agus.get(address, query_string={"v": version}).status_code == 204
    rules.set_status(unit, "off_duty", now())
    assert agus.get(address, query_string={"v": version}).status_code == 200


def test_a_page_whose_duty_ended_elsewhere_goes_to_the_choice_of_a_unit(as_user: AsUser, cast: Cast) -> None:
    assert as_user("agus").get("/unit/strip").headers["HX-Redirect"] == "/unit"


@pytest.mark.parametrize(
    ("age", "words"),
    [(1, None), (12, "lama: unit lain didahulukan"), (31, "terlalu lama: pos Anda yang dihitung")],
)
def test_the_age_of_the_position_is_said_in_words(as_user: AsUser, cast: Cast, age: int, words: str | None) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    taken = now() - timedelta(minutes=age)
    positions.report_position(unit, unit.base_latitude, unit.base_longitude, 10, taken, now())
    page = as_user("agus").get("/unit").text
    assert f'datetime="{taken.isoformat(timespec="seconds").replace("+00:00", "Z")}"' in page
    assert ('class="worth"' in page) == bool(words)
    assert words is None or words in page


def test_away_from_the_base_a_position_of_half_an_hour_means_that_nothing_is_offered(
    as_user: AsUser, cast: Cast
) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    positions.report_position(unit, -7.70, 113.21, 10, now() - timedelta(minutes=31), now())
    assert "Anda tidak ditawari tugas" in as_user("agus").get("/unit").text


# --- positions ---


def test_a_position_is_kept_as_a_form_and_as_json(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    agus = as_user("agus")
    taken = now() - timedelta(seconds=5)
    answer = agus.post("/unit/position", data={**FIX, "at": taken.isoformat()})
    assert (answer.status_code, answer.data) == (204, b"")
    unit = cast.unit("TRAIL-01")
    assert (unit.latitude, unit.longitude, unit.accuracy, unit.position_at) == (*HOME, 12.5, taken)
    moved = {**FIX, "latitude": -7.7339, "at": int(now().timestamp())}
    assert agus.post("/unit/position", json=moved).status_code == 204
    db.session.refresh(unit)
    assert unit.latitude == -7.7339


def test_a_position_without_its_time_is_of_now(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    assert as_user("agus").post("/unit/position", data=FIX).status_code == 204
    position_at = cast.unit("TRAIL-01").position_at
    assert position_at
    assert now() - position_at < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latitude", None), ("latitude", "north"), ("latitude", "90.1"), ("latitude", "nan"),
        ("longitude", None), ("longitude", "-180.5"), ("longitude", "inf"), ("longitude", [1]),
        ("accuracy", "-1"), ("accuracy", "good"), ("accuracy", "1e9"),
        ("at", "yesterday"), ("at", "2026-11-24T07:00:00"), ("at", "9" * 30),
    ],
)  # fmt: skip
def test_a_position_that_is_none_is_refused_by_its_field(as_user: AsUser, cast: Cast, field: str, value: Any) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    answer = as_user("agus").post("/unit/position", json={**FIX, field: value})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert list(answer.get_json(force=True)["errors"]) == [field]
    assert cast.unit("TRAIL-01").position_at is None


def test_nowhere_in_the_atlantic_is_no_position(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    answer = as_user("agus").post("/unit/position", data={"latitude": "0", "longitude": "0"})
    assert list(answer.get_json(force=True)["errors"]) == ["latitude"]


@pytest.mark.parametrize("body", [b"", b"[1, 2]", b"not json"])
def test_a_body_that_holds_no_position_names_both_fields(as_user: AsUser, cast: Cast, body: bytes) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    answer = as_user("agus").post("/unit/position", data=body, content_type="application/json")
    assert list(answer.get_json(force=True)["errors"]) == ["latitude", "longitude"]


def test_a_position_from_the_future_is_dropped_and_that_is_said(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    ahead = (now() + timedelta(minutes=6)).isoformat()
    answer = as_user("agus").post("/unit/position", data={**FIX, "at": ahead})
    assert answer.status_code == 200
    assert answer.get_json() == {"kept": False, "why": "from the future"}
    assert cast.unit("TRAIL-01").position_at is None


def test_a_position_that_is_older_than_the_known_one_is_dropped_and_that_is_said(as_user: AsUser, cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    positions.report_position(unit, -7.74, 113.21, 5, now(), now())
    old = (now() - timedelta(minutes=1)).isoformat()
    answer = as_user("agus").post("/unit/position", data={**FIX, "at": old})
    assert answer.get_json() == {"kept": False, "why": "not newer than the position that is known"}
    db.session.refresh(unit)
    assert unit.latitude == -7.74


def test_off_duty_no_position_is_taken(as_user: AsUser, cast: Cast) -> None:
    answer = as_user("agus").post("/unit/position", data=FIX, headers={"Accept": "application/json"})
    assert answer.status_code == 409


def test_a_position_needs_its_token(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    assert as_user("agus").post("/unit/position", data=FIX, csrf=False).status_code == 400


# --- who may ---


@pytest.mark.parametrize("who", ["sari", "endang", "maya", "komang", "tuti", "yusuf"])
@pytest.mark.parametrize("address", ["/unit", "/unit/status", "/unit/strip"])
def test_a_unit_is_for_officers_alone(as_user: AsUser, cast: Cast, who: str, address: str) -> None:
    assert as_user(who).get(address).status_code == 403


@pytest.mark.parametrize("address", ["/unit", "/unit/sign-off", "/unit/position"])
def test_nobody_else_changes_anything_about_a_unit(as_user: AsUser, cast: Cast, address: str) -> None:
    assert as_user("komang").post(address).status_code == 403
    assert as_user("").post(address, csrf=True).status_code == 401


def test_a_job_that_was_cleared_lets_duty_end(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    dispatch.refuse(open_assignment("TRAIL-01"), "vehicle", now(), cast.agus)
    as_user("agus").post("/unit/sign-off")
    assert crews("agus") is None
