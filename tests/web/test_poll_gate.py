"""The gate for polls of one reader's own version: what it answers itself, for whom, and what it leaves to Flask."""

import re
from collections.abc import Callable, Iterator
from random import Random

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from meteor.accounts.models import User, UserRole
from meteor.accounts.seen import seen
from meteor.accounts.sessions import end_all
from meteor.agencies.models import Member
from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.poll_cache import PollCache
from meteor.web.poll_gate import PollGate
from tests.calls.switchboard import rings, taken
from tests.cast import Cast
from tests.scenes import on_duty, open_assignment, report
from tests.web.gates import by_gate, cookie, serving

pytestmark = pytest.mark.both_databases

Poll = Callable[..., TestResponse]
NOTICES, OFFERS = "/notices", "/unit/offers"
PARTS = [f"/incidents/NUMBER/{part}" for part in ("state", "callers", "units", "duplicates", "traffic")]
PEOPLE = ("agus", "komang", "maya", "sari", "wahyu", "tuti")
STATES = {False: 30, True: 140}
"""How many things happen; with --full 10,000 answers of the gate are compared."""

ASKED = 36
"""How many answers of the gate are compared with Flask's after each."""


@pytest.fixture
def site(app: Flask, cast: Cast) -> Iterator[Flask]:
    """METEOR as it is served: Agus is on duty, and Sari has pressed."""
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    with serving(app) as site:
        yield site


@pytest.fixture
def cookies(site: Flask) -> dict[str, str]:
    """The cookies of people who have signed in."""
    return {who: cookie(site, who) for who in (*PEOPLE, "endang")} | {"": ""}


@pytest.fixture
def poll(site: Flask, cookies: dict[str, str]) -> Poll:
    """`poll("sari", address, version)` asks as Sari's page does."""

    def ask(who: str, address: str, v: object, method: str = "GET") -> TestResponse:
        asked = f"{address}{'&' if '?' in address else '?'}v={v}"
        headers = {"HX-Request": "true", "Cookie": cookies[who]}
        return site.test_client(use_cookies=False).open(asked, method=method, headers=headers)

    return ask


def gate_of(site: Flask) -> PollGate:
    assert isinstance(site.wsgi_app, PollCache)
    assert isinstance(site.wsgi_app._behind, PollGate)
    return site.wsgi_app._behind


def version(answer: TestResponse) -> str:
    assert answer.status_code == 200
    found = re.search(r'data-version="([^"]*)"', answer.text)
    assert found
    return found[1]


def own_alert(cast: Cast) -> str:
    """The address that Sari's page polls."""
    return f"/alerts/{db.session.scalars(select(Alert.id).where(Alert.reporter_id == cast.sari.id)).one()}/status"


