"""The simulated PBX: 2023's mix in its proportions, announced and ended over the API as a real one does it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from meteor.calls import holding
from meteor.calls.models import Call
from meteor.store.database import db
from meteor.store.moments import now
from meteor.training import commands
from meteor.training.call_model import GHOSTS, PRANKS, QUESTIONS, REPORTS, simulated_calls
from meteor.training.simulated_pbx import SimulatedPbx
from tests.cast import Cast
from tests.partners import Partner

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MANY = list(simulated_calls(per_minute=100, minutes=200, seed=1))


def pbx(partner: Partner, **mix: Any) -> SimulatedPbx:
    """A simulated PBX that sends what rings through the API, and keeps to itself what the callers say."""

    def send(method: str, path: str, body: dict[str, Any] | None) -> Any:
        answer = partner.get(path) if method == "GET" else partner.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    return SimulatedPbx(
        simulated_calls(**{"per_minute": 30, "minutes": 1, "seed": 7} | mix), now(), send, lambda words: None
    )


def calls() -> list[Call]:
    db.session.rollback()
    return list(db.session.scalars(select(Call).order_by(Call.received_at)))


def test_what_rings_is_in_the_proportions_that_are_known() -> None:
    counted = Counter(ring.is_ for ring in MANY)
    whole = len(MANY)
    assert whole == pytest.approx(20_000, rel=0.03)
    for what, share in (("prank", PRANKS), ("ghost", GHOSTS), ("information", QUESTIONS)):
        assert counted[what] / whole == pytest.approx(share, abs=0.01)
    real = sum(counted[what] for what in REPORTS)
    for what, number in REPORTS.items():
        assert counted[what] / real == pytest.approx(number / 1300, abs=0.01)


def test_2023_had_1300_reports() -> None:
    assert sum(REPORTS.values()) == 1300


def test_the_same_seed_rings_the_same() -> None:
    one, same, other = (list(simulated_calls(10, 10, seed)) for seed in (1, 1, 2))
    assert one == same != other


def test_more_pranks_on_request() -> None:
    counted = Counter(ring.is_ for ring in simulated_calls(100, 100, 1, pranks=0.386))
    assert counted["prank"] / counted.total() == pytest.approx(0.386, abs=0.015)


def test_calls_that_nobody_takes_are_given_up(cast: Cast, partner: Partner) -> None:
    played = pbx(partner)
    for second in range(0, 200, 4):
        played.step(second)
    assert played.over
    assert {call.status for call in calls()} == {"abandoned"}
    assert played.counts["announced"] == played.counts["abandoned"] == len(calls()) > 20


def test_calls_that_are_taken_are_answered_and_end(cast: Cast, partner: Partner) -> None:
    played = pbx(partner)
    for second in range(0, 400, 4):
        played.step(second)
        for call in calls():
            if call.status == "ringing":
                holding.take_call(call, now(), cast.maya)
                db.session.commit()
    assert played.over
    assert played.counts["answered"] == played.counts["announced"]
    assert {call.status for call in calls()} == {"ended"}
    assert all(call.extension.startswith("2") and call.answered_at for call in calls())


def test_phones_tell_where_they_are_as_they_really_do(cast: Cast, partner: Partner) -> None:
    played = pbx(partner, minutes=2)
    for second in range(0, 120, 4):
        played.step(second)
    assert any(call.aml and call.latitude for call in calls())
    assert any(call.latitude and not call.aml for call in calls())
    assert any(call.latitude is None for call in calls())


@contextmanager
def served(app: "WSGIApplication") -> Iterator[str]:
    """The address of a server that runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_speaks_to_a_meteor_that_runs(app: Flask, cast: Cast, partner: Partner) -> None:
    db.session.commit()  # or nobody else could write
    with served(app) as url:
        send = commands._sender(url, partner.token)
        told = {"caller": "0813", "received_at": now().isoformat(), "reference": "sim-1"}
        call = send("POST", "/api/v1/calls", told)
        assert send("GET", f"/api/v1/calls/{call['id']}", None)["status"] == "ringing"
        with pytest.raises(ValueError, match="422"):
            send("POST", "/api/v1/calls", {"caller": "0813"})
    assert calls()[0].id == UUID(call["id"])


def test_it_waits_where_meteor_asks_it_to_and_goes_on(app: Flask, cast: Cast, partner: Partner) -> None:
    db.session.commit()
    busy = [Response(status=429, headers={"Retry-After": "0"}) for _ in range(2)]

    def crowded(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return (busy.pop() if busy else app)(environ, start)

    with served(crowded) as url:
        told = {"caller": "0813", "received_at": now().isoformat(), "reference": "sim-1"}
        call = commands._sender(url, partner.token)("POST", "/api/v1/calls", told)
    assert [it.id for it in calls()] == [UUID(call["id"])]


def test_no_token_is_made_where_real_calls_ring(app: Flask) -> None:
    with pytest.raises(click.ClickException, match="--token"):
        commands._own_token()


def test_a_meteor_that_does_not_answer_is_said(app: Flask) -> None:
    asked = ["simulate-calls", "--rate", "600", "--minutes", "0.1", "--url", "http://127.0.0.1:9", "--token", "x"]
    printed = app.test_cli_runner().invoke(args=asked)
    assert printed.exit_code == 1
    assert "METEOR at http://127.0.0.1:9 does not take the calls" in printed.output
