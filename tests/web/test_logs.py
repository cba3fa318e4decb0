"""Logs in production: JSON, one line for each request, nothing in them that tells who a person is."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from flask import Flask, g

from meteor.config import PROJECT
from meteor.web import logs
from tests.cast import Cast
from tests.conftest import Browser
from tests.partners import Partner

NIK, PHONE = "3574036505900001", "+6281330000001"

AsUser = Callable[[str], Browser]
Lines = Callable[[], list[dict[str, Any]]]


class Resident(NamedTuple):
    nik: str
    phone: str


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


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 1", 'quote"quote"', NIK, PHONE, f"siti-{NIK}"])
def test_an_id_of_another_form_is_replaced(as_user: AsUser, given: str) -> None:
    assert as_user("").get("/", headers={"X-Request-Id": given}).headers["X-Request-Id"] != given


def test_a_new_id_is_taken_for_no_number_and_stays_whoever_hands_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "uuid4", lambda: UUID("54053628-5870-4732-a7ad-ac58439a2f1f"))
    assert logs.request_id(logs.request_id("")) == logs.request_id("")
    assert logs.redacted(logs.request_id("")) == logs.request_id("")


def test_every_line_of_a_request_names_its_id_and_user(as_user: AsUser, app: Flask, cast: Cast, lines: Lines) -> None:
    with app.test_request_context("/incidents"):
        app.preprocess_request()
        g._login_user = cast.agus
        logging.getLogger("meteor.test").warning("Half way")
        request_id = g.request_id
    assert (lines()[-1]["request_id"], lines()[-1]["user_id"]) == (request_id, cast.agus.id)


def test_a_line_outside_of_requests_names_none(app: Flask, lines: Lines) -> None:
    logging.getLogger("meteor.test").warning("Alone")
    assert set(lines()[-1]) == {"event", "level", "logger", "at"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"NIK {NIK} twice", "NIK [NIK] twice"),
        ("NIK 3574 0365 0590 0001 spoken", "NIK [NIK] spoken"),
        ("NIK 357403-650590-0001,", "NIK [NIK],"),
        (f"nik_{NIK}.csv", "nik_[NIK].csv"),
        ("phone +6281330000001.", "phone [phone]."),
        ("phone 0813-3000-0001 rang", "phone [phone] rang"),
        ("phone 0813.3000.0001 rang", "phone [phone] rang"),
        ("phone +62 (813) 3000 0001 rang", "phone [phone] rang"),
        ("https://sms.example/?to=%2B6281330000001&x=1", "https://sms.example/?to=[phone]&x=1"),
        ("tel:081330000001", "tel:[phone]"),
        ("phone 6281330000001", "phone [phone]"),
        ("at home (0335) 421234", "at home ([phone]"),
        ("at home +62335421234", "at home [phone]"),
        ("abroad +6591234567", "abroad [phone]"),
        ("call 2026112700010001234 stays", "call 2026112700010001234 stays"),
        ("took 0.8123456789012345 s, 12 of 40", "took 0.8123456789012345 s, 12 of 40"),
        ("took 3.081234567890 s", "took 3.081234567890 s"),
        ("from 62.81.123.145:5060", "from 62.81.123.145:5060"),
        ("261124-007 at 2026-11-24T08:12:13.081234+07:00", "261124-007 at 2026-11-24T08:12:13.081234+07:00"),
    ],
)
def test_niks_and_phone_numbers_are_redacted_in_messages(lines: Lines, said: str, kept: str) -> None:
    logging.getLogger("meteor.test").warning(said)
    assert lines()[-1]["event"] == kept


@pytest.mark.parametrize(
    "given", [NIK, int(NIK), PHONE, int(PHONE[1:]), [PHONE], {"nik": {"of": NIK}}, Resident(NIK, PHONE)]
)
def test_they_are_redacted_in_arguments(lines: Lines, given: object) -> None:
    logging.getLogger("meteor.test").warning("Who is %s?", given)
    assert_redacted(lines()[-1])


@pytest.mark.parametrize(
    "given",
    [
        NIK,
        int(NIK),
        float(NIK),
        PHONE,
        [NIK, (PHONE,)],
        {NIK: {"of": PHONE}},
        {NIK},
        Resident(NIK, PHONE),
        NIK.encode(),
    ],
)
def test_they_are_redacted_in_fields(lines: Lines, given: object) -> None:
    logging.getLogger("meteor.test").warning("Somebody", extra={"whose": given})
    assert_redacted(lines()[-1])


def test_other_fields_keep_their_types(lines: Lines) -> None:
    fields = {"count": 12, "seconds": 0.25, "late": True, "unit": None, "codes": ["110", "130"]}
    logging.getLogger("meteor.test").warning("Done", extra=fields)
    assert {name: lines()[-1][name] for name in fields} == fields


def test_they_are_redacted_in_the_texts_of_exceptions_and_their_causes(lines: Lines) -> None:
    try:
        try:
            raise KeyError(NIK)
        except KeyError as cause:
            cause.add_note(f"asked by {PHONE}")
            raise ValueError(f"unknown NIK {NIK}") from cause
    except ValueError:
        logging.getLogger("meteor.test").exception("It failed", stack_info=True)
    assert "KeyError: '[NIK]'\nasked by [phone]" in lines()[-1]["exception"]
    assert "ValueError: unknown NIK [NIK]" in lines()[-1]["exception"]
    assert_redacted(lines()[-1])


@pytest.mark.parametrize(
    "end", ["raise ValueError(who)", "threading.Thread(target=int, args=[who]).start()", "warnings.warn(who)"]
)
def test_they_are_redacted_in_what_nobody_catches(end: str) -> None:
    program = f"import threading, warnings\nfrom meteor.web import logs\nlogs.configure()\nwho = '{NIK} {PHONE}'\n{end}"
    ended = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True)
    (line,) = ended.stderr.splitlines()
    assert_redacted(json.loads(line))


def assert_redacted(line: dict[str, Any]) -> None:
    said = json.dumps(line)
    assert "[NIK]" in said or "[phone]" in said
    assert not any(secret in said for secret in (NIK, PHONE, PHONE[1:]))
