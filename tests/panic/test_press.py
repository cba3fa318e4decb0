"""The press: what is answered, and that it is on disk."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from meteor.dispatch.models import Assignment
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.panic.conftest import JSON, PLACE, As, all_alerts, press

pytestmark = pytest.mark.usefixtures("agus_is_on_duty")


def test_a_press_is_answered_with_its_number(as_user: As) -> None:
    answer = press(as_user("sari"), **PLACE)
    (alert,) = all_alerts()
    assert answer.status_code == 201
    assert answer.json == {
        "id": str(alert.id), "number": alert.incident.number, "status": "open", "url": f"/alerts/{alert.id}",
    }  # fmt: skip


def test_the_nearest_unit_is_offered_it(as_user: As) -> None:
    press(as_user("sari"), **PLACE)
    assert db.session.query(Assignment).one().unit.call_sign == "TRAIL-01"


def test_the_same_press_again_is_answered_the_same_and_is_one_alert(as_user: As) -> None:
    one = {"id": str(uuid4())}
    first, second = press(as_user("sari"), **one), press(as_user("sari"), **one)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert len(all_alerts()) == 1


def test_another_press_joins_the_open_alert(as_user: As) -> None:
    first, second = press(as_user("sari"), **PLACE), press(as_user("sari"), **PLACE, kind="fire")
    assert first.json["number"] == second.json["number"]
    assert second.status_code == 201


def test_a_form_is_sent_to_the_page_of_its_alert(as_user: As) -> None:
    answer = as_user("sari").post("/alerts", data={"id": str(uuid4()), "kind": "fire"}, csrf=False)
    (alert,) = all_alerts()
    assert (answer.status_code, answer.location) == (303, f"/alerts/{alert.id}#pressed")
    assert alert.kind == "fire"


def test_json_is_taken_too(as_user: As) -> None:
    content = {"id": str(uuid4()), "latitude": -7.7337, "longitude": 113.2166, "silent": True}
    answer = as_user("sari").post("/alerts", json=content, headers=JSON, csrf=False)
    (alert,) = all_alerts()
    assert answer.status_code == 201
    assert (alert.latitude, alert.silent) == (-7.7337, True)


def test_what_is_doubtful_is_flagged_and_the_press_is_taken(as_user: As) -> None:
    fields = {"id": "x", "kind": "robbery", "latitude": "0", "longitude": "0", "accuracy": "-1", "note": "a" * 2001}
    assert press(as_user("sari"), **fields).status_code == 201
    (alert,) = all_alerts()
    assert set(alert.flags) == {"no_id", "unknown_kind", "bad_position", "bad_accuracy", "note_cut", "home_position"}
    assert alert.given == {
        "id": "x", "kind": "robbery", "latitude": "0", "longitude": "0", "accuracy": "-1", "note": "a",
    }  # fmt: skip


def test_a_press_of_many_megabytes_is_taken(as_user: As) -> None:
    body = b"kind=fire&note=" + b"a" * 9_000_000
    answer = as_user("sari").post("/alerts", input_stream=io.BytesIO(body), content_length=len(body), headers=JSON,
                                  content_type="application/x-www-form-urlencoded", csrf=False)  # fmt: skip
    (alert,) = all_alerts()
    assert answer.status_code == 201
    assert (alert.kind, len(alert.note), alert.flags[0]) == ("fire", 2000, "note_cut")


def test_a_suspended_reporter_is_answered_like_anybody(as_user: As, cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    answer = press(as_user("karto"), **PLACE)
    (alert,) = all_alerts()
    assert (answer.status_code, answer.json["status"]) == (201, "open")
    assert alert.incident.held


def test_every_role_may_press(as_user: As) -> None:
    for username in ("wahyu", "endang", "agus", "maya", "komang", "hadi", "tuti", "yusuf", "toko", "bagas"):
        assert press(as_user(username)).status_code == 201


def test_signed_out_nobody_presses(as_user: As) -> None:
    assert press(as_user("")).status_code == 401
    page = as_user("").post("/alerts", data={"note": "Ada api."}, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 401
    assert 'href="tel:112"' in page.text
    assert 'value="Ada api."' in page.text, "to be sent once they have signed in"
    assert all_alerts() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/anything?x"},
    ],
)
def test_a_press_from_a_page_of_ours_is_taken(as_user: As, headers: dict[str, str]) -> None:
    assert as_user("sari").post("/alerts", headers=JSON | headers, csrf=False).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://localhost:81"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
        {"Origin": "null", "Referer": "http://localhost/"},
        {"Referer": "http://elsewhere.example/http://localhost/"},
    ],
)
def test_a_press_from_another_site_is_refused(as_user: As, headers: dict[str, str]) -> None:
    answer = as_user("sari").post("/alerts", headers=JSON | headers, csrf=False)
    assert answer.status_code == 403
    assert "situs lain" in answer.json["detail"]
    assert all_alerts() == []


@pytest.mark.both_databases
def test_a_drill_is_answered_and_dispatches_nobody(as_user: As) -> None:
    answer = press(as_user("sari"), "/drills", **PLACE)
    (alert,) = all_alerts()
    assert (answer.status_code, answer.json["status"]) == (201, "closed")
    assert (alert.drill, alert.incident.drill, alert.accuracy) == (True, True, 12.0)
    assert db.session.query(Assignment).all() == []


def test_a_drill_needs_its_token(as_user: As) -> None:
    assert as_user("sari").post("/drills", csrf=False).status_code == 400
    assert all_alerts() == []


def test_no_field_makes_a_drill_of_a_press(as_user: As) -> None:
    press(as_user("sari"), drill="1")
    assert not all_alerts()[0].drill


values = st.text(max_size=50) | st.floats().map(str) | st.sampled_from(["-7.7", "113.2", "fire", "1", "\0", "\ud800"])
forms = st.dictionaries(
    st.sampled_from(["id", "kind", "latitude", "longitude", "accuracy", "position_age", "note", "silent", "waited"]),
    values,
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(content=forms, as_json=st.booleans())
def test_whatever_a_press_says_it_is_answered_with_success_and_on_disk(
    app: Flask, as_user: As, content: dict[str, str], as_json: bool
) -> None:
    how: dict[str, Any] = {"json": content} if as_json else {"data": _sendable(content)}
    answer = as_user("sari").post("/alerts", headers=JSON, csrf=False, **how)
    assert answer.status_code in (200, 201)
    assert UUID(answer.json["id"]) in {alert.id for alert in all_alerts()}


def _sendable(content: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode("utf-8", "surrogatepass") for name, text in content.items()}


def test_the_session_is_all_that_a_script_needs(app: Flask, as_user: As) -> None:
    cookie = as_user("sari").get_cookie("meteor")
    script = Client(app)
    script.set_cookie("meteor", cookie.value)
    assert script.post("/alerts", json={"id": str(uuid4())}, headers=JSON).status_code == 201
