"""Webhooks: each change of a status once, signed, tried for a day, and never sent to an address inside the house."""

import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from meteor.accounts import phone_codes
from meteor.alerts.models import Alert
from meteor.calls.models import Call
from meteor.clients import rules as clients
from meteor.clients.models import ApiClient
from meteor.dispatch import rules as dispatch
from meteor.hazards import remote_photos
from meteor.incidents import rules as incidents
from meteor.integrations import webhooks
from meteor.integrations.jobs import PARTNERS
from meteor.notices import push, rules
from meteor.notices.models import Notice
from meteor.open311 import forwarding_queue, forwarding_status
from meteor.panic import contacts
from meteor.scheduler.delivery import deliver, deliver_to_partners
from meteor.store import outbox, outgoing
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.integrations.receiver import Receiver
from tests.integrations.reports import told
from tests.integrations.test_incidents import opened
from tests.partners import Partner
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


def listen(partner: Partner, url: str) -> str:
    """The client is told at `url` from now on; its secret."""
    secret = webhooks.listen(db.session.get_one(ApiClient, partner.id), url, None)
    db.session.commit()
    return secret


def tick(later: timedelta = timedelta()) -> None:
    """The scheduler comes round."""
    webhooks.gather(now())
    db.session.commit()
    while deliver_to_partners(PARTNERS, now() + later):
        pass
    db.session.rollback()
    db.session.expire_all()


def bodies(receiver: Receiver) -> list[Any]:
    return [json.loads(body) for _, body in receiver.received]


def statuses(receiver: Receiver) -> list[str]:
    return [body["incident"]["status"] for body in bodies(receiver)]


def items() -> list[OutboxItem]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxItem).where(OutboxItem.topic == webhooks.TOPIC)))


def test_every_change_of_a_status_is_told_once(cast: Cast, partner: Partner, receiver: Receiver) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    listen(partner, receiver.url)
    number = partner.post("/api/v1/incidents", told(reference="A-1")).get_json()["number"]
    tick()
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    db.session.commit()
    tick()
    tick()
    incidents.close(opened(number), "helped", "rahasia", now(), cast.komang)
    db.session.commit()
    tick()
    assert statuses(receiver) == ["open", "dispatched", "closed"]
    last = bodies(receiver)[-1]["incident"]
    assert (last["number"], last["outcome"], last["references"]) == (number, "helped", ["A-1"])
    assert "rahasia" not in receiver.received[-1][1].decode()


def test_a_message_proves_that_it_is_ours_and_when_it_was_sent(
    cast: Cast, partner: Partner, receiver: Receiver
) -> None:
    secret = listen(partner, receiver.url)
    partner.post("/api/v1/incidents", told())
    tick()
    headers, body = receiver.received[0]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - now().timestamp()) < 10
    assert (headers["webhook-id"], headers["path"]) == (json.loads(body)["id"], "/meteor?for=us")
    assert headers["host"].startswith("localhost:")


def test_nobody_is_told_of_anothers_incidents(
    cast: Cast, partner: Partner, stranger: Partner, receiver: Receiver
) -> None:
    listen(stranger, receiver.url)
    partner.post("/api/v1/incidents", told())
    report(cast)
    tick()
    assert receiver.received == []


def test_nothing_from_before_is_told(cast: Cast, partner: Partner, receiver: Receiver) -> None:
    number = partner.post("/api/v1/incidents", told()).get_json()["number"]
    listen(partner, receiver.url)
    tick()
    incidents.note(opened(number), "belum ada kabar", now(), cast.komang)
    db.session.commit()
    tick()
    assert receiver.received == []


def test_without_the_scope_to_read_nothing_is_told(app: Any, cast: Cast, receiver: Receiver) -> None:
    writer = Partner(app, "Penulis", "incidents:write")
    listen(writer, receiver.url)
    writer.post("/api/v1/incidents", told())
    tick()
    assert receiver.received == []


