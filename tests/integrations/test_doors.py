"""The doors for machines: every refusal in problem details, once for each key, and no more than was allowed."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from meteor.alerts.models import Alert
from meteor.clients import rules
from meteor.clients.models import ApiClient
from meteor.store import answers
from meteor.store.database import db
from meteor.store.models import KeptAnswer
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.integrations.reports import told
from tests.partners import Partner
from tests.scenes import at_once

INCIDENTS = "/api/v1/incidents"
BARE = {"Content-Type": "application/json"}


def alerts() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Alert)) or 0


def refusal(partner: Partner, code: int) -> tuple[str, str, dict[str, object]]:
    """How each refusal comes about: method, address and what is sent."""
    return {
        400: ("POST", INCIDENTS, {"data": b"{", "headers": BARE}),
        401: ("GET", INCIDENTS + ".geojson", {"headers": {"Authorization": "Bearer nonsense"}}),
        404: ("GET", INCIDENTS + "/261124-001", {}),
        405: ("DELETE", INCIDENTS, {}),
        413: ("POST", INCIDENTS, {"data": b" " * 70_000, "headers": BARE}),
        415: ("POST", INCIDENTS, {"data": b"{}", "headers": {"Content-Type": "text/plain"}}),
        422: ("POST", INCIDENTS, {"data": b"{}", "headers": BARE}),
    }[code]


@pytest.mark.parametrize("code", [400, 401, 404, 405, 413, 415, 422])
@pytest.mark.parametrize("language", ["", "id", "en", "fr", "en-GB,en;q=0.9", "a;b;c,,"])
def test_every_refusal_is_problem_details_in_the_language_that_is_asked_for(
    cast: Cast, partner: Partner, code: int, language: str
) -> None:
    method, address, given = refusal(partner, code)
    headers = {"Accept": "text/html", "Accept-Language": language} | dict(given.pop("headers", {}))  # type: ignore
    answer = partner.open(address, method=method, headers=headers, **given)
    problem = answer.get_json(force=True)
    spoken = "en" if language.startswith("en") else "id"
    assert (answer.status_code, problem["status"]) == (code, code)
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Content-Language"] == spoken
    assert {"type", "title", "status", "detail"} <= set(problem)
    assert ("Kirim" in problem["detail"] or "errors" in problem or spoken == "en") or code in (401, 404, 405)


def test_the_language_is_not_that_of_a_cookie(cast: Cast, partner: Partner) -> None:
    partner.http.set_cookie("language", "en")
    assert partner.get(INCIDENTS + "/261124-001").get_json(force=True)["title"] == "Tidak ditemukan"


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/", "/api/v2/incidents", "/api/v1/incidents/"])
def test_an_address_that_leads_nowhere_is_no_page(cast: Cast, as_user: Callable[[str], Browser], address: str) -> None:
    answer = as_user("sari").get(address)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic c2FyaTptZXRlb3I=", "bearer x y", "Bearer " + "x" * 5000, "Bearer tökèn"]
)
def test_what_is_no_token_is_401_with_the_way_to_prove_oneself(app: Flask, header: str) -> None:
    answer = app.test_client().get(INCIDENTS + ".geojson", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_scope_that_lacks_is_named(app: Flask) -> None:
    answer = Partner(app, "Pembaca", "calls:read").get(INCIDENTS + ".geojson")
    assert answer.status_code == 403
    assert "incidents:read" in answer.get_json(force=True)["detail"]
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


@pytest.mark.both_databases
def test_a_client_that_is_disabled_is_shut_out_at_once(partner: Partner) -> None:
    assert partner.get(INCIDENTS + ".geojson").status_code == 200
    rules.set_active(db.session.get_one(ApiClient, partner.id), False, None)
    db.session.commit()
    assert partner.get(INCIDENTS + ".geojson").status_code == 401


def test_each_client_has_its_own_limit(app: Flask) -> None:
    hasty, calm = Partner(app, "Buru-buru", per_minute=3), Partner(app, "Tenang", per_minute=3)
    with time_machine.travel(now(), tick=False):
        assert [hasty.get(INCIDENTS + ".geojson").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = hasty.get(INCIDENTS + ".geojson")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert "3" in refused.get_json(force=True)["detail"]
        assert calm.get(INCIDENTS + ".geojson").status_code == 200


def test_a_use_is_noted_also_of_what_only_reads(partner: Partner) -> None:
    partner.get(INCIDENTS + ".geojson")
    db.session.expire_all()
    assert db.session.get_one(ApiClient, partner.id).tokens[0].last_used_at is not None


def test_what_is_sent_twice_is_done_once_and_answered_the_same(cast: Cast, partner: Partner) -> None:
    first = partner.post(INCIDENTS, told(), key="8e03978e-40d5-43dd-bc93-6894a57f9324")
    again = partner.post(INCIDENTS, dict(reversed(told().items())), key='"8e03978e-40d5-43dd-bc93-6894a57f9324"')
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.headers["Location"] == first.headers["Location"]
    assert alerts() == 1


def test_without_a_key_nothing_is_the_same(cast: Cast, partner: Partner) -> None:
    assert partner.post(INCIDENTS, told()).get_json() != partner.post(INCIDENTS, told()).get_json()
    assert alerts() == 2


def test_a_key_with_another_body_is_refused(cast: Cast, partner: Partner) -> None:
    partner.post(INCIDENTS, told(), key="k")
    answer = partner.post(INCIDENTS, told(note="lain"), key="k")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert alerts() == 1


def test_keys_of_two_clients_have_nothing_to_do_with_each_other(
    cast: Cast, partner: Partner, stranger: Partner
) -> None:
    one, other = (client.post(INCIDENTS, told(), key="k").get_json() for client in (partner, stranger))
    assert one["number"] != other["number"]


@pytest.mark.both_databases
def test_a_refusal_keeps_no_key(cast: Cast, partner: Partner) -> None:
    assert partner.post(INCIDENTS, told(type="dragon"), key="k").status_code == 422
    assert partner.post(INCIDENTS, told(), key="k").status_code == 201


@pytest.mark.parametrize("key", [" ", "x" * 256, "kunci\tgelap", '""'])
def test_a_key_that_is_none_is_refused(cast: Cast, partner: Partner, key: str) -> None:
    assert partner.post(INCIDENTS, told(), headers={"Idempotency-Key": key}).status_code == 400
    assert alerts() == 0


@pytest.mark.both_databases
def test_of_two_that_come_at_once_with_one_key_one_is_done(app: Flask, cast: Cast, partner: Partner) -> None:
    def send() -> tuple[int, object]:
        answer = app.test_client().open(
            INCIDENTS, method="POST", json=told(), csrf=False,
            headers={"Authorization": f"Bearer {partner.token}", "Idempotency-Key": "k"},
        )  # fmt: skip
        return answer.status_code, answer.get_json()

    one, other = at_once(app, send, send)
    assert one == other
    assert one[0] == 201
    assert alerts() == 1


@pytest.mark.both_databases
def test_answers_are_forgotten_after_two_days(cast: Cast, partner: Partner) -> None:
    partner.post(INCIDENTS, told(), key="k")
    answers.forget(now() + answers.KEPT / 2)
    assert db.session.scalar(select(func.count()).select_from(KeptAnswer)) == 1
    answers.forget(now() + answers.KEPT * 2)
    assert db.session.scalar(select(func.count()).select_from(KeptAnswer)) == 0


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"\xff", b'{"type":"\\ud800"}', b"[" * 20_000, b"1e999"])
def test_what_is_no_object_is_refused(cast: Cast, partner: Partner, body: bytes) -> None:
    answer = partner.open(INCIDENTS, method="POST", data=body, headers=BARE)
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


def test_nul_is_taken_out_of_text(cast: Cast, partner: Partner) -> None:
    assert partner.post(INCIDENTS, told(note="a\0b")).status_code == 201
    assert db.session.scalars(select(Alert.note)).one() == "ab"
