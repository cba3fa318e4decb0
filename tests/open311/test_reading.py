"""What partners and everybody read: their own requests in full, verified hazards in squares."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from meteor.hazards import handling
from meteor.hazards.models import HazardReport
from meteor.hazards.public import square_of
from meteor.open311.request_view import w3c
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.hazards.scenes import hazard
from tests.open311.sent import only, problems, read, reported, tree
from tests.partners import Partner

FIELDS = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip


def ask(app: Flask, address: str = "requests.json", **query: str) -> Any:
    """What everybody reads."""
    answer = app.test_client().get(f"/open311/v2/{address}", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [each["service_request_id"] for each in found]


@pytest.mark.both_databases
def test_a_client_reads_its_own_request_in_full(lapor: Partner, cast: Cast) -> None:
    report = reported(lapor, address_string="Jl. Ikan Paus 3")
    (shown,) = read(lapor, f"requests/{report.number}.json")
    assert set(shown) == FIELDS
    assert (shown["status"], shown["service_code"], shown["service_name"]) == ("open", "flood", "Banjir")
    assert (shown["lat"], shown["long"], shown["description"]) == (*HOME, "Air masuk rumah")
    assert shown["address"].startswith("Jl. Ikan Paus 3, Kelurahan ")
    assert shown["requested_datetime"].endswith("+07:00")
    assert read(lapor, "requests.json") == [shown]


def test_the_token_of_a_request_is_its_number(lapor: Partner) -> None:
    number = reported(lapor).number
    assert read(lapor, f"tokens/{number}.json") == [{"service_request_id": number, "token": number}]


@pytest.mark.both_databases
def test_status_and_notes_follow_the_desk(lapor: Partner, cast: Cast) -> None:
    report = reported(lapor)
    (shown,) = read(lapor, f"requests/{report.number}.json")
    assert shown["status"] == "open"
    handling.reject(only(report.number), "Jalan sudah kering", now() + timedelta(minutes=1), cast.bagas)
    db.session.commit()
    (shown,) = read(lapor, f"requests/{report.number}.json")
    assert (shown["status"], shown["status_notes"].endswith(": Jalan sudah kering")) == ("closed", True)
    assert shown["updated_datetime"] > shown["requested_datetime"]


def test_another_clients_request_is_not_there(app: Flask, lapor: Partner) -> None:
    report, other = reported(lapor), Partner(app, "Lain", "hazards:read")
    for address in (f"requests/{report.number}.json", f"tokens/{report.number}.json"):
        answer = other.http.get(f"/open311/v2/{address}", query_string={"api_key": other.token})
        assert (answer.status_code, len(problems(answer))) == (404, 1)
    assert read(other, "requests.json") == []
    assert read(other, "requests.json", service_request_id=report.number) == []


def test_a_client_finds_a_verified_hazard_of_others_by_number_as_everybody_does(
    app: Flask, cast: Cast, lapor: Partner
) -> None:
    report, own = hazard(cast, status="verified"), reported(lapor)
    (shown,) = read(lapor, f"requests/{report.number}.json")
    assert shown["description"] is None
    both = read(lapor, "requests.json", service_request_id=f"{report.number},{own.number}")
    assert (shown in both, set(numbers(both))) == (True, {report.number, own.number})
    assert numbers(read(lapor, "requests.json")) == [own.number]


@pytest.mark.both_databases
def test_everybody_reads_verified_hazards_without_a_word_about_people(app: Flask, cast: Cast, lapor: Partner) -> None:
    for status in ("received", "asked", "rejected", "withdrawn"):
        hazard(cast, status=status)
    report = reported(lapor, first_name="Budi", phone="081234567890", address_string="Jl. Ikan Paus 3")
    handling.verify(report, now(), cast.bagas)
    hazard(cast, status="verified", same_as_id=report.id)
    db.session.commit()
    (shown,) = ask(app)
    assert (shown["service_request_id"], shown["description"]) == (report.number, None)
    assert (shown["lat"], shown["long"]) == square_of(*HOME)
    assert shown["address"] == f"Kelurahan {report.kelurahan.name}"
    said = app.test_client().get("/open311/v2/requests.json").text
    assert not any(word in said for word in ("Budi", "6281234567890", "Ikan Paus", "Air masuk"))
    assert ask(app, f"requests/{report.number}.json") == [shown]


def test_the_reason_of_an_end_is_not_public(app: Flask, cast: Cast) -> None:
    report = hazard(cast, status="verified")
    handling.resolve(report, "Pak Budi sudah pulang", now(), cast.bagas)
    db.session.commit()
    (shown,) = ask(app)
    assert (shown["status"], "Budi" in shown["status_notes"]) == ("closed", False)


def test_a_bad_key_is_refused_though_none_is_needed(app: Flask, lapor: Partner) -> None:
    answer = app.test_client().get("/open311/v2/requests.json?api_key=x")
    assert (answer.status_code, len(problems(answer))) == (403, 1)
    caller = Partner(app, "Sentral", "calls:read")
    assert app.test_client().get(f"/open311/v2/requests.json?api_key={caller.token}").status_code == 403


def test_readers_without_a_key_are_limited_and_those_with_one_are_not(app: Flask, lapor: Partner) -> None:
    nobody = app.test_client()
    answers = [nobody.get("/open311/v2/services.json") for _ in range(121)]
    assert [answers[119].status_code, answers[120].status_code] == [200, 429]
    assert problems(answers[120])
    assert lapor.get("/open311/v2/services.json").status_code == 200


# --- searches ---


@pytest.fixture
def several(cast: Cast) -> list[HazardReport]:
    """Verified and ended hazards, newest first, the last one 100 days old."""
    days = [("verified", "flood", 0), ("resolved", "fire", 10), ("verified", "flood", 50), ("verified", "flood", 100)]
    return [hazard(cast, kind=kind, status=status, minutes=1440 * age + 1) for status, kind, age in days]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [0, 1, 2]), ({"status": "closed"}, [1]), ({"status": "open,closed"}, [0, 1, 2]),
        ({"service_code": "flood"}, [0, 2]), ({"service_code": "fire,flood"}, [0, 1, 2]),
        ({"page_size": "2"}, [0, 1]), ({"page_size": "2", "page": "2"}, [2]), ({"page": "9"}, []),
        ({"status": "", "page": ""}, [0, 1, 2]),
    ],
)  # fmt: skip
def test_a_search_narrows(app: Flask, several: list[HazardReport], query: dict[str, str], found: list[int]) -> None:
    assert numbers(ask(app, **query)) == [several[each].number for each in found]


def test_a_search_by_time(app: Flask, several: list[HazardReport]) -> None:
    def day(ago: int) -> str:
        return (now() - timedelta(days=ago)).isoformat(timespec="seconds").replace("+00:00", "Z")

    assert numbers(ask(app, start_date=day(20))) == [several[0].number, several[1].number]
    assert numbers(ask(app, end_date=day(40))) == [several[2].number]
    assert numbers(ask(app, start_date=day(60), end_date=day(40))) == [several[2].number]
    moment = datetime.fromisoformat(day(20)).isoformat()
    assert app.test_client().get(f"/open311/v2/requests.json?start_date={moment}").status_code == 200  # "+" unescaped


def test_numbers_override_everything_else(app: Flask, several: list[HazardReport]) -> None:
    asked = f"{several[2].number}, nothing,{several[1].number}"
    wrong = {"status": "lost", "start_date": "yesterday", "service_code": "pothole", "page": "2", "page_size": "1"}
    assert numbers(ask(app, service_request_id=asked, **wrong)) == [several[1].number, several[2].number]


def test_after_90_days_only_its_client_reads_a_hazard(app: Flask, several: list[HazardReport], lapor: Partner) -> None:
    old = several[3]
    assert old.number not in numbers(ask(app, end_date=w3c(now() - timedelta(days=40))))
    assert ask(app, service_request_id=old.number) == []
    assert app.test_client().get(f"/open311/v2/requests/{old.number}.json").status_code == 404
    old.client_id = lapor.id
    db.session.commit()
    assert numbers(read(lapor, f"requests/{old.number}.json")) == [old.number]
    assert numbers(read(lapor, "requests.json", end_date=w3c(now() - timedelta(days=40)))) == [old.number]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"}, {"service_code": "pothole"}, {"start_date": "yesterday"}, {"start_date": "2026-11-01"},
        {"start_date": "0001-01-01T00:00:00+14:00"}, {"end_date": "9999-12-31T23:59:59-14:00"}, {"page": "0"},
        {"page": "١"}, {"page_size": "1001"}, {"page": "99999999999"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"service_request_id": ",".join(["B-261129-001"] * 1001)},
    ],
    ids=lambda query: " ".join(query),
)  # fmt: skip
def test_a_wrong_argument_is_named(app: Flask, query: dict[str, str]) -> None:
    answer = app.test_client().get("/open311/v2/requests.json", query_string=query)
    assert answer.status_code == 400
    assert problems(answer)[0].startswith(next(iter(query)))


def test_text_that_xml_cannot_hold_is_left_out_of_it(lapor: Partner) -> None:
    report = reported(lapor, description="Air\x0bnaik <cepat> & 🌊")
    answer = lapor.get(f"/open311/v2/requests/{report.number}.xml")
    assert tree(answer).findtext("request/description") == "Airnaik <cepat> & 🌊"
    assert tree(answer).findtext("request/zipcode") == ""
