"""/track/…: messages of OwnTracks, OsmAnd and Traccar Client, and what is answered."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from meteor.store.moments import now
from meteor.trackers import messages, rules, views
from meteor.trackers.messages import BadMessage, Fix
from meteor.web.throttle import limiter
from tests.trackers.phones import Phone

Send = Callable[..., TestResponse]
AT = datetime(2026, 11, 29, 10, 0, 5, tzinfo=UTC)
PLACE = {"lat": -7.7337, "lon": 113.2166}


# --- one form: degrees, m/s, percent, UTC ---


def test_owntracks_says_kilometres_an_hour_and_percent() -> None:
    fix = messages.owntracks({
        "_type": "location", **PLACE, "tst": int(AT.timestamp()), "acc": 12, "batt": 81, "vel": 36, "cog": 270,
        "alt": 10, "t": "u", "tid": "01", "conn": "m", "created_at": int(AT.timestamp()) + 3, "_id": "ab12",
    })  # fmt: skip
    assert fix == Fix(-7.7337, 113.2166, AT, 12, 10.0, 270, 81, AT + timedelta(seconds=3))


@pytest.mark.parametrize("stamp", ["1795946405", "1795946405000", "2026-11-29T10:00:05Z", "2026-11-29T17:00:05 07:00"])
def test_osmand_says_knots_and_one_of_several_forms_of_time(stamp: str) -> None:
    sent = {"lat": "-7.7337", "lon": "113.2166", "timestamp": stamp, "speed": "10", "bearing": "90", "batt": "55.5",
            "accuracy": "6", "hdop": "1", "altitude": "3", "charge": "true"}  # fmt: skip
    fix = messages.osmand(sent, now())
    assert fix == Fix(-7.7337, 113.2166, AT, 6, pytest.approx(5.144, abs=0.001), 90, 55.5)


def test_osmand_may_leave_the_time_out_and_give_the_place_in_one() -> None:
    assert messages.osmand({"location": "-7.7337,113.2166"}, AT) == Fix(-7.7337, 113.2166, AT)


def test_traccar_client_says_metres_a_second_and_a_battery_up_to_one() -> None:
    fix = messages.traccar({"device_id": "x", "location": {
        "timestamp": "2026-11-29T10:00:05.000Z", "is_moving": True, "mock": True,
        "coords": {"latitude": -7.7337, "longitude": 113.2166, "accuracy": 5, "speed": 7.5, "heading": 12},
        "battery": {"level": 0.5, "is_charging": True},
    }})  # fmt: skip
    assert fix == Fix(-7.7337, 113.2166, AT, 5, 7.5, 12, 50, mocked=True)


@pytest.mark.parametrize("extra", [{"batt": -1}, {"batt": 400}, {"vel": -1}, {"acc": "bad"}, {"cog": True}])
def test_a_senseless_extra_is_left_out_and_the_place_is_kept(extra: dict[str, Any]) -> None:
    fix = messages.owntracks({"_type": "location", **PLACE, "tst": int(AT.timestamp()), **extra})
    assert fix == Fix(-7.7337, 113.2166, AT)


@pytest.mark.parametrize(
    "tst", [None, "", "now", -5, 1e30, float("nan"), "2026-11-29T10:00:05", "0001-01-01T00:00+09:00"]
)
def test_a_senseless_moment_is_refused(tst: Any) -> None:
    with pytest.raises(BadMessage):
        messages.owntracks({"_type": "location", **PLACE, "tst": tst})


# --- the addresses ---


@pytest.mark.both_databases
@pytest.mark.parametrize("app_name", ["owntracks", "osmand", "traccar"])
def test_a_message_of_each_app_moves_the_unit(phone: Phone, app_name: str) -> None:
    answer = getattr(phone, app_name)(300)
    assert (answer.status_code, answer.text) == (200, "[]" if app_name == "owntracks" else "")
    assert phone.north == 300
    assert phone.tracker.heard_at


def test_osmand_is_taken_as_a_form_and_by_its_other_name_for_the_device(phone: Phone) -> None:
    assert phone.osmand(100, now() - timedelta(seconds=10), method="POST").status_code == 200
    assert phone.north == 100
    assert phone.osmand(130, id=None, deviceid=phone.token).status_code == 200
    assert phone.north == 130


def test_what_a_phone_says_of_its_battery_stays_when_the_next_message_says_nothing(phone: Phone) -> None:
    phone.owntracks(batt=81)
    phone.owntracks(0, now() + timedelta(seconds=2))
    assert phone.tracker.battery == 81


@pytest.mark.parametrize(
    "body", ["", "  ", '{"_type": "waypoint", "desc": "Rumah"}', '{"_type": "lwt"}', '{"_type": "encrypted"}', "{}"]
)
def test_owntracks_messages_without_a_fix_are_accepted_and_ignored(phone: Phone, body: str) -> None:
    answer = phone.post_owntracks(body)
    assert (answer.status_code, answer.get_json()) == (200, [])
    assert phone.tracker.heard_at is None


BAD = ["[1, 2]", "no json", '{"_type": "location"}', '{"_type": "location", "lat": 91, "lon": 1, "tst": 1}', "[" * 9000]


@pytest.mark.parametrize("body", BAD)
def test_a_bad_message_of_owntracks_is_refused(phone: Phone, body: str) -> None:
    assert phone.post_owntracks(body).status_code == 400
    assert phone.north is None


@pytest.mark.parametrize("extras", [{"lat": None}, {"lon": "east"}, {"timestamp": "yesterday"}, {"lat": "nan"}])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_bad_message_of_osmand_is_refused(phone: Phone, extras: dict[str, Any], method: str) -> None:
    assert phone.osmand(method=method, **extras).status_code == 400
    assert phone.north is None


@pytest.mark.parametrize("location", [None, [], {}, {"coords": 5}, {"coords": {"latitude": 1, "longitude": 2}}])
def test_a_bad_message_of_traccar_client_is_refused(phone: Phone, location: Any) -> None:
    sent = {"device_id": phone.token, "location": location}
    assert phone.http.post("/track/osmand", json=sent, csrf=False).status_code == 400


@pytest.mark.parametrize("body", ["no json", "[1]", '"x"', ""])
def test_a_body_that_is_no_object_is_refused_by_osmand(phone: Phone, body: str) -> None:
    answer = phone.http.post("/track/osmand", data=body, content_type="application/json", csrf=False)
    assert answer.status_code == 400


def test_an_unknown_device_is_not_found_by_osmand_and_unauthorized_to_owntracks(phone: Phone) -> None:
    assert phone.osmand(id="unknown").status_code == 404
    assert phone.osmand(id=None).status_code == 404
    assert phone.http.post("/track/osmand", json={"device_id": "unknown"}, csrf=False).status_code == 404
    wrong = phone.post_owntracks("{}", token="unknown")
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, 'Basic realm="METEOR"')
    assert phone.http.post("/track/owntracks", data="{}", csrf=False).status_code == 401
    assert phone.north is None


def test_a_withdrawn_device_is_unknown(phone: Phone) -> None:
    rules.withdraw(phone.tracker, now(), None)
    rules.db.session.commit()
    assert (phone.osmand().status_code, phone.owntracks().status_code) == (404, 401)


def test_the_user_of_owntracks_may_be_anything(phone: Phone) -> None:
    assert phone.post_owntracks("{}", user="siapa saja").status_code == 200


def test_a_message_over_64_kilobytes_is_refused(phone: Phone) -> None:
    assert phone.post_owntracks("x" * (views.LARGEST + 1)).status_code == 413
    long = {"id": phone.token, "note": "x" * views.LARGEST}
    assert phone.http.post("/track/osmand", data=long, csrf=False).status_code == 413


def test_a_device_that_sends_too_much_is_told_to_wait_and_no_other_is(
    phone: Phone, cast: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Phone(app, cast, "TRAIL-02")
    limit = views.PER_MINUTE
    for _ in range(limit.amount):
        limiter.limiter.hit(limit, f"tracker:{phone.id}")
    answer = phone.owntracks()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert (phone.north, other.owntracks(5).status_code) == (None, 200)


def test_a_refusal_is_said_to_a_machine(phone: Phone) -> None:
    answer = phone.post_owntracks(json.dumps({"_type": "location"}))
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json(force=True)["detail"] == "Ini tidak ada atau salah: latitude"
    assert "HTTP Basic" in phone.post_owntracks("{}", token="unknown").get_json(force=True)["detail"]