def incident() -> Incident:
    """The incident of Sari's press."""
    return db.session.scalars(select(Incident).order_by(Incident.id)).first() or pytest.fail("nobody has pressed")


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("sari", "own"),
        ("komang", "/sas/monitor/state"),
        ("maya", "/calls/waiting"),
        ("maya", "/calls/waiting/brief"),
        *(("komang", part) for part in PARTS),
        *(("agus", part) for part in PARTS[:2]),
        ("komang", NOTICES),
        ("sari", f"{NOTICES}?quiet=1"),
        ("agus", OFFERS),
        ("agus", f"{OFFERS}?on=x"),
    ],
)
def test_nothing_new_is_said_in_front_of_flask(poll: Poll, cast: Cast, who: str, address: str) -> None:
    address = (own_alert(cast) if address == "own" else address).replace("NUMBER", incident().number)
    with time_machine.travel(now(), tick=False):  # the alarm screen is looked at anew every two seconds
        answer = poll(who, address, version(poll(who, address, "")))
    assert by_gate(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data == b""


def test_something_new_is_what_flask_says_at_once(poll: Poll, cast: Cast) -> None:
    polled = {"sari": own_alert(cast), "komang": NOTICES, "agus": OFFERS}
    before = {who: version(poll(who, address, "")) for who, address in polled.items()}
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    notices.tell("a", "nobody_left", "/incidents", role="dispatcher", number="261128-001")
    db.session.commit()
    after = {who: version(poll(who, address, before[who])) for who, address in polled.items()}
    assert all(after[who] != before[who] for who in polled)


def test_nobody_learns_anything_of_anothers_alert(poll: Poll, cast: Cast) -> None:
    address = own_alert(cast)
    newest = version(poll("sari", address, ""))
    assert by_gate(poll("sari", address, newest))
    assert [poll(who, address, newest).status_code for who in ("wahyu", "komang", "tuti", "")] == [404, 404, 404, 401]


def test_an_incident_of_another_agency_is_not_found(poll: Poll, cast: Cast) -> None:
    address = f"/incidents/{incident().number}/state"
    newest = version(poll("agus", address, ""))
    db.session.execute(delete(Member).where(Member.user_id == cast.agus.id))
    db.session.commit()
    assert poll("agus", address, newest).status_code == 404
    assert by_gate(poll("komang", address, newest))


def test_a_crew_that_may_take_the_incident_hears_of_it_from_flask(poll: Poll) -> None:
    address = f"/incidents/{incident().number}/units"
    answer = poll("agus", address, version(poll("agus", address, "")))
    assert answer.status_code == 204
    assert not by_gate(answer)


def test_whom_an_address_does_not_admit_is_refused(poll: Poll) -> None:
    newest = version(poll("agus", OFFERS, ""))
    assert [poll(who, OFFERS, newest).status_code for who in ("sari", "komang", "")] == [403, 403, 401]
    assert poll("komang", OFFERS, "0").status_code == 403  # what an officer off duty is told


@pytest.mark.parametrize("forged", ["meteor=x", "meteor=eyJfdXNlcl9pZCI6IjY6MSJ9.awVfzw.AAAA", "other=1", "meteor="])
def test_a_forged_session_is_left_to_flask(poll: Poll, cookies: dict[str, str], cast: Cast, forged: str) -> None:
    address = own_alert(cast)
    newest = version(poll("sari", address, ""))
    cookies["sari"] = forged
    assert poll("sari", address, newest).status_code == 401


def test_an_ended_session_and_a_lost_role_are_told_nothing_from_that_moment_on(poll: Poll, cast: Cast) -> None:
    alert = own_alert(cast)
    newest = {who: version(poll(who, at, "")) for who, at in (("sari", alert), ("agus", OFFERS))}
    end_all(cast.sari, "by_admin")
    db.session.execute(delete(UserRole).where(UserRole.user_id == cast.agus.id))
    db.session.commit()
    assert poll("sari", alert, newest["sari"]).status_code == 401
    assert poll("agus", OFFERS, newest["agus"]).status_code == 403


def test_a_session_that_the_gate_answers_is_in_use(poll: Poll, cast: Cast) -> None:
    newest = version(poll("komang", NOTICES, ""))
    seen.reset()
    assert by_gate(poll("komang", NOTICES, newest))
    assert len(seen._keys) == 1


@pytest.mark.parametrize(("method", "status"), [("HEAD", 204), ("POST", 405)])
def test_another_method_is_left_to_flask(poll: Poll, method: str, status: int) -> None:
    answer = poll("komang", NOTICES, version(poll("komang", NOTICES, "")), method=method)
    assert answer.status_code == status
    assert "Content-Security-Policy" in answer.headers


def test_when_the_gate_cannot_look_flask_answers(
    poll: Poll, site: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest, gate = version(poll("komang", NOTICES, "")), gate_of(site)
    with monkeypatch.context() as patch:
        patch.setattr(gate, "_reader", lambda key: 1 // 0)
        for _ in range(3):
            answer = poll("komang", NOTICES, newest)
            assert answer.status_code == 204
            assert "Content-Security-Policy" in answer.headers
    assert len(caplog.records) == 1
    assert by_gate(poll("komang", NOTICES, newest))


def test_the_gate_says_what_flask_says_whatever_changes_underneath(
    poll: Poll,
    site: Flask,
    cast: Cast,
    cookies: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    random, gate, states = Random(112), gate_of(site), STATES[request.config.getoption("--full")]
    parts = [part.replace("NUMBER", incident().number) for part in PARTS]
    addresses = [own_alert(cast), NOTICES, OFFERS, f"{NOTICES}?quiet=1", f"{NOTICES}?x=quiet", "/unit/status"]
    addresses += [*parts, "/calls/waiting", "/calls/waiting/brief", "/sas/monitor/state"]
    shown = {(who, address): ["0", "None"] for who in PEOPLE for address in addresses}
    answered = 0
    for _ in range(states):
        _something_happens(random, cast, site, cookies)
        for (who, address), versions in random.sample([*shown.items()], ASKED):
            for v in versions[-2:]:
                with time_machine.travel(now(), tick=False):  # both say how long ago something was
                    with monkeypatch.context() as patch:
                        patch.setattr(site, "wsgi_app", gate._behind)
                        flasks = poll(who, address, v)
                    answer = poll(who, address, v)
                assert (answer.status_code, answer.text) == (flasks.status_code, flasks.text), (who, address, v)
                answered += by_gate(answer)
                if answer.data and answer.status_code == 200:  # not sent to another page
                    versions.append(version(answer))
    assert answered > states


def _something_happens(random: Random, cast: Cast, site: Flask, cookies: dict[str, str]) -> None:
    """A right or a session changes, or an incident goes on."""
    who = random.choice(PEOPLE)
    user = getattr(cast, who)
    random.choice(
        [
            lambda: _give_or_take(user, random.choice(["officer", "dispatcher", "call_taker", "citizen"])),
            lambda: _join_or_leave(user, cast),
            lambda: rings() if random.random() < 0.7 else taken(cast, "komang"),
            lambda: end_all(user, "by_admin"),
            lambda: setattr(user, "active", not user.active),
            lambda: notices.tell(
                f"{random.random()}", "nobody_left", "/incidents", user_id=user.id, number="261128-001"
            ),
            lambda: report(cast, random.choice(["sari", "wahyu"])),
            lambda: _next_step(cast),
        ]
    )()
    db.session.commit()
    if random.random() < 0.5 and user.active:
        cookies[who] = cookie(site, who)


def _give_or_take(user: User, role: str) -> None:
    had = db.session.get(UserRole, (user.id, role))
    db.session.delete(had) if had else db.session.add(UserRole(user_id=user.id, role=role))


def _join_or_leave(user: User, cast: Cast) -> None:
    police = cast.unit("TRAIL-01").agency_id
    was = db.session.get(Member, user.id)
    db.session.delete(was) if was else db.session.add(Member(user_id=user.id, agency_id=police))


def _next_step(cast: Cast) -> None:
    job = db.session.scalars(select(Assignment).where(Assignment.ended_at.is_(None))).first()
    if job is None:
        on_duty(cast, "agus", "TRAIL-01")
    elif job.status == "offered":
        dispatch.accept(job, now(), cast.agus)
    else:
        dispatch.close(job.incident, "helped", "", now(), cast.agus)