def test_a_call_leads_to_its_incident(cast: Cast, partner: Partner, receiver: Receiver) -> None:
    listen(partner, receiver.url)
    incident = report(cast)
    alert = db.session.scalars(select(Alert.id).where(Alert.incident_id == incident.id)).one()
    db.session.add(Call(client_id=partner.id, reference="r-1", received_at=now(), status="ended", alert_id=alert))
    db.session.commit()
    tick()
    assert bodies(receiver)[0]["incident"]["references"] == ["r-1"]


def test_what_is_not_taken_is_tried_again_later_and_then_given_up(
    cast: Cast, partner: Partner, receiver: Receiver
) -> None:
    listen(partner, receiver.url)
    partner.post("/api/v1/incidents", told())
    receiver.status = 503
    tick()
    tick()
    assert len(receiver.received) == 1
    tick(timedelta(minutes=1))
    assert len(receiver.received) == 2
    assert "answered 503" in str(items()[0].problem)
    tick(outbox.DEAD_AFTER + timedelta(minutes=1))
    assert items()[0].failed_at is not None
    roles = set(db.session.scalars(select(Notice.role).where(Notice.kind == "undelivered")))
    assert roles == {"admin"}


@pytest.mark.both_databases
def test_an_administrator_sees_what_was_given_up_and_sends_it_again(
    cast: Cast, partner: Partner, receiver: Receiver, as_user: AsUser
) -> None:
    listen(partner, receiver.url)
    number = partner.post("/api/v1/incidents", told()).get_json()["number"]
    receiver.status = 500
    tick(outbox.DEAD_AFTER + timedelta(minutes=1))
    tuti, address = as_user("tuti"), f"/admin/clients/{partner.id}/deliveries"
    shown = tuti.get(address).text
    assert number in shown
    assert "answered 500" in shown
    receiver.status = 200
    assert tuti.post(f"{address}/{items()[0].id}/resending").status_code == 302
    tick()
    assert len(receiver.received) == 2
    assert items()[0].done_at is not None
    assert tuti.post(f"{address}/{items()[0].id}/resending").status_code == 404


def test_a_message_is_not_found_through_another_client(
    cast: Cast, partner: Partner, stranger: Partner, receiver: Receiver, as_user: AsUser
) -> None:
    listen(partner, receiver.url)
    partner.post("/api/v1/incidents", told())
    receiver.status = 500
    tick(outbox.DEAD_AFTER + timedelta(minutes=1))
    address = f"/admin/clients/{stranger.id}/deliveries/{items()[0].id}/resending"
    assert as_user("tuti").post(address).status_code == 404
    assert items()[0].failed_at is not None


def test_a_redirect_is_not_followed(cast: Cast, partner: Partner, receiver: Receiver) -> None:
    listen(partner, receiver.url)
    partner.post("/api/v1/incidents", told())
    receiver.status, receiver.headers = 307, {"Location": "/elsewhere"}
    tick()
    assert len(receiver.received) == 1
    assert "answered 307" in str(items()[0].problem)


def test_a_server_that_cannot_prove_who_it_is_is_told_nothing(
    cast: Cast, partner: Partner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "context", ssl.create_default_context)
    listen(partner, receiver.url)
    partner.post("/api/v1/incidents", told())
    tick()
    assert receiver.received == []
    assert "CERTIFICATE_VERIFY_FAILED" in str(items()[0].problem)


