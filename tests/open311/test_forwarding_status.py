"""What became of a forwarded hazard comes back to the desk of BPBD."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from meteor.hazards import handling
from meteor.notices.models import Notice
from meteor.open311 import endpoint_answers, forwarding_status
from meteor.open311.forwarding_models import ForwardedReport
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings.messages import NotUnderstood
from tests.cast import Cast
from tests.conftest import Browser
from tests.hazards.scenes import hazard
from tests.open311.conftest import AddEndpoint
from tests.open311.georeport import Agency
from tests.open311.turns import ask, rows, tick, verified

AsUser = Callable[[str], Browser]

NEXT = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.mark.both_databases
def test_one_request_asks_about_all_open_hazards_and_the_desk_reads_what_changed(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, as_user: AsUser
) -> None:
    add_endpoint(agency.url)
    first, second = verified(cast), verified(cast)
    tick()
    bagas, page = as_user("bagas"), f"/hazards/desk/{first.number}/forwarding"
    assert "SP4N-LAPOR" in bagas.get(page).text
    assert "diterima" in bagas.get(page).text
    agency.requests["100"] |= {"status": "closed", "status_notes": "Air sudah surut"}
    ask()
    assert agency.asked[-1][2]["service_request_id"] == "100,101"
    said = bagas.get(page).text
    assert "selesai" in said
    assert "Air sudah surut" in said
    assert "diterima" in bagas.get(f"/hazards/desk/{second.number}/forwarding").text
    notice = db.session.scalars(select(Notice).where(Notice.kind == "open311_closed")).one()
    assert (notice.role, notice.url) == ("hazard_officer", f"/hazards/desk/{first.number}")
    assert f"SP4N-LAPOR telah menutup laporan bahaya {first.number}." in bagas.get("/notices").text
    ask(NEXT)
    assert agency.asked[-1][2]["service_request_id"] == "101"


def test_it_is_asked_once_in_ten_minutes(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    add_endpoint(agency.url)
    verified(cast)
    tick()
    ask()
    ask()
    assert agency.paths("GET") == ["requests"]
    assert forwarding_status.EVERY == 600


def test_fifty_hazards_are_asked_about_at_once(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding_status, "AT_ONCE", 2)
    add_endpoint(agency.url)
    for _ in range(3):
        verified(cast)
    tick()
    ask()
    assert sorted(len(fields["service_request_id"].split(",")) for *_, fields in agency.asked if len(fields) == 1) == [
        1, 2,
    ]  # fmt: skip


def test_a_token_becomes_a_number_and_then_the_status_is_asked_for(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    agency.gives_tokens = True
    add_endpoint(agency.url)
    verified(cast)
    tick()
    ask()
    assert (rows()[0].service_request_id, agency.asked[-1][1]) == ("", "tokens/t100")
    agency.numbered = True
    ask(NEXT)
    assert rows()[0].service_request_id == "100"
    agency.requests["100"]["status"] = "closed"
    ask(2 * NEXT)
    assert rows()[0].closed_at is not None


def test_xml_is_read_too(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    agency.speaks = ("xml",)
    add_endpoint(agency.url, format="xml")
    verified(cast)
    tick()
    agency.requests["100"]["status"] = "closed"
    ask()
    assert rows()[0].closed_at is not None


@pytest.mark.parametrize(
    ("answer", "problem"),
    [((500, b""), "refused 500"), ((200, b"hello"), "unreadable"), ((200, b'{"errors": [{"code": 1}]}'), "unreadable"),
     ((200, b"7"), "unreadable")],
)  # fmt: skip
def test_a_problem_stands_with_the_endpoint_and_the_next_turn_asks_again(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, answer: tuple[int, bytes], problem: str
) -> None:
    add_endpoint(agency.url)
    verified(cast)
    tick()
    agency.answers["GET requests"] = answer
    ask()
    assert rows()[0].endpoint.problem.startswith(problem)
    agency.answers.clear()
    ask(NEXT)
    assert rows()[0].endpoint.problem == ""


def test_a_hazard_that_the_service_does_not_know_any_more_says_so(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, as_user: AsUser
) -> None:
    add_endpoint(agency.url)
    report = verified(cast)
    tick()
    agency.requests.clear()
    ask()
    assert rows()[0].problem == "absent"
    assert "tidak mengenal laporan ini lagi" in as_user("bagas").get(f"/hazards/desk/{report.number}/forwarding").text


def test_what_a_short_list_leaves_out_is_asked_for_alone(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    add_endpoint(agency.url)
    for _ in range(3):
        verified(cast)
    tick()
    agency.page = 1
    agency.requests["102"]["status"] = "closed"
    del agency.requests["101"]
    ask()
    assert [(row.problem, row.closed_at is None) for row in rows()] == [("", True), ("absent", True), ("", False)]


def test_what_could_not_be_asked_for_in_time_keeps_its_status_and_comes_first_next_time(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_endpoint(agency.url)
    for _ in range(2):
        verified(cast)
    tick()
    agency.page = 1
    monkeypatch.setattr(forwarding_status, "SECONDS_FOR_EACH", 0.0)
    ask()
    assert [(row.problem, row.checked_at is None) for row in rows()] == [("", False), ("", True)]
    ask(NEXT)
    assert agency.asked[-1][2]["service_request_id"] == "101,100"


@pytest.mark.parametrize("answer", [(404, b""), (410, b"")])
def test_a_service_that_lists_nothing_is_asked_for_each_and_has_no_problem(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, answer: tuple[int, bytes]
) -> None:
    add_endpoint(agency.url)
    verified(cast)
    tick()
    agency.answers["GET requests"] = answer
    agency.requests["100"]["status"] = "closed"
    ask()
    assert (rows()[0].closed_at is None, rows()[0].endpoint.problem) == (False, "")


def test_an_error_for_one_hazard_hides_no_other(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    add_endpoint(agency.url)
    for _ in range(3):
        verified(cast)
    tick()
    agency.page, agency.answers["GET requests/101"] = 1, (500, b"")
    agency.requests["102"]["status"] = "closed"
    ask()
    assert [(row.problem, row.closed_at is None) for row in rows()] == [("", True), ("", True), ("", False)]


@pytest.mark.parametrize("token", ["t100", "t/1 ?00", ".."])
def test_a_token_that_is_not_known_any_more_says_so_and_is_no_problem_of_the_service(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, token: str
) -> None:
    add_endpoint(agency.url)
    agency.answers["POST requests"] = 201, json.dumps([{"token": token}]).encode()
    verified(cast)
    tick()
    agency.answers[f"GET tokens/{quote(token, safe='')}"] = 404, b""
    ask()
    assert (rows()[0].problem, rows()[0].endpoint.problem) == ("absent", "")
    assert agency.asked[-1][1] == f"tokens/{quote(token, safe='')}"


def test_a_new_hazard_goes_before_the_questions_and_few_tokens_are_asked_for(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding_status, "MOST_TOKENS", 2)
    agency.gives_tokens = True
    add_endpoint(agency.url)
    for _ in range(3):
        verified(cast)
    tick()
    asked = len(agency.asked)
    while forwarding_status.gather(now()):
        db.session.commit()
    verified(cast)
    tick()
    assert [(method, name) for method, name, _ in agency.asked[asked:]] == [
        ("POST", "requests"), ("GET", "tokens/t100"), ("GET", "tokens/t101"),
    ]  # fmt: skip
    ask(NEXT)
    assert {"tokens/t102", "tokens/t103"} <= set(agency.paths("GET")[-2:])


def test_an_endpoint_that_is_off_is_not_asked(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    endpoint = add_endpoint(agency.url)
    verified(cast)
    tick()
    forwarding_status.gather(now())
    endpoint.active = False
    db.session.commit()
    ask(NEXT)
    assert agency.paths("GET") == []


def test_a_text_that_no_database_stores_is_cleaned(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    add_endpoint(agency.url)
    verified(cast)
    tick()
    agency.answers["GET requests"] = 200, b'[{"service_request_id": 100, "status_notes": "a\\u0000b\\ud800c"}]'
    ask()
    assert rows()[0].status_notes == "ab?c"


@settings(max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(st.sampled_from(["service_request_id", "status", "x"]), inner, max_size=3)
            ),
            max_leaves=12,
        ).map(lambda said: repr(said).replace("'", '"').replace("None", "null").replace("True", "true").encode()),
    )
)
def test_an_answer_of_any_shape_is_read_or_not_understood(body: bytes) -> None:
    try:
        found = endpoint_answers.records(body, ("service_request_id",))
    except NotUnderstood:
        return
    assert all(isinstance(text, str) for each in found for text in each.values())


# --- the desk ---


def test_a_hazard_that_was_not_forwarded_has_nothing_on_the_desk(cast: Cast, as_user: AsUser) -> None:
    report = hazard(cast)
    page = as_user("bagas").get(f"/hazards/desk/{report.number}/forwarding")
    assert "Diteruskan" not in page.text
    assert (
        f'hx-get="/hazards/desk/{report.number}/forwarding"'
        in as_user("bagas").get(f"/hazards/desk/{report.number}").text
    )
    assert as_user("bagas").get("/hazards/desk/B-0/forwarding").status_code == 404


def test_the_desk_says_that_open311_cannot_tell_the_end(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, as_user: AsUser
) -> None:
    add_endpoint(agency.url)
    report = verified(cast)
    tick()
    bagas, page = as_user("bagas"), f"/hazards/desk/{report.number}/forwarding"
    assert "Hubungi sendiri" not in bagas.get(page).text
    handling.resolve(report, "", now(), cast.bagas)
    db.session.commit()
    assert "Hubungi sendiri" in bagas.get(page).text


def test_a_joined_report_shows_with_the_one_that_stands_for_it(
    cast: Cast, agency: Agency, add_endpoint: AddEndpoint, as_user: AsUser
) -> None:
    add_endpoint(agency.url)
    main, part = hazard(cast, minutes=9), verified(cast, who="wahyu")
    tick()
    handling.verify(main, now(), cast.bagas)
    main = handling.join(part, main, now(), cast.bagas)
    db.session.commit()
    tick()
    assert db.session.scalars(select(ForwardedReport.report_id)).all()[0] == part.id
    assert "SP4N-LAPOR" in as_user("bagas").get(f"/hazards/desk/{main.number}/forwarding").text
