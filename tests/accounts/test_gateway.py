"""The gateway for messages to phones: how it is asked, what is tried again, and who learns that it fails."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select

from meteor.accounts import gateway, phone_codes
from meteor.accounts.credentials import PhoneCode
from meteor.notices import jobs as notices
from meteor.notices.models import Notice
from meteor.scheduler import health
from meteor.store import outbox, outgoing
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.phones import Phones

AsUser = Callable[[str], Browser]
NUMBER = "+6281330000001"
on_one_database = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def ask(cast: Cast) -> None:
    """Sari asks for a code."""
    phone_codes.send(cast.sari, NUMBER, "own", "10.0.0.1", now())
    db.session.commit()


def item() -> OutboxItem:
    db.session.expire_all()
    return db.session.scalars(select(OutboxItem).where(OutboxItem.topic == phone_codes.TOPIC)).one()


def told() -> list[str]:
    """The kinds of the notices for administrators."""
    for left in db.session.scalars(select(OutboxItem).where(OutboxItem.topic == "account_notice")):
        notices.raise_of_accounts(left.payload, now())
    return list(db.session.scalars(select(Notice.kind).where(Notice.role == "admin")))


@on_one_database
@pytest.mark.parametrize(
    ("settings", "authorization", "body"),
    [
        (
            {"AUTHORIZATION": "plain", "FORMAT": "form", "BODY": '{"target": "{digits}", "message": "{text}"}'},
            "rahasia",
            {"target": "6281330000001", "message": "halo"},
        ),
        (
            {
                "AUTHORIZATION": "basic", "FORMAT": "form", "TOKEN": "AC1:x",
                "BODY": '{"To": "{number}", "Body": "{text}"}',
            },
            "Basic " + base64.b64encode(b"AC1:x").decode(),
            {"To": NUMBER, "Body": "halo"},
        ),
        (
            {
                "AUTHORIZATION": "body", "FORMAT": "form",
                "BODY": '{"userkey": "u", "passkey": "{token}", "to": "{local}", "message": "{text}"}',
            },
            None,
            {"userkey": "u", "passkey": "rahasia", "to": "081330000001", "message": "halo"},
        ),
        (
            {"BODY": '{"messages": [{"to": "{number}", "text": {"body": "{text}", "preview": false}}]}'},
            "Bearer rahasia",
            {"messages": [{"to": NUMBER, "text": {"body": "halo", "preview": False}}]},
        ),
    ],
    ids=["Fonnte", "Twilio", "Zenziva", "JSON with lists"],
)  # fmt: skip
def test_a_gateway_is_asked_as_its_settings_say(
    phones: Phones, settings: dict[str, str], authorization: str | None, body: Any
) -> None:
    phones.connect(**settings)
    gateway.post(NUMBER, "halo")
    [(headers, content)] = phones.server.received
    assert headers.get("authorization") == authorization
    is_form = headers["content-type"] == "application/x-www-form-urlencoded"
    assert (dict(parse_qsl(content.decode())) if is_form else json.loads(content)) == body


@on_one_database
def test_what_a_message_says_is_no_placeholder(phones: Phones) -> None:
    gateway.post(NUMBER, 'kode {token} {number} "x" & y')
    assert phones.messages == [(NUMBER, 'kode {token} {number} "x" & y')]


@on_one_database
def test_a_foreign_number_has_no_local_form(phones: Phones) -> None:
    phones.connect(BODY='{"to": "{local}", "message": "{text}"}')
    gateway.post("+6591234567", "halo")
    assert phones.messages == [("+6591234567", "halo")]


@on_one_database
def test_an_answer_that_does_not_say_success_is_a_refusal_without_codes_in_it(phones: Phones) -> None:
    phones.connect(SUCCESS='"status": true')
    phones.server.status, phones.server.answer = 200, b'{ "status" : true }'
    gateway.post(NUMBER, "halo")
    phones.server.answer = b'{"status": false, "reason": "rahasia: 6281330000001, kode 123456"}'
    with pytest.raises(gateway.NotTaken) as refused:
        gateway.post(NUMBER, "halo")
    assert str(refused.value) == '{"status": false, "reason": "…: …, kode …"}'


@on_one_database
def test_a_gateway_inside_is_reached_only_if_its_host_is_named(phones: Phones) -> None:
    outgoing.configure(())
    with pytest.raises(outgoing.PrivateAddress):
        gateway.post(NUMBER, "halo")
    assert phones.messages == []


@on_one_database
def test_a_redirection_is_a_refusal(phones: Phones) -> None:
    phones.server.status, phones.server.headers = 302, {"Location": "https://localhost/elsewhere"}
    with pytest.raises(outgoing.Refused):
        gateway.post(NUMBER, "halo")
    assert len(phones.server.received) == 1


def test_a_message_leaves_after_the_commit_in_a_lane_of_its_own(cast: Cast, phones: Phones) -> None:
    ask(cast)
    assert phones.messages == []
    assert (item().destination, item().urgency) == (phone_codes.TOPIC, outbox.RINGING)
    phones.deliver()
    phones.deliver()
    assert [number for number, _ in phones.messages] == [NUMBER]
    assert item().done_at is not None


def test_no_code_is_in_the_database(cast: Cast, phones: Phones) -> None:
    ask(cast)
    code = phones.code()
    kept = [db.session.scalars(select(model)).all() for model in (PhoneCode, OutboxItem)]
    texts = [str(getattr(row, column.key)) for rows in kept for row in rows for column in type(row).__table__.columns]
    assert not any(code in text for text in texts)


def test_a_gateway_that_fails_is_tried_again_until_the_code_expires(cast: Cast, phones: Phones) -> None:
    phones.server.status = 500
    ask(cast)
    for minute in range(1, 15):
        phones.deliver(timedelta(minutes=minute))
    tries = len(phones.server.received)
    assert 2 <= tries <= 12
    assert item().done_at is not None
    phones.server.status = 200
    phones.deliver(timedelta(minutes=20))
    assert len(phones.server.received) == tries


def test_operations_and_administrators_learn_that_the_gateway_fails(cast: Cast, phones: Phones) -> None:
    phones.server.status = 401
    ask(cast)
    phones.deliver()
    assert health.messages() == [health.Check("gateway", "Refused: answered 401", vital=False)]
    assert told() == ["gateway_failed"]
    phones.deliver(timedelta(seconds=5))
    assert told() == ["gateway_failed"]
    phones.server.status = 200
    phones.deliver(timedelta(minutes=1))
    assert health.messages() == [health.Check("gateway", vital=False)]


def test_readyz_shows_a_gateway_that_fails_and_is_no_less_ready(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    def readyz() -> tuple[int, str]:
        answer = as_user("").get("/readyz")
        return answer.status_code, answer.json["checks"].get("gateway")

    before = readyz()
    assert before[1] == "ok"
    phones.server.status = 503
    ask(cast)
    phones.deliver()
    assert readyz() == (before[0], "Refused: answered 503")
    gateway.configure(None)
    assert readyz() == (before[0], None)


def test_a_code_that_was_used_is_not_sent(cast: Cast, phones: Phones) -> None:
    ask(cast)
    db.session.delete(db.session.scalars(select(PhoneCode)).one())
    phones.deliver()
    assert phones.messages == []


def test_nothing_is_sent_after_the_gateway_was_taken_away(cast: Cast, phones: Phones) -> None:
    ask(cast)
    gateway.configure(None)
    phones.deliver()
    assert phones.messages == []


def test_administrators_are_told_before_the_messages_of_a_day_are_used_up(cast: Cast, phones: Phones) -> None:
    phones.connect(DAILY="2")
    ask(cast)
    phones.deliver()
    assert told() == []
    phone_codes.send(cast.wahyu, "+6281330000002", "own", "10.0.0.1", now())
    phones.deliver()
    assert told() == ["messages_used_up"]
    with pytest.raises(phone_codes.LimitReached):
        phone_codes.send(cast.karto, "+6281330000003", "own", "10.0.0.1", now())
