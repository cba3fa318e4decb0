"""What partners report: what becomes of it, and how it is refused."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.alerts.models import Alert
from meteor.hazards import handling
from meteor.hazards.models import HazardReport
from meteor.open311.rules import REQUESTS
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.open311.sent import FLOOD, none, only, problems, reported, sends, tree
from tests.partners import Partner
from tests.test_limits import use_up

AsUser = Callable[[str], Browser]


@pytest.mark.both_databases
def test_a_request_is_a_report_with_all_that_it_says(lapor: Partner) -> None:
    report = reported(
        lapor, address_string="Jl. Ikan Paus 3", first_name="Budi", last_name="Santoso", phone="0812-3456-7890",
        email="budi@example.org", device_id="d", account_id="9", jurisdiction_id="probolinggokota.go.id",
        **{"attribute[severity]": "2", "attribute[water_level]": "62"},
    )  # fmt: skip
    assert (report.kind, report.status, report.client_id) == ("flood", "received", lapor.id)
    assert (report.latitude, report.longitude, report.place) == (*HOME, "Jl. Ikan Paus 3")
    assert (report.name, report.phone, report.note) == ("Budi Santoso", "+6281234567890", "Air masuk rumah")
    assert (report.severity, report.water_level, report.alert_id) == (2, 62, None)
    assert report.kelurahan is not None


def test_the_answer_has_the_number_and_a_notice_in_xml_too(lapor: Partner) -> None:
    answer = sends(lapor, to="/open311/v2/requests.xml")
    request = tree(answer).find("request")
    assert answer.status_code == 201
    assert request is not None
    assert only(request.findtext("service_request_id") or "").kind == "flood"
    assert "112" in (request.findtext("service_notice") or "")


@pytest.mark.parametrize("attribute", ["attribute[danger]", "attribute[danger][]"])
def test_a_danger_is_an_alert_at_once(lapor: Partner, attribute: str) -> None:
    report = reported(lapor, first_name="Budi", phone="081234567890", **{attribute: ["trapped", "rising"]})
    alert = db.session.get_one(Alert, report.alert_id)
    assert (alert.source, alert.caller_phone, alert.caller_name) == ("hazard", "+6281234567890", "Budi")
    assert report.danger == "trapped rising"
    assert "no_account" in alert.flags
    assert alert.incident.priority == 1


def test_nothing_of_an_urgent_request_is_refused(lapor: Partner) -> None:
    wrong = {"phone": "-", "lat": "x", "attribute[severity]": "9", "description": "x" * 5000}
    fire = reported(lapor, **{**wrong, "service_code": "fire"})
    assert (fire.kind, fire.latitude, len(fire.note), fire.alert_id is not None) == ("fire", None, 4000, True)
    unknown = reported(lapor, service_code="pothole", **{"attribute[danger]": "trapped"})
    assert (unknown.kind, unknown.alert_id is not None) == ("other", True)


@pytest.mark.parametrize("danger", [["trapped,rising"], ["Rising, TRAPPED "], ["trapped", "shark,,rising"]])
def test_dangers_joined_with_commas_or_in_capitals_are_an_alert(lapor: Partner, danger: list[str]) -> None:
    report = reported(lapor, **{"attribute[danger]": danger})
    assert (report.danger, report.alert_id is not None) == ("trapped rising", True)


WRONG = [
    ({"lat": "", "long": ""}, "lat:"), ({"lat": "91"}, "lat:"), ({"long": "x"}, "long:"), ({"long": ""}, "lat:"),
    ({"lat": "nan"}, "lat:"), ({"service_code": ""}, "service_code:"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "named"), WRONG, ids=[f"{named} {len(fields)}" for fields, named in WRONG])
def test_a_missing_service_or_place_is_named(lapor: Partner, fields: dict[str, str], named: str) -> None:
    answer = sends(lapor, phone="-", **fields)
    assert answer.status_code == 400, answer.text
    assert any(words.startswith(named) for words in problems(answer)), answer.text
    assert not any("phone" in words for words in problems(answer))
    assert none()


LEFT_OUT = [
    ("phone", "0335 421x", ("phone", "")), ("attribute[severity]", "4", ("severity", None)),
    ("attribute[danger]", "shark", ("danger", "")), ("attribute[water_level]", "45 cm", ("water_level", None)),
    ("attribute[water_level]", "-1", ("water_level", None)), ("description", "x" * 4001, ("note", "x" * 4000)),
    ("first_name", "x" * 101, ("name", "x" * 100)), ("address_string", "x" * 201, ("place", "x" * 200)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "kept"), LEFT_OUT, ids=[f"{name} {kept[1]}" for name, _, kept in LEFT_OUT])
def test_another_wrong_field_is_left_out_or_cut_and_the_notice_names_it(
    lapor: Partner, name: str, value: str, kept: tuple[str, object]
) -> None:
    (said,) = sends(lapor, **{name: value}).json
    assert said["service_notice"].endswith(f"dihilangkan atau dipersingkat: {name}.")
    assert getattr(only(said["service_request_id"]), kept[0]) == kept[1]


def test_a_photos_address_that_is_too_long_is_left_out(lapor: Partner) -> None:
    (said,) = sends(lapor, media_url=f"https://example.org/{'x' * 2000}").json
    assert "media_url" in said["service_notice"]
    assert db.session.scalar(select(OutboxItem.id).where(OutboxItem.topic == "hazard_photo")) is None


def test_a_wrong_position_beside_an_address_is_left_out(lapor: Partner) -> None:
    (said,) = sends(lapor, lat="91", address_string="dekat pohon beringin").json
    report = only(said["service_request_id"])
    assert (report.place, report.latitude) == ("dekat pohon beringin", None)
    assert "lat" in said["service_notice"]


def test_the_notice_names_the_target_and_promises_nothing(lapor: Partner) -> None:
    (said,) = sends(lapor).json
    assert said["service_notice"] == "BPBD berupaya menjawab dalam 15 menit. Dalam keadaan darurat hubungi 112."


def test_an_unknown_service_is_not_found(lapor: Partner) -> None:
    answer = sends(lapor, service_code="pothole")
    assert answer.status_code == 404
    assert "pothole" in problems(answer)[0]
    assert none()


def test_an_address_alone_is_enough(lapor: Partner) -> None:
    report = reported(lapor, lat="", long="", address_string="dekat pohon beringin")
    assert (report.place, report.place_source, report.latitude) == ("dekat pohon beringin", "words", None)


@pytest.mark.both_databases
def test_the_same_key_is_one_report(lapor: Partner) -> None:
    first, again = sends(lapor, key="lapor-1"), sends(lapor, key="lapor-1")
    assert (first.status_code, again.status_code, first.json) == (201, 201, again.json)
    other = sends(lapor, key="lapor-1", description="Lain")
    assert (other.status_code, len(problems(other))) == (409, 1)
    assert db.session.scalar(select(func.count()).select_from(HazardReport)) == 1


def test_beyond_the_days_limit_only_what_is_urgent_is_taken(lapor: Partner) -> None:
    use_up(f"client:{lapor.id}", REQUESTS)
    refused = sends(lapor)
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert problems(refused)
    fire = reported(lapor, service_code="fire")
    assert "many_reports" in db.session.get_one(Alert, fire.alert_id).flags


def test_a_large_body_is_refused(lapor: Partner) -> None:
    assert problems(sends(lapor, description="x" * 70_000))
    assert none()


def test_a_format_that_is_none_stores_nothing(lapor: Partner) -> None:
    assert sends(lapor, to="/open311/v2/requests.yaml").status_code == 406
    assert none()


def test_the_desk_says_from_which_client_it_came(lapor: Partner, as_user: AsUser) -> None:
    report = reported(lapor, first_name="Budi", phone="081234567890")
    bagas = as_user("bagas")
    page = bagas.get(f"/hazards/desk/{report.number}").text
    assert all(words in page for words in ("Budi", "dari SP4N-LAPOR", "Nomor belum terverifikasi"))
    row = bagas.get("/hazards/desk").text
    assert '<span class="client">dari SP4N-LAPOR</span>' in row
    assert '<span class="severity"></span>' in row  # or what follows moves a column to the left


def test_the_reporter_of_a_partner_is_asked_nothing_since_no_answer_could_come(
    lapor: Partner, cast: Cast, as_user: AsUser
) -> None:
    at, bagas = f"/hazards/desk/{reported(lapor).number}", as_user("bagas")
    page = bagas.get(at).text
    assert f"{at}/question" not in page
    assert "SP4N-LAPOR tidak meneruskan jawaban" in page
    refused = bagas.post(f"{at}/question", data={"question": "Seberapa dalam?"})
    assert (refused.status_code, "tidak dapat menjawab" in refused.text) == (422, True)
    report = only(at.rpartition("/")[2])
    assert (report.status, report.answered_at) == ("received", None)
    with pytest.raises(handling.CannotAnswer):
        handling.ask(report, "Seberapa dalam?", now(), cast.bagas)


# --- keys ---


def test_without_a_good_key_nothing_is_taken(app: Flask, lapor: Partner) -> None:
    nobody = app.test_client()
    for key in ({}, {"api_key": "x"}, {"api_key": ""}):
        answer = nobody.post("/open311/v2/requests.json", data=FLOOD | key, csrf=False)  # type: ignore[call-arg]
        assert answer.status_code == 403
        assert problems(answer)
    reader = Partner(app, "Pembaca", "hazards:read")
    assert "hazards:write" in problems(sends(reader))[0]
    assert none()


def test_a_bearer_token_is_a_key(lapor: Partner) -> None:
    assert lapor.post("/open311/v2/requests.json", data=FLOOD).status_code == 201


def test_a_clients_requests_in_a_minute_are_limited(app: Flask) -> None:
    slow = Partner(app, "Pelan", "hazards:write", per_minute=1)
    answers = [sends(slow), sends(slow)]
    assert [answer.status_code for answer in answers] == [201, 429]
    assert problems(answers[1])


@pytest.mark.parametrize("urgent", [{"service_code": "fire"}, {"attribute[danger]": "rising,trapped"}])
def test_what_is_urgent_is_taken_beyond_the_minutes_limit_and_flagged(app: Flask, urgent: dict[str, str]) -> None:
    slow = Partner(app, "Pelan", "hazards:write", per_minute=1)
    sends(slow)
    report = reported(slow, **urgent)
    assert "many_reports" in db.session.get_one(Alert, report.alert_id).flags
    assert sends(slow).status_code == 429


def test_reading_uses_up_no_reports(app: Flask) -> None:
    slow = Partner(app, "Pelan", "hazards:write", per_minute=1)
    assert [slow.get("/open311/v2/requests.json").status_code for _ in range(2)] == [200, 429]
    assert sends(slow).status_code == 201
