"""Verified hazards go to the services of other agencies: once, without a person, and to no address inside the house."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from meteor.clients.models import ApiClient
from meteor.hazards import handling
from meteor.hazards.public import square_of
from meteor.hazards.raising import make_incident
from meteor.open311 import endpoint_requests, forwarding_queue
from meteor.store import outgoing, work
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.hazards.scenes import hazard
from tests.open311.conftest import AddEndpoint
from tests.open311.georeport import Agency
from tests.open311.turns import ask, rows, tick, verified

AsUser = Callable[[str], Browser]

LATER = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


def sent(agency: Agency) -> list[dict[str, str]]:
    return [fields for method, _, fields in agency.asked if method == "POST"]


# --- what is sent, and when ---


@pytest.mark.both_databases
def test_a_hazard_goes_to_the_service_of_its_kind_once_it_is_verified(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint(agency.url, jurisdiction_id="kota-probolinggo")
    endpoint.api_key = "rahasia"
    report = hazard(cast, water_level=45)
    tick()
    assert sent(agency) == []
    handling.verify(report, now(), cast.bagas)
    db.session.commit()
    tick()
    tick(LATER)
    [fields] = sent(agency)
    assert fields["service_code"] == "001"
    assert (fields["jurisdiction_id"], fields["api_key"]) == ("kota-probolinggo", "rahasia")
    assert fields["description"].startswith(f"METEOR {report.number}. Banjir: ")
    assert "45 cm" in fields["description"]
    assert "Kelurahan Mayangan" in fields["address_string"]
    [row] = rows()
    assert (row.service_request_id, row.status, row.problem) == ("100", "open", "")
    assert row.endpoint.succeeded_at is not None


def test_the_place_is_the_public_square_and_no_word_names_a_person_or_a_street(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    add_endpoint(agency.url)
    verified(cast, note="Saya Sari, 0813 3000 0001", phone="+6281330000001")
    tick()
    [fields] = sent(agency)
    latitude, longitude = square_of(*HOME)
    assert (float(fields["lat"]), float(fields["long"])) == (latitude, longitude)
    said = " ".join(fields.values())
    for private in ("Sari", "0813", "6281330000001", "Ikan Paus", "Saya"):
        assert private not in said


def test_a_trusted_service_reads_the_exact_place_but_no_person(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    add_endpoint(agency.url, trusted=True)
    verified(cast, note="Saya Sari, 0813 3000 0001")
    tick()
    [fields] = sent(agency)
    assert (float(fields["lat"]), float(fields["long"])) == pytest.approx(HOME, abs=1e-6)
    assert "Jl. Ikan Paus" in fields["description"]
    assert "Sari" not in " ".join(fields.values())
    assert "media_url" not in fields


@pytest.mark.parametrize("place", [{"latitude": None, "longitude": None}, {"accuracy": 900.0}])
def test_a_place_that_is_hardly_known_is_only_a_kelurahan(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, place: dict[str, Any]
) -> None:
    add_endpoint(agency.url, trusted=True)
    verified(cast, **place)
    tick()
    [fields] = sent(agency)
    assert "lat" not in fields
    assert "Mayangan" in fields["address_string"]


@pytest.mark.both_databases
def test_nothing_else_is_sent(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    verified(cast)  # before the endpoint was switched on
    endpoint = add_endpoint(agency.url, since=now() + timedelta(seconds=1))
    add_endpoint(f"{agency.url}/off", name="Mati", active=False)
    tick()
    endpoint.since = now()
    db.session.commit()
    verified(cast, kind="fire")  # no service
    hazard(cast)
    tick()
    assert sent(agency) == []
    assert rows() == []


@pytest.mark.both_databases
def test_joined_reports_are_one_hazard_there_too(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    add_endpoint(agency.url)
    main, part = hazard(cast, minutes=5), hazard(cast, "wahyu", severity=3)
    handling.join(part, main, now(), cast.bagas)
    handling.verify(main, now(), cast.bagas)
    db.session.commit()
    tick()
    [fields] = sent(agency)
    assert "2 warga" in fields["description"]
    later = verified(cast, who="wahyu")
    tick()
    assert len(sent(agency)) == 2
    older = hazard(cast, minutes=30)
    make_incident(older, None, now(), cast.bagas)  # it stands for both, and was not sent yet
    handling.join(later, older, now(), cast.bagas)
    db.session.commit()
    tick()
    assert later.same_as_id == older.id
    assert len(sent(agency)) == 2


def test_a_hazard_that_units_were_sent_to_is_verified_too(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    add_endpoint(agency.url)
    make_incident(hazard(cast), None, now(), cast.bagas)
    db.session.commit()
    tick()
    assert len(sent(agency)) == 1


@pytest.mark.both_databases
def test_a_report_is_not_sent_back_to_the_client_that_it_came_from(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    client = ApiClient(name="Siab Maspro")
    db.session.add(client)
    db.session.flush()
    add_endpoint(agency.url, client_id=client.id)
    add_endpoint(f"{agency.url}/", name="Lain")
    report = hazard(cast)
    report.client_id = client.id
    handling.verify(report, now(), cast.bagas)
    db.session.commit()
    tick()
    assert [row.endpoint.name for row in rows()] == ["Lain"]
    assert len(sent(agency)) == 1


@pytest.mark.both_databases
def test_a_hazard_that_the_client_reported_too_is_not_sent_back_to_it(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    client = ApiClient(name="Siab Maspro")
    db.session.add(client)
    db.session.flush()
    add_endpoint(agency.url, client_id=client.id)
    add_endpoint(f"{agency.url}/", name="Lain")
    main, part = hazard(cast, minutes=5), hazard(cast, "wahyu")
    part.client_id = client.id
    handling.join(part, main, now(), cast.bagas)
    handling.verify(main, now(), cast.bagas)
    db.session.commit()
    tick()
    assert [row.endpoint.name for row in rows()] == ["Lain"]


@pytest.mark.both_databases
def test_what_another_meteor_forwarded_goes_no_further(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    add_endpoint(agency.url)
    client = ApiClient(name="METEOR Kabupaten")
    db.session.add(client)
    db.session.flush()
    for from_client in (True, False):
        report = hazard(cast, note="METEOR B-261129-004. Banjir: parah.")
        report.client_id = client.id if from_client else None
        handling.verify(report, now(), cast.bagas)
    db.session.commit()
    tick()
    assert [row.report_id for row in rows()] == [report.id]


def test_many_hazards_are_gathered_in_shares_of_time(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "SHARE", 0.0)
    add_endpoint(agency.url)
    add_endpoint(f"{agency.url}/", name="Lain")
    verified(cast)
    verified(cast, who="wahyu")
    turns = 0
    while forwarding_queue.gather(now()):
        turns += 1
        db.session.commit()
        assert len(rows()) == turns
    assert turns == 4


@pytest.mark.parametrize("what", ["over", "off", "no service"])
@pytest.mark.both_databases
def test_a_hazard_that_may_not_be_sent_is_forgotten_until_it_may(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, what: str
) -> None:
    endpoint, report = add_endpoint(agency.url), verified(cast)
    forwarding_queue.gather(now())
    if what == "over":
        report.status = "resolved"
    endpoint.active, endpoint.mapping = what != "off", {} if what == "no service" else {"flood": "001"}
    db.session.commit()
    tick()
    assert (sent(agency), rows()) == ([], [])
    report.status = "verified"
    endpoint.active, endpoint.mapping = True, {"flood": "001"}
    db.session.commit()
    tick()
    assert [row.service_request_id for row in rows()] == ["100"]


def test_a_hazard_that_may_have_arrived_is_looked_for_once_its_endpoint_is_on_again(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint(agency.url)
    verified(cast)
    agency.loses_answers = True
    tick()
    agency.loses_answers, endpoint.active = False, False
    db.session.commit()
    tick(LATER)
    assert [row.problem for row in rows()] == ["off"]
    endpoint.active = True
    db.session.commit()
    tick(5 * LATER)
    assert (len(sent(agency)), [row.service_request_id for row in rows()]) == (1, ["100"])


def test_what_waits_for_an_endpoint_that_is_removed_is_dropped(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint(agency.url)
    verified(cast)
    forwarding_queue.gather(now())
    db.session.delete(endpoint)
    db.session.commit()
    tick()
    assert sent(agency) == []
    assert db.session.scalars(select(OutboxItem.done_at).where(OutboxItem.topic == "open311")).one() is not None


# --- formats ---


def test_a_service_that_speaks_xml_only_is_understood(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    agency.speaks = ("xml",)
    add_endpoint(agency.url, format="xml")
    verified(cast)
    tick()
    assert [row.service_request_id for row in rows()] == ["100"]


def test_a_token_counts_as_sent(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    agency.gives_tokens = True
    add_endpoint(agency.url)
    verified(cast)
    tick()
    tick(LATER)
    [row] = rows()
    assert (row.token, row.service_request_id, len(sent(agency))) == ("t100", "", 1)


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("json", b"[]"),
        ("json", b'[{"service_request_id": null, "service_notice": "Terima kasih", "account_id": null}]'),
        ("xml", b"<service_requests/>"),
        (
            "xml",
            b"<service_requests><request><service_notice>Terima kasih</service_notice></request></service_requests>",
        ),
    ],
)
def test_a_service_that_gives_no_number_gets_it_once_and_is_not_asked_about_it(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, as_user: AsUser, form: str, answer: bytes
) -> None:
    add_endpoint(agency.url, format=form)
    agency.answers["POST requests"] = 201, answer
    report = verified(cast)
    tick()
    tick(LATER)
    ask(2 * LATER)
    assert (len(sent(agency)), agency.paths("GET")) == (1, [])
    [row] = rows()
    assert (row.sent_at is None, row.problem, row.endpoint.problem) == (False, "", "")
    page = as_user("bagas").get(f"/hazards/desk/{report.number}/forwarding").text
    assert "terkirim" in page
    assert "tidak memberi nomor" in page


# --- problems ---


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((500, b"oops"), "refused 500"),
        ((403, b"[]"), "refused 403"),
        ((302, b""), "refused 302"),
        ((200, b""), "unreadable it is neither JSON nor XML"),
        ((200, b"<html><body>hello</body></html>"), "unreadable it has no service_request_id or token"),
        ((200, b'[{"code": 1, "service_notice": "no"}]'), "unreadable it has no service_request_id or token"),
        ((201, b'{"message": "ok"}'), "unreadable it has no service_request_id or token"),
        ((201, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "unreadable it has a document type"),
        ((200, b"[" * 100_000), "unreadable it is neither JSON nor XML"),
        ((200, b" " * 1_100_000), "large"),
    ],
)  # fmt: skip
def test_an_answer_that_is_wrong_is_a_problem_in_words_and_is_tried_again(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, answer: tuple[int, bytes], problem: str
) -> None:
    endpoint = add_endpoint(agency.url)
    agency.answers["POST requests"] = answer
    verified(cast)
    tick()
    [row] = rows()
    assert row.problem.startswith(problem)
    assert (row.endpoint.problem, row.sent_at) == (row.problem, None)
    assert endpoint.failed_at is not None
    agency.answers.clear()
    tick(LATER)
    [row] = rows()
    assert (row.problem, row.endpoint.problem, row.service_request_id) == ("", "", "100")


@pytest.mark.parametrize("how", ["hangs", "drips"])
def test_a_server_that_hangs_or_drips_is_left(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(endpoint_requests, "SECONDS", 0.3)
    setattr(agency, how, True)
    add_endpoint(agency.url)
    verified(cast)
    tick()
    assert [row.problem for row in rows()] == ["slow"]


def test_nothing_goes_to_a_private_address(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "is_public", lambda address: False)
    add_endpoint(agency.url)
    verified(cast)
    tick()
    assert [row.problem for row in rows()] == ["private"]
    assert agency.asked == []


# --- once ---


@pytest.mark.both_databases
def test_a_hazard_whose_answer_was_lost_is_found_there_and_not_sent_twice(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    add_endpoint(agency.url)
    other, report = verified(cast), verified(cast)
    forwarding_queue.gather(now())
    agency.loses_answers = True
    tick()
    agency.loses_answers = False
    tick(LATER)
    assert len(sent(agency)) == 2
    there = {fields["description"].split(".")[0]: number for number, fields in agency.requests.items()}
    assert {row.report_id: row.service_request_id for row in rows()} == {
        each.id: there[f"METEOR {each.number}"] for each in (other, report)
    }


def test_a_service_that_lists_no_requests_gets_it_again_with_the_same_marks(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    add_endpoint(agency.url)
    verified(cast)
    agency.loses_answers, agency.lists_requests = True, False
    tick()
    agency.loses_answers = False
    tick(LATER)
    first, second = sent(agency)
    assert first["description"] == second["description"]
    keys = {headers["idempotency-key"] for headers in agency.headers if "idempotency-key" in headers}
    assert len(keys) == 1
    assert rows()[0].service_request_id == "101"


def test_a_server_that_fails_while_it_is_searched_gets_nothing_twice(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    add_endpoint(agency.url)
    verified(cast)
    agency.loses_answers = True
    tick()
    agency.loses_answers, agency.answers["GET requests"] = False, (503, b"")
    tick(LATER)
    assert len(sent(agency)) == 1
    assert rows()[0].problem == "refused 503"


def test_a_server_that_cannot_be_searched_for_hours_gets_nothing_twice(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    add_endpoint(agency.url)
    verified(cast)
    agency.loses_answers = True
    tick()
    agency.loses_answers, agency.answers["GET requests"] = False, (503, b"")
    for minutes in range(20, 200, 20):
        tick(timedelta(minutes=minutes))
    agency.answers.clear()
    tick(timedelta(minutes=220))
    assert len(sent(agency)) == 1
    assert rows()[0].service_request_id == "100"


def test_a_search_asks_for_the_time_of_each_attempt_and_the_service(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    add_endpoint(agency.url)
    verified(cast)
    agency.answers["POST requests"] = 500, b""
    tick()
    tick(LATER)
    tick(2 * LATER)
    [row] = rows()
    assert row.begun_at is not None
    assert row.repeated_at is not None
    asked = [fields for method, _, fields in agency.asked if method == "GET"][-2:]
    for begun_at, fields in zip((row.begun_at, row.repeated_at), asked, strict=True):
        begin, end = (datetime.fromisoformat(fields[name]) for name in ("start_date", "end_date"))
        assert begin < begun_at < end
        assert end - begin < timedelta(hours=3)
        assert fields["service_code"] == "001"


@pytest.mark.parametrize("how", ["loses answers", "cannot say"])
@pytest.mark.both_databases
def test_nothing_is_sent_more_than_twice_to_a_service_that_does_not_list_it(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, as_user: AsUser, how: str
) -> None:
    add_endpoint(agency.url)
    report = verified(cast)
    agency.lists_requests = False
    if how == "loses answers":
        agency.loses_answers = True
    else:
        agency.answers["POST requests"] = 200, b"<html><body>Terima kasih</body></html>"
    for minutes in range(5):
        tick(minutes * LATER)
    assert len(sent(agency)) == 2
    assert (rows()[0].problem, rows()[0].sent_at) == ("unsure", None)
    assert "Mungkin sudah sampai" in as_user("bagas").get(f"/hazards/desk/{report.number}/forwarding").text


def test_a_list_that_shows_it_late_ends_the_doubt(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    add_endpoint(agency.url)
    verified(cast)
    agency.loses_answers, agency.lists_requests = True, False
    for minutes in range(3):
        tick(minutes * LATER)
    assert rows()[0].problem == "unsure"
    agency.lists_requests = True
    tick(30 * LATER)
    assert (rows()[0].problem, rows()[0].service_request_id, len(sent(agency))) == ("", "100", 2)


@pytest.mark.parametrize("status", [403, 429, 503])
def test_what_was_surely_refused_is_sent_as_often_as_it_takes(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, status: int
) -> None:
    add_endpoint(agency.url)
    verified(cast)
    agency.lists_requests, agency.answers["POST requests"] = False, (status, b"")
    for minutes in range(4):
        tick(minutes * LATER)
    agency.answers.clear()
    tick(30 * LATER)
    assert (len(sent(agency)), rows()[0].service_request_id) == (5, "100")
