"""The gate for presses: it answers as Flask does, and leaves to Flask what is not the button's page's own press."""

import logging
from itertools import count
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from meteor.accounts.models import UserRole
from meteor.accounts.seen import seen
from meteor.accounts.sessions import end_all
from meteor.panic.views import press_gate
from meteor.store.database import db
from meteor.web.access import BEFORE_WORK
from tests.cast import Cast
from tests.conftest import Browser
from tests.panic.conftest import BY_OUR_PAGE, As, all_alerts

pytestmark = [pytest.mark.usefixtures("agus_is_on_duty"), pytest.mark.both_databases]

OURS = {**BY_OUR_PAGE, "X-Request-Id": "a-press-of-sari"}
TYPED = {**OURS, "Sec-Fetch-Site": "none"}
"""What Flask takes, and the gate does not."""


@pytest.fixture
def gate(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    gate = app.wsgi_app
    assert isinstance(gate, press_gate.PressGate)
    monkeypatch.setattr(gate, "_logged", set())
    return gate


@pytest.fixture
def no_flask(gate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the gate nobody answers."""
    monkeypatch.setattr(gate, "_behind", None)


@pytest.fixture
def by_flask(gate: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the presses that Flask was asked for."""
    asked, behind = [], gate._behind

    def ask(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            asked.append(environ["HTTP_X_REQUEST_ID"])
        return behind(environ, start_response)

    monkeypatch.setattr(gate, "_behind", ask)
    return asked


def press(browser: Browser, headers: dict[str, str] = OURS, **fields: Any) -> TestResponse:
    return browser.post("/alerts", json={"id": str(uuid4())} | fields, headers=headers, csrf=False)


@pytest.mark.usefixtures("no_flask")
def test_a_press_of_the_buttons_page_is_taken_in_front_of_flask_once(as_user: As, cast: Cast) -> None:
    one = str(uuid4())
    first, second = press(as_user("sari"), id=one, kind="fire"), press(as_user("sari"), id=one)
    (alert,) = all_alerts()
    assert (first.status_code, second.status_code, alert.kind) == (201, 200, "fire")
    assert (alert.reporter_id, first.json) == (cast.sari.id, second.json)


def test_the_gate_says_what_flask_says(as_user: As, by_flask: list[str]) -> None:
    one = str(uuid4())
    press(as_user("sari"), id=one)
    of_gate = press(as_user("sari"), id=one)
    assert by_flask == []
    of_flask = press(as_user("sari"), TYPED, id=one)
    own = [[pair for pair in answer.headers if pair[0] != "Set-Cookie"] for answer in (of_gate, of_flask)]
    assert (of_gate.status, of_gate.data) == (of_flask.status, of_flask.data)
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


@pytest.mark.usefixtures("no_flask")
def test_the_line_names_the_id_and_the_user(as_user: As, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "meteor.access"):
        given, made = press(as_user("sari")), press(as_user("sari"), BY_OUR_PAGE)
    lines = [(line.request_id, line.user_id) for line in caplog.records if line.name == "meteor.access"]  # type: ignore[attr-defined]
    assert lines == [(answer.headers["X-Request-Id"], cast.sari.id) for answer in (given, made)]
    assert given.headers["X-Request-Id"] == OURS["X-Request-Id"]


def test_a_press_is_measured_like_every_request(app: Flask, as_user: As, by_flask: list[str]) -> None:
    counted = 'meteor_request_seconds_count{endpoint="panic.press",method="POST",status="201"} '

    def presses() -> float:
        lines = app.test_client().get("/metrics").text.splitlines()
        return sum(float(line.removeprefix(counted)) for line in lines if line.startswith(counted))

    before = presses()
    press(as_user("sari"))
    assert presses() == before + 1
    assert by_flask == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": ""}, 201), ({"Accept": "text/html"}, 303)],
)
def test_what_does_not_come_from_the_page_itself_is_left_to_flask(
    as_user: As, headers: dict[str, str], status: int
) -> None:
    assert press(as_user("sari"), OURS | headers).status_code == status


def test_without_a_live_session_or_a_role_nobody_presses(as_user: As, cast: Cast) -> None:
    sari, wahyu, agus = as_user("sari"), as_user("wahyu"), as_user("agus")
    end_all(cast.sari, "signed_out")
    db.session.query(UserRole).filter_by(user_id=cast.wahyu.id).delete()
    cast.agus.active = False
    assert [press(who).status_code for who in (as_user(""), sari, wahyu, agus)] == [401, 401, 403, 401]
    assert all_alerts() == []


@pytest.mark.usefixtures("no_flask")
def test_who_has_to_do_something_before_work_presses_first(
    app: Flask, as_user: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, BEFORE_WORK, lambda: "/account/second-factor")
    assert press(as_user("tuti")).status_code == 201


def test_a_press_without_an_id_and_one_that_is_too_long_are_taken(as_user: As) -> None:
    for fields in ({"id": "x"}, {"note": "a" * 2_000_000}):
        assert press(as_user("sari"), **fields).status_code == 201
    assert len(all_alerts()) == 2


def fail(*given: Any) -> None:
    raise ValueError("no such luck")


def test_presses_that_fail_in_the_gate_are_taken_by_flask_and_logged_once(
    as_user: As, by_flask: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sari = as_user("sari")
    for _ in range(2):
        with monkeypatch.context() as failing:
            failing.setattr(press_gate, "committed_apart", fail)
            answers = [press(sari, BY_OUR_PAGE) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201] * 3
        assert [answer.headers["X-Request-Id"] for answer in answers] == by_flask
        assert [line.request_id for line in caplog.records if line.exc_info] == by_flask[:1]  # type: ignore[attr-defined]
        press(sari)
        by_flask.clear()
        caplog.clear()
    assert len(all_alerts()) == 8


def test_a_press_whose_commit_fails_is_taken_by_flask_once(as_user: As, by_flask: list[str]) -> None:
    commits = count()

    def refuse(connection: Any) -> None:
        if next(commits) < 2:  # with the others, and alone
            raise ValueError("no such luck")

    sari = as_user("sari")
    db.session.commit()
    event.listen(db.engine, "commit", refuse)
    answer = press(sari)
    event.remove(db.engine, "commit", refuse)
    assert (answer.status_code, by_flask) == (201, [OURS["X-Request-Id"]])
    assert [str(alert.id) for alert in all_alerts()] == [answer.json["id"]]


@pytest.mark.usefixtures("no_flask")
@pytest.mark.parametrize("failing", ["meteor.accounts.views.use.note", "meteor.web.logs.record"])
def test_what_fails_after_the_commit_takes_no_answer_back_and_is_logged_once(
    as_user: As, failing: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(failing, fail)
    assert [press(as_user("sari")).status_code for _ in range(3)] == [201] * 3
    assert [line.request_id for line in caplog.records if line.exc_info] == [OURS["X-Request-Id"]]  # type: ignore[attr-defined]
    assert len(all_alerts()) == 3


@pytest.mark.parametrize(
    ("error", "after"), [(psycopg.OperationalError("away"), "5"), (psycopg.errors.DiskFull("full"), "30")]
)
def test_where_nothing_can_be_stored_flask_says_so_and_does_not_try_again(
    as_user: As, by_flask: list[str], error: Exception, after: str, caplog: pytest.LogCaptureFixture
) -> None:
    tries_of = []

    def refuse(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        tries_of.append("Flask" if by_flask else "gate")
        raise OperationalError(statement, None, error)

    sari = as_user("sari")
    db.session.commit()
    for engine in db.engines.values():
        event.listen(engine, "before_cursor_execute", refuse)
    answer = press(sari)
    for engine in db.engines.values():
        event.remove(engine, "before_cursor_execute", refuse)
    assert (answer.status_code, answer.headers["Retry-After"], set(tries_of)) == (503, after, {"gate"})
    assert answer.headers["X-Request-Id"] == OURS["X-Request-Id"]
    assert [line for line in caplog.records if line.exc_info] == []