def test_nothing_is_sent_inside_the_house(
    cast: Cast, partner: Partner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    listen(partner, receiver.url)
    partner.post("/api/v1/incidents", told())
    tick()
    assert receiver.received == []
    assert "PrivateAddress" in str(items()[0].problem)


def test_a_host_inside_that_the_operators_have_named_is_told(
    cast: Cast, as_user: AsUser, partner: Partner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "is_public", lambda address: False)
    monkeypatch.setattr(outgoing, "_named", {"localhost"})
    answer = as_user("tuti").post(f"/admin/clients/{partner.id}/webhook", data={"url": receiver.url})
    assert answer.status_code == 201
    partner.post("/api/v1/incidents", told())
    tick()
    assert len(receiver.received) == 1


def test_what_waits_is_dropped_when_the_webhook_is_taken_away(cast: Cast, partner: Partner, receiver: Receiver) -> None:
    listen(partner, receiver.url)
    partner.post("/api/v1/incidents", told())
    webhooks.gather(now())
    listen(partner, "")
    tick()
    assert receiver.received == []
    assert items()[0].done_at is not None


def test_a_slow_partner_delays_nothing_of_ours(cast: Cast, partner: Partner, receiver: Receiver) -> None:
    listen(partner, receiver.url)
    partner.post("/api/v1/incidents", told())
    webhooks.gather(now())
    db.session.commit()
    seen: list[str] = []
    deliver({"visibility_changed": lambda payload, at: seen.append("visibility_changed")}, now(), elsewhere=PARTNERS)
    assert seen == ["visibility_changed"]
    assert receiver.received == []
    assert items()[0].attempts == 0


def test_the_scheduler_keeps_partners_apart(app: Any) -> None:
    jobs = {job.name: job.run for job in app.config["JOBS"]}
    partners = {webhooks.TOPIC, phone_codes.TOPIC, contacts.TOPIC, push.DEVICE, remote_photos.TOPIC}
    partners |= {forwarding_queue.TOPIC, forwarding_status.TOPIC}
    assert jobs["outbox.delivery"].keywords["elsewhere"] == {*partners, rules.PUSH}
    assert jobs["outbox.push"].args[0].keys() == {rules.PUSH}
    assert jobs["outbox.partners"].__self__.handlers.keys() == partners


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "203.130.196.5", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_an_address_outside_is_public(address: str) -> None:
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/", "ftp://partner.example/", "https://", "https://127.0.0.1/x", "https://[::1]/x",
        "https://localhost/x", "https://user:pw@partner.example/", "https://10.0.0.1:8443/", "https://x:99999/",
        "https://2130706433/", "https://0x7f.1/", "https://partner.example/ x", "javascript:alert(1)", "x" * 501,
    ],
)  # fmt: skip
def test_an_administrator_cannot_send_inside_either(cast: Cast, partner: Partner, as_user: AsUser, url: str) -> None:
    answer = as_user("tuti").post(f"/admin/clients/{partner.id}/webhook", data={"url": url})
    assert answer.status_code == 422
    db.session.expire_all()
    assert db.session.get_one(ApiClient, partner.id).webhook_url == ""


def test_an_administrator_sets_a_webhook_and_sees_its_secret_once(
    cast: Cast, partner: Partner, as_user: AsUser
) -> None:
    tuti, address = as_user("tuti"), f"/admin/clients/{partner.id}/webhook"
    shown = tuti.post(address, data={"url": "https://8.8.8.8/meteor"})
    secret = clients.webhook_secret(db.session.get_one(ApiClient, partner.id))
    db.session.rollback()
    assert shown.status_code == 201
    assert secret in shown.text
    assert secret not in tuti.get(address).text + tuti.get(f"/admin/clients/{partner.id}").text
    tuti.post(address, data={"url": "https://8.8.8.8/meteor"})
    db.session.expire_all()
    assert clients.webhook_secret(db.session.get_one(ApiClient, partner.id)) != secret


def test_an_administrator_takes_a_webhook_away(cast: Cast, partner: Partner, as_user: AsUser) -> None:
    listen(partner, "https://8.8.8.8/meteor")
    answer = as_user("tuti").post(f"/admin/clients/{partner.id}/webhook", data={"url": ""})
    db.session.expire_all()
    assert answer.status_code == 302
    assert db.session.get_one(ApiClient, partner.id).webhook_url == ""
