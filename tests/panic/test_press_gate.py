"""The gate for presses: it answers as Flask does, and leaves to Flask what is not the button's page's own press."""

import json
import logging
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from meteor.accounts.models import UserRole
from meteor.accounts.seen import seen
from meteor.accounts.sessions import end_all
from meteor.panic.views import press_gate
from meteor.store.database import db
from tests.cast import Cast
from tests.conftest import Browser
from tests.panic.conftest import JSON, As, all_alerts

pytestmark = [pytest.mark.usefixtures("agus_is_on_duty"), pytest.mark.both_databases]

OURS = {**JSON, "Sec-Fetch-Site": "same-origin", "X-Request-Id": "a-press-of-sari"}
TYPED = {**OURS, "Sec-Fetch-Site": "none"}
"""What Flask takes, and the gate does not."""


@pytest.fixture
def no_flask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the gate nobody answers."""
    gate: Any = app.wsgi_app
    assert isinstance(gate, press_gate.PressGate)
    monkeypatch.setattr(gate, "_behind", None)


def press(browser: Browser, headers: dict[str, str] = OURS, **fields: Any) -> TestResponse:
    return browser.post("/alerts", json={"id": str(uuid4())} | fields, headers=headers, csrf=False)


@pytest.mark.usefixtures("no_flask")
def test_a_press_of_the_buttons_page_is_taken_in_front_of_flask_once(as_user: As, cast: Cast) -> None:
    one = str(uuid4())
    first, second = press(as_user("sari"), id=one, kind="fire"), press(as_user("sari"), id=one)
    (alert,) = all_alerts()
    assert (first.status_code, second.status_code, alert.kind) == (201, 200, "fire")
    assert (alert.reporter_id, first.json) == (cast.sari.id, second.json)


def test_the_gate_says_what_flask_says(as_user: As) -> None:
    one = str(uuid4())
    press(as_user("sari"), id=one)
    by_gate, by_flask = press(as_user("sari"), id=one), press(as_user("sari"), TYPED, id=one)
    own = [[pair for pair in answer.headers if pair[0] != "Set-Cookie"] for answer in (by_gate, by_flask)]
    assert (by_gate.status, by_gate.data) == (by_flask.status, by_flask.data)
    assert sorted(own[0]) == sorted(own[1])


@pytest.mark.parametrize("headers", [OURS, TYPED])
def test_a_press_has_its_line_in_the_log_and_its_session_was_used(
    as_user: As, cast: Cast, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    sari = as_user("sari")
    seen.reset()
    with caplog.at_level(logging.INFO, "meteor.access"):
        answer = press(sari, headers)
    (line,) = (record for record in caplog.records if record.name == "meteor.access")
    said = {name: getattr(line, name) for name in ("method", "route", "status", "bytes")}
    assert said == {"method": "POST", "route": "/alerts", "status": 201, "bytes": len(answer.data)}
    assert len(seen._keys) == 1


def test_a_press_is_measured_like_every_request(app: Flask, as_user: As) -> None:
    counted = 'meteor_request_seconds_count{endpoint="panic.press",method="POST",status="201"} '

    def presses() -> float:
        lines = app.test_client().get("/metrics").text.splitlines()
        return sum(float(line.removeprefix(counted)) for line in lines if line.startswith(counted))

    before = presses()
    press(as_user("sari"))
    assert presses() == before + 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": ""}, 201), ({"Accept": "text/html"}, 303)],
)
def test_what_does_not_come_from_the_page_itself_is_left_to_flask(
    as_user: As, headers: dict[str, str], status: int
) -> None:
    assert press(as_user("sari"), OURS | headers).status_code == status


def test_without_a_live_session_or_a_role_nobody_presses(as_user: As, cast: Cast) -> None:
    sari, wahyu = as_user("sari"), as_user("wahyu")
    end_all(cast.sari, "signed_out")
    db.session.query(UserRole).filter_by(user_id=cast.wahyu.id).delete()
    assert [press(who).status_code for who in (as_user(""), sari, wahyu)] == [401, 401, 403]
    assert all_alerts() == []


def test_a_press_without_an_id_and_one_that_is_too_long_are_taken(as_user: As) -> None:
    for fields in ({"id": "x"}, {"note": "a" * 2_000_000}):
        assert press(as_user("sari"), **fields).status_code == 201
    assert len(all_alerts()) == 2


def test_a_press_that_fails_in_the_gate_is_taken_by_flask(as_user: As, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> None:
        raise OSError("no such luck")

    monkeypatch.setattr(press_gate, "committed_apart", fail)
    assert json.loads(press(as_user("sari"), kind="fire").data)["status"] == "open"
    assert [alert.kind for alert in all_alerts()] == ["fire"]
