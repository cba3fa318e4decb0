"""The telephone exchange announces calls and says what becomes of them; nobody else's client sees them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from meteor.calls.models import Call
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.partners import Partner, wrong
from tests.scenes import at_once

CALLS = "/api/v1/calls"
AML = 'A"ML=1;lt=-7.74370;lg=113.21570;rd=52;top=20261124112928;lc=68;pm=G;si=123456789012345;ei=123456789012345'


def ringing(**changes: Any) -> dict[str, Any]:
    """A call of Sari's, as the exchange tells it."""
    call = {"caller": "081330000001", "received_at": now().isoformat(), "reference": "r-1", "queue": "112"}
    return call | changes


def calls() -> list[Call]:
    db.session.rollback()
    return list(db.session.scalars(select(Call)))


def test_a_call_rings(cast: Cast, partner: Partner) -> None:
    answer = partner.post(CALLS, ringing())
    sent = answer.get_json()
    call = calls()[0]
    assert (answer.status_code, sent["id"], sent["status"]) == (201, str(call.id), "ringing")
    assert answer.headers["Location"] == f"{CALLS}/{call.id}"
    assert (call.caller, call.phone, call.queue) == ("081330000001", "+6281330000001", "112")
    assert partner.get(answer.headers["Location"]).get_json() == sent


def test_the_same_reference_is_the_same_call(cast: Cast, partner: Partner) -> None:
    first, again = (partner.post(CALLS, ringing()) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["id"] == again.get_json()["id"]
    assert len(calls()) == 1


@pytest.mark.both_databases
def test_one_call_announced_twice_at_once_is_one(app: Flask, cast: Cast, partner: Partner) -> None:
    def announce() -> tuple[int, Any]:
        bearer = {"Authorization": f"Bearer {partner.token}"}
        answer = app.test_client().post(CALLS, json=ringing(), headers=bearer)
        return answer.status_code, answer.get_json()["id"]

    one, other = at_once(app, announce, announce)
    assert one[1] == other[1]
    assert len(calls()) == 1


def test_two_exchanges_may_use_one_reference(cast: Cast, partner: Partner, stranger: Partner) -> None:
    ids = {client.post(CALLS, ringing()).get_json()["id"] for client in (partner, stranger)}
    assert len(ids) == 2


def test_a_position_comes_with_the_call(cast: Cast, partner: Partner) -> None:
    spot = {"latitude": -7.74, "longitude": 113.21, "radius": 80, "confidence": 68}
    assert partner.post(CALLS, ringing(location=spot)).get_json()["location"] == spot
    call = calls()[0]
    assert (call.latitude, call.longitude, call.radius, call.confidence) == (-7.74, 113.21, 80, 68)


def test_a_phones_own_message_is_read_and_kept(cast: Cast, partner: Partner) -> None:
    spot = partner.post(CALLS, ringing(aml=AML)).get_json()["location"]
    assert spot == {"latitude": -7.7437, "longitude": 113.2157, "radius": 52, "confidence": 68}
    assert calls()[0].aml == AML


def test_a_phone_that_knows_only_the_region_rings_all_the_same(cast: Cast, partner: Partner) -> None:
    answer = partner.post(CALLS, ringing(aml=AML.replace("rd=52", "rd=900000")))
    assert (answer.status_code, answer.get_json()["location"]["radius"]) == (201, 100_000)


def test_a_message_that_cannot_be_read_refuses_no_call(cast: Cast, partner: Partner) -> None:
    answer = partner.post(CALLS, ringing(aml="ML=9;rubbish"))
    assert (answer.status_code, answer.get_json()["location"]) == (201, None)
    assert calls()[0].aml == "ML=9;rubbish"


@pytest.mark.parametrize("caller", ["", "anonymous", "112", "+62 813-3000-0001", "sip:x@y", "0" * 40])
def test_any_number_rings(cast: Cast, partner: Partner, caller: str) -> None:
    assert partner.post(CALLS, ringing(caller=caller)).status_code == 201
    assert calls()[0].caller == caller


def test_a_clock_that_is_ahead_makes_no_call_of_the_future(cast: Cast, partner: Partner) -> None:
    tomorrow = (now() + timedelta(days=1)).isoformat()
    sent = partner.post(CALLS, ringing(received_at=tomorrow)).get_json()
    assert datetime.fromisoformat(sent["received_at"]) <= now()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_at": "2026-11-24T10:00:00"}, "received_at"),
        ({"received_at": "now"}, "received_at"),
        ({"received_at": 1764000000}, "received_at"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at"),
        ({"received_at": None}, "received_at"),
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 101}, "reference"),
        ({"caller": 81330000001}, "caller"),
        ({"caller": "0" * 41}, "caller"),
        ({"aml": "x" * 1001}, "aml"),
        ({"location": {"latitude": -7.7, "longitude": 181}}, "location.longitude"),
        ({"location": {"latitude": -7.7, "longitude": 113, "confidence": 101}}, "location.confidence"),
        ({"location": {"latitude": -7.7, "longitude": 113, "radius": -1}}, "location.radius"),
        ({"location": "here"}, "location"),
        ({"agent": "Maya"}, "agent"),
    ],
)
def test_what_is_wrong_with_a_call_is_named(cast: Cast, partner: Partner, changes: dict[str, Any], field: str) -> None:
    answer = partner.post(CALLS, ringing(**changes))
    assert answer.status_code == 422
    assert list(wrong(answer)) == [field]
    assert calls() == []


