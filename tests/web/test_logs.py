"""Logs in production: JSON, one line for each request, nothing in them that tells who a person is."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from meteor.web import logs
from tests.cast import Cast
from tests.conftest import Browser
from tests.partners import Partner

AsUser = Callable[[str], Browser]
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the log holds so far, line by line."""
    stream = io.StringIO()
    meteor, handler = logging.getLogger("meteor"), logs.handler(stream)
    before = meteor.level
    meteor.addHandler(handler)
    meteor.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    meteor.removeHandler(handler)
    meteor.setLevel(before)


def test_a_request_is_one_line_with_route_user_and_id(as_user: AsUser, cast: Cast, lines: Lines) -> None:
    answer = as_user("agus").get("/incidents/2611-0001?secret=yes")
    (line,) = lines()
    assert {**line, "milliseconds": 0, "bytes": 0, "at": ""} == {
        "event": "request", "level": "info", "logger": "meteor.access", "at": "", "method": "GET",
        "route": "/incidents/<number>", "status": 404, "milliseconds": 0, "bytes": 0, "user_id": cast.agus.id,
        "request_id": answer.headers["X-Request-Id"],
    }  # fmt: skip


def test_a_client_of_the_api_is_named_by_its_id(partner: Partner, lines: Lines) -> None:
    partner.get("/api/v1/incidents.geojson")
    assert lines()[-1]["client_id"] == partner.id


@pytest.mark.parametrize("address", ["/invitations/rahasia-sekali", "/claims/12345678"])
def test_a_failure_is_logged_by_its_route_without_the_secret_in_the_address(
    as_user: AsUser, app: Flask, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    stream, secret = io.StringIO(), address.split("/")[-1]
    handler = logs.handler(stream)
    app.logger.addHandler(handler)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setattr("meteor.accounts.rules.token_hash", broken)
    monkeypatch.setattr("meteor.residents.claims.blind_indexes", broken)
    answer = as_user("").get(address)
    app.logger.removeHandler(handler)
    (line,) = [json.loads(each) for each in stream.getvalue().splitlines()]
    assert answer.status_code == 500
    assert line["event"].startswith(f"Exception in GET /{address.split('/')[1]}/<")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "ZeroDivisionError" in line["exception"]
    assert secret not in stream.getvalue()


def broken(*of: object) -> object:
    return 1 // 0


def test_the_id_that_the_proxy_gave_is_kept(as_user: AsUser, lines: Lines) -> None:
    answer = as_user("").get("/", headers={"X-Request-Id": "0190aa11-caddy"})
    assert answer.headers["X-Request-Id"] == lines()[-1]["request_id"] == "0190aa11-caddy"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 1", 'quote"quote"'])
def test_an_id_of_another_form_is_replaced(as_user: AsUser, given: str) -> None:
    assert as_user("").get("/", headers={"X-Request-Id": given}).headers["X-Request-Id"] != given


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("NIK 3574036505900001 twice", "NIK [NIK] twice"),
        ("phone +6281330000001.", "phone [phone]."),
        ("phone 0813-3000-0001 rang", "phone [phone] rang"),
        ("call 2026112700010001234 stays", "call 2026112700010001234 stays"),
        ("took 0.8123 s, 12 of 40", "took 0.8123 s, 12 of 40"),
    ],
)
def test_niks_and_phone_numbers_are_masked(lines: Lines, said: str, kept: str) -> None:
    logging.getLogger("meteor.test").warning(said)
    assert lines()[-1]["event"] == kept


def test_they_are_masked_in_tracebacks_too(lines: Lines) -> None:
    try:
        raise ValueError("unknown NIK 3574036505900001")
    except ValueError:
        logging.getLogger("meteor.test").exception("It failed")
    assert "ValueError: unknown NIK [NIK]" in lines()[-1]["exception"]
