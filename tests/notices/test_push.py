"""Push: what reaches a device, how it is sealed, and what becomes of it when it cannot be delivered."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from meteor.notices import labels, push, rules, vapid
from meteor.notices.models import Notice, PushSubscription
from meteor.store import outbox
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.notices.conftest import Tick, TurnOn
from tests.notices.push_service import CURVE, Device, PushService, claims, decoded

AsUser = Callable[[str], Browser]

NUMBER = "261124-001"
SAYABLE = {
    "number", "unit", "topic", "by", "premises", "where", "service", "metres", "account", "client", "seconds",
    "month", "taken", "left_out", "disk", "megabytes", "level", "what", "until", "endpoint", "rt", "text", "minutes",
    "place", "have", "need", "start", "end", "hours", "name", "colleague", "agency", "days", "shift", "other", "before",
    "incident", "units",
}  # fmt: skip
"""What a notice may say of a case: never a NIK, a phone, a pass phrase or what somebody has written.

A warning, its level and its end are public. The `text` of an RT leader is written for all residents of the RT. The
`incident` is priority, type and place of one that is neither silent nor confidential (dispatch.shortfall_notices). The
`name` of an officer is told to those who roster or swap with them, never why somebody cannot come.
"""


def tell(key: str = "a", kind: str = "nobody_left", **to: Any) -> Notice:
    rules.tell(key, kind, "/incidents", **{"role": "dispatcher", **to}, number=NUMBER, premises="Toko Emas Semeru")
    db.session.commit()
    return db.session.query(Notice).filter_by(key=key).one()


def sent() -> list[OutboxItem]:
    """What is or was to be sent to devices."""
    db.session.rollback()
    return list(db.session.scalars(select(OutboxItem).where(OutboxItem.topic == push.DEVICE)))


def devices() -> list[PushSubscription]:
    db.session.rollback()
    return list(db.session.scalars(select(PushSubscription)))


# --- what is told to whom ---


def test_a_device_reads_what_its_user_is_told(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    komang, maya = turn_on(as_user("komang")), turn_on(as_user("maya"))
    tell()
    tick()
    (message,) = service.told(komang)
    assert message["sentence"] == f"Kejadian {NUMBER}: belum ada unit yang siap"
    assert (message["url"], message["quiet"]) == ("/incidents", False)
    assert service.told(maya) == []
    assert {device.user_id for device in devices() if device.last_used_at} == {cast.komang.id}


def test_all_of_a_role_are_told_on_all_their_devices(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    told = [turn_on(as_user(who)) for who in ("komang", "komang", "hadi")]
    tell()
    tick()
    assert [len(service.told(device)) for device in told] == [1, 1, 1]


def test_each_is_told_in_their_own_language(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    cast.hadi.language = "en"
    hadi = turn_on(as_user("hadi"))
    tell(kind="alarm_at")
    tick()
    assert service.told(hadi)[0]["sentence"] == f"Incident {NUMBER}: unacknowledged alarm at Toko Emas Semeru"


def test_what_was_told_once_is_pushed_once(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    komang = turn_on(as_user("komang"))
    for _ in range(2):
        tell()
        tick()
    assert len(service.told(komang)) == 1


def test_nobody_is_called_for_what_somebody_has_seen_to(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    turn_on(as_user("komang"))
    rules.acknowledge(tell().id, cast.hadi, now())
    tick()
    assert service.server.received == []


def test_a_notice_that_is_deleted_before_it_is_pushed_goes_to_nobody(cast: Cast) -> None:
    notice = tell()
    payload = {"notice_id": notice.id}
    db.session.delete(notice)
    db.session.commit()
    push.spread(payload, now())
    assert sent() == []


@pytest.mark.parametrize("kind", sorted(labels.SENTENCES))
def test_where_an_alarm_is_silent_no_phone_says_anything(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, kind: str
) -> None:
    turn_on(as_user("toko"))
    tell("a", kind, role=None, user_id=cast.toko.id)
    tell("b", kind, role="business")
    tick()
    assert service.server.received == []


def test_what_can_wait_is_shown_to_a_business_without_a_sound(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    toko = turn_on(as_user("toko"))
    tell(kind="monthly_test", role=None, user_id=cast.toko.id)
    tick()
    (message,) = service.told(toko)
    assert message["quiet"]
    assert "Uji coba bulanan" in message["sentence"]


def test_a_sentence_says_nothing_of_people() -> None:
    sentences = (*labels.SENTENCES.values(), *labels.QUIET.values())
    said = {name for sentence in sentences for name in re.findall(r"%\((\w+)\)", str(sentence))}
    assert said <= SAYABLE


# --- how it is sealed ---


def test_the_devices_of_these_tests_read_the_example_of_the_standard() -> None:
    """RFC 8291, appendix A."""
    private = ec.derive_private_key(int.from_bytes(decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")), CURVE)
    device = Device("", private, decoded("BTBZMqHH6r4Tts7J_aSIgg"))
    body = decoded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7"
        "A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert device.read(body) == b"When I grow up, I want to be a watermelon"


def test_the_push_service_learns_nothing(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    turn_on(as_user("komang"))
    tell(kind="alarm_at")
    tick()
    (headers, body) = service.server.received[0]
    seen = str(headers).encode() + body
    assert not any(word in seen for word in (NUMBER.encode(), b"Semeru", b"Alarm", b"Komang"))
    with pytest.raises(InvalidTag):
        service.subscribe().read(body)


def test_it_is_urgent_short_lived_and_replaces_what_is_older(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    komang = turn_on(as_user("komang"))
    tell("a")
    tell("b", "unaccepted")
    rules.tell("c", "nobody_left", "/incidents", role="dispatcher", number="261124-002")
    tick()
    topics = []
    for headers, _ in service.server.received:
        assert headers["urgency"] == "high"
        assert 0 < int(headers["ttl"]) <= push.LIFE.total_seconds()
        assert headers["content-encoding"] == "aes128gcm"
        assert re.fullmatch(r"[\w-]{1,32}", headers["topic"])
        topics.append(headers["topic"])
    assert topics[0] == topics[1] != topics[2]
    assert [message["tag"] for message in service.told(komang)] == topics


def test_it_is_signed_for_this_push_service_and_says_who_runs_meteor(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    turn_on(as_user("komang"))
    tell()
    tick()
    said = claims(service.server.received[0][0]["authorization"], vapid.public_key())
    assert (said["aud"], said["sub"]) == (service.origin, "mailto:meteor@localhost")
    assert 0 < said["exp"] - now().timestamp() <= timedelta(days=1).total_seconds()


@pytest.mark.both_databases
def test_the_page_gives_the_browser_the_key_that_signs(as_user: AsUser, cast: Cast) -> None:
    assert f'data-key="{vapid.public_key()}"' in as_user("komang").get("/notices/devices").text
    assert len(decoded(vapid.public_key())) == 65


# --- what goes wrong ---


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_its_push_service_does_not_know_any_more_is_forgotten(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, status: int
) -> None:
    turn_on(as_user("komang"))
    service.server.status = status
    tell()
    tick()
    assert devices() == []
    assert [item.done_at is not None for item in sent()] == [True]


@pytest.mark.parametrize("way", ["seconds", "date"])
def test_who_asks_for_a_pause_is_given_one(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, way: str
) -> None:
    komang = turn_on(as_user("komang"))
    until = format_datetime(now() + timedelta(seconds=61), usegmt=True)
    service.server.status, service.server.headers = 429, {"Retry-After": "60" if way == "seconds" else until}
    tell()
    tick()
    service.server.status = 201
    tick(timedelta(seconds=50))
    assert len(service.server.received) == 1
    tick(timedelta(seconds=70))
    assert len(service.told(komang)) == 2


@pytest.mark.parametrize("said", ["soon", "-5", "1e9", "", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_a_pause_that_nobody_understands_is_the_usual_one(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, said: str
) -> None:
    turn_on(as_user("komang"))
    service.server.status, service.server.headers = 503, {"Retry-After": said}
    tell()
    tick()
    tick(timedelta(seconds=4))
    assert len(service.server.received) == 2


def test_nobody_is_asked_to_wait_for_longer_than_anything_waits(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    turn_on(as_user("komang"))
    service.server.status, service.server.headers = 429, {"Retry-After": "99999999999999"}
    tell()
    tick()
    assert sent()[0].due_at <= now() + outbox.LONGEST_PAUSE


def test_what_comes_too_late_is_not_sent_and_the_administrators_are_told(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    turn_on(as_user("komang"))
    db.session.get_one(Notice, tell().id).created_at -= push.LIFE
    tick()
    assert service.server.received == []
    assert [device.failed for device in devices()] == [1]
    assert "localhost" in as_user("tuti").get("/notices").text
    assert "tidak sampai pada waktunya" in as_user("komang").get("/notices/devices").text


def test_what_arrives_again_is_well_again(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    turn_on(as_user("komang"))
    devices()[0].failed = 3
    tell()
    tick()
    assert [device.failed for device in devices()] == [0]


def test_nothing_is_pushed_inside_the_house(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(as_user("komang"))
    monkeypatch.undo()
    tell()
    tick()
    assert service.server.received == []
    assert "PrivateAddress" in str(sent()[0].problem)


def test_without_a_key_nothing_waits_to_be_pushed(as_user: AsUser, cast: Cast) -> None:
    key = bytes.fromhex("d" * 64)
    vapid.configure(None, "")
    try:
        tell()
        page = as_user("komang").get("/notices/devices").text
        answer = as_user("komang").post("/notices/devices", data={"endpoint": "x", "p256dh": "x", "auth": "x"})
    finally:
        vapid.configure(key, "mailto:meteor@localhost")
    assert db.session.scalars(select(OutboxItem).where(OutboxItem.topic == rules.PUSH)).all() == []
    assert "Notifikasi belum disiapkan di server ini" in page
    assert "<script" not in page.partition("<main")[2].partition("</main>")[0]
    assert answer.status_code == 404


def test_the_address_of_a_notice_is_a_page_of_ours(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    komang = turn_on(as_user("komang"))
    tell()
    tick()
    parts = urlsplit(service.told(komang)[0]["url"])
    assert (parts.scheme, parts.netloc) == ("", "")
    assert as_user("komang").get(parts.path).status_code == 200