def test_the_exchange_says_that_a_call_is_answered_and_over(cast: Cast, partner: Partner) -> None:
    call = partner.post(CALLS, ringing()).headers["Location"]
    at = now().isoformat()
    answered = partner.post(f"{call}/events", {"event": "answered", "at": at, "extension": "203"})
    ended = partner.post(f"{call}/events", {"event": "ended", "at": at})
    assert (answered.status_code, answered.get_json()["extension"]) == (200, "203")
    assert answered.get_json()["answered_at"] is not None
    assert (ended.get_json()["status"], ended.get_json()["answered_at"]) == (
        "ended",
        answered.get_json()["answered_at"],
    )


def test_moments_are_understood_with_their_zone(cast: Cast, partner: Partner) -> None:
    call = partner.post(CALLS, ringing(received_at="2026-11-24T10:00:00+07:00")).get_json()
    event = {"event": "answered", "at": "2026-11-24T10:00:06+07:00"}
    answered = partner.post(f"{CALLS}/{call['id']}/events", event).get_json()
    assert call["received_at"] == "2026-11-24T03:00:00Z"
    assert answered["answered_at"] == "2026-11-24T03:00:06Z"


def test_a_caller_who_gives_up_is_missed(cast: Cast, partner: Partner) -> None:
    call = partner.post(CALLS, ringing()).headers["Location"]
    gone = partner.post(f"{call}/events", {"event": "abandoned", "at": now().isoformat()})
    late = partner.post(f"{call}/events", {"event": "answered", "at": now().isoformat(), "extension": "203"})
    assert gone.get_json()["status"] == late.get_json()["status"] == "abandoned"


def test_no_call_is_answered_before_it_rang(cast: Cast, partner: Partner) -> None:
    call = partner.post(CALLS, ringing()).get_json()
    early = (now() - timedelta(hours=1)).isoformat()
    answered = partner.post(f"{CALLS}/{call['id']}/events", {"event": "answered", "at": early}).get_json()
    assert answered["answered_at"] == call["received_at"]


@pytest.mark.parametrize(("changes", "field"), [({"event": "eaten"}, "event"), ({"at": "x"}, "at"), ({"by": 1}, "by")])
def test_what_is_wrong_with_an_event_is_named(
    cast: Cast, partner: Partner, changes: dict[str, Any], field: str
) -> None:
    call = partner.post(CALLS, ringing()).headers["Location"]
    answer = partner.post(f"{call}/events", {"event": "ended", "at": now().isoformat()} | changes)
    assert answer.status_code == 422
    assert list(wrong(answer)) == [field]


def test_another_clients_calls_are_not_there(cast: Cast, partner: Partner, stranger: Partner) -> None:
    call = partner.post(CALLS, ringing()).headers["Location"]
    event = {"event": "ended", "at": now().isoformat()}
    for address in (call, f"{CALLS}/{uuid4()}", f"{CALLS}/not-a-uuid"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"{address}/events", event).status_code == 404
    assert calls()[0].status == "ringing"


def test_a_call_that_a_call_taker_wrote_down_is_no_exchanges(cast: Cast, partner: Partner) -> None:
    call = Call(caller="0813", received_at=now(), status="taken")
    db.session.add(call)
    db.session.commit()
    assert partner.get(f"{CALLS}/{call.id}").status_code == 404


ANY_AML = st.text(max_size=200) | st.text('AML=1;tlgrdopcm.-0123456789"', max_size=90)
ANY_TEXT = st.text(max_size=40) | st.from_regex(r"\+?[0-9 -]{0,20}", fullmatch=True)


@settings(max_examples=60)
@given(caller=ANY_TEXT, queue=ANY_TEXT, aml=ANY_AML)
def test_whatever_an_exchange_sends_rings_and_is_kept(partner: Partner, caller: str, queue: str, aml: str) -> None:
    answer = partner.post(CALLS, ringing(caller=caller, queue=queue, aml=aml, reference=str(uuid4())))
    assert answer.status_code == 201
    call = db.session.get(Call, UUID(answer.get_json()["id"]))
    assert call is not None
    assert (call.caller, call.queue, call.aml) == tuple(text.replace("\0", "") for text in (caller, queue, aml))
