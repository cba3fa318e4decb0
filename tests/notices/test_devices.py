"""Devices: who turns push on where, sees it and turns it off; it ends with the session that it was turned on in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from meteor.accounts import records as accounts
from meteor.accounts.models import UserRole
from meteor.notices import devices, rules
from meteor.notices.models import PushSubscription
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.language import iso
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser
from tests.notices.conftest import Tick, TurnOn
from tests.notices.push_service import Device, PushService, encoded

AsUser = Callable[[str], Browser]
PAGE = "/notices/devices"


def known() -> list[PushSubscription]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(PushSubscription).order_by(PushSubscription.id)))


def tell() -> None:
    rules.tell(f"a{now()}", "nobody_left", "/incidents", role="dispatcher", number="261124-001")
    db.session.commit()


# --- turning it on ---


@pytest.mark.parametrize(
    "who", ["komang", "hadi", "yusuf", "maya", "agus", "tuti", "toko", "endang", "bagas"]
)  # fmt: skip
def test_whoever_is_told_of_anything_turns_it_on(as_user: AsUser, cast: Cast, turn_on: TurnOn, who: str) -> None:
    device = turn_on(as_user(who))
    (mine,) = known()
    assert (mine.user_id, mine.endpoint, mine.service) == (getattr(cast, who).id, device.endpoint, "localhost")


def test_a_device_is_called_as_people_call_it(as_user: AsUser, cast: Cast, service: PushService) -> None:
    pixel = (
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
    )
    komang = as_user("komang")
    komang.post(PAGE, data=service.subscribe().form, headers={"User-Agent": pixel})
    page = komang.get(PAGE).text
    assert "Chrome · Android" in page
    assert "perangkat ini" in page
    assert "perangkat ini</span>" not in as_user("komang").get(PAGE).text


def test_turned_on_again_a_browser_is_one_device(as_user: AsUser, cast: Cast, turn_on: TurnOn) -> None:
    komang = as_user("komang")
    turn_on(komang)
    newer = turn_on(komang)
    assert [device.endpoint for device in known()] == [newer.endpoint]


def test_a_browser_tells_only_who_turned_it_on_last(as_user: AsUser, cast: Cast, service: PushService) -> None:
    device = service.subscribe()
    as_user("maya").post(PAGE, data=device.form)
    as_user("komang").post(PAGE, data=device.form)
    assert [one.user_id for one in known()] == [cast.komang.id]


def test_the_eleventh_device_takes_the_place_of_the_first(as_user: AsUser, cast: Cast, turn_on: TurnOn) -> None:
    first = turn_on(as_user("komang"))
    others = [turn_on(as_user("komang")) for _ in range(devices.MOST)]
    assert [one.endpoint for one in known()] == [one.endpoint for one in others]
    assert first.endpoint not in {one.endpoint for one in known()}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"endpoint": ""}, "Data langganan dari peramban tidak lengkap"),
        ({"endpoint": "http://push.example/1"}, "Ini bukan alamat HTTPS publik"),
        ({"endpoint": "https://user:pw@push.example/1"}, "Ini bukan alamat HTTPS publik"),
        ({"endpoint": "https://push.example/" + "x" * 1000}, "1000"),
        ({"p256dh": ""}, "Data langganan dari peramban tidak lengkap"),
        ({"p256dh": "%%%"}, "Data langganan dari peramban tidak lengkap"),
        ({"p256dh": encoded(b"\4" + b"x" * 64)}, "Data langganan dari peramban tidak lengkap"),
        ({"auth": encoded(b"x" * 15)}, "Data langganan dari peramban tidak lengkap"),
        ({"auth": "ä"}, "Data langganan dari peramban tidak lengkap"),
    ],
)
def test_what_is_no_subscription_is_refused(
    as_user: AsUser, cast: Cast, service: PushService, wrong: dict[str, str], says: str
) -> None:
    answer = as_user("komang").post(PAGE, data=service.subscribe().form | wrong)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert known() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1:8443", "[::1]", "169.254.169.254"])
def test_nobody_lets_meteor_send_inside_the_house(as_user: AsUser, cast: Cast, host: str) -> None:
    answer = as_user("komang").post(PAGE, data=Device(f"https://{host}/push/1").form)
    assert (answer.status_code, "Ini bukan alamat HTTPS publik" in answer.text) == (422, True)
    assert known() == []


# --- seeing and turning it off ---


def test_its_user_sees_when_a_device_was_last_reached(as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick) -> None:
    komang = as_user("komang")
    turn_on(komang)
    assert komang.get(PAGE).text.count("<time") == 1  # since when; it was never reached
    tell()
    tick()
    reached = known()[0].last_used_at
    assert reached
    assert f'datetime="{iso(reached)}"' in komang.get(PAGE).text


def test_its_user_turns_any_of_their_devices_off(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    turn_on(as_user("komang"))
    (device,) = known()
    answer = as_user("komang").post(f"{PAGE}/{device.id}/removal")
    assert (answer.status_code, answer.location) == (303, PAGE)
    tell()
    tick()
    assert (known(), service.server.received) == ([], [])


@pytest.mark.parametrize("action", ["removal", "trial"])
def test_nobody_does_anything_to_another_ones_device(as_user: AsUser, cast: Cast, turn_on: TurnOn, action: str) -> None:
    turn_on(as_user("komang"))
    (device,) = known()
    assert as_user("hadi").post(f"{PAGE}/{device.id}/{action}").status_code == 404
    assert device.device not in as_user("hadi").get(PAGE).text
    assert len(known()) == 1


def test_a_trial_says_that_it_arrived_on_that_device_alone(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    here, there = turn_on(as_user("komang")), turn_on(as_user("komang"))
    assert as_user("komang").post(f"{PAGE}/{known()[0].id}/trial").status_code == 303
    tick()
    assert [message["sentence"] for message in service.told(here)] == [
        "Ini percobaan: notifikasi berfungsi di perangkat ini."
    ]
    assert service.told(there) == []


@pytest.mark.both_databases
def test_a_device_is_not_tried_out_for_ever(as_user: AsUser, cast: Cast, turn_on: TurnOn) -> None:
    komang = as_user("komang")
    turn_on(komang)
    (device,) = known()
    answers = [komang.post(f"{PAGE}/{device.id}/trial").status_code for _ in range(7)]
    assert answers == [303] * 6 + [429]


def test_the_way_to_it_stands_in_the_account_and_beside_the_alarms(as_user: AsUser, cast: Cast) -> None:
    tell()
    for page in ("/account", "/notices"):
        assert f'href="{PAGE}"' in as_user("komang").get(page).text


# --- sessions ---


def signed_out(browser: Browser, cast: Cast) -> None:
    browser.post("/sign-out")


def sessions_ended(browser: Browser, cast: Cast) -> None:
    accounts.end_sessions(cast.komang, cast.tuti)


def disabled(browser: Browser, cast: Cast) -> None:
    accounts.disable(cast.komang, cast.tuti)


def without_the_role(browser: Browser, cast: Cast) -> None:
    db.session.execute(delete(UserRole).where(UserRole.user_id == cast.komang.id))


@pytest.mark.parametrize("over", [signed_out, sessions_ended, disabled, without_the_role])
def test_nobody_is_told_after_they_have_left(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, over: Callable[..., Any]
) -> None:
    komang = as_user("komang")
    turn_on(komang)
    tell()  # waits already when they leave
    over(komang, cast)
    tell()
    tick()
    assert service.server.received == []


def test_who_signs_in_again_in_the_same_browser_is_told_again(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    browser = as_user("komang")
    device = turn_on(browser)
    accounts.end_sessions(cast.komang, cast.tuti)
    browser.post("/sign-in", data={"username": "komang", "password": PASSWORD})
    tell()
    tick()
    assert len(service.told(device)) == 1


def test_who_changes_the_password_goes_on_being_told_in_that_browser_alone(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    here, elsewhere = as_user("komang"), as_user("komang")
    mine, lost = turn_on(here), turn_on(elsewhere)
    new = "sebuah kata sandi yang panjang"
    answer = here.post("/account/password", data={"current": PASSWORD, "password": new, "repeated": new})
    assert answer.status_code == 302
    tell()
    tick()
    assert (len(service.told(mine)), len(service.told(lost))) == (1, 0)


def test_another_user_in_the_same_browser_ends_it(as_user: AsUser, cast: Cast, turn_on: TurnOn) -> None:
    browser = as_user("komang")
    turn_on(browser)
    browser.post("/sign-in", data={"username": "maya", "password": PASSWORD})
    assert known() == []


def test_a_browser_whose_device_is_gone_ends_nobody_elses(as_user: AsUser, cast: Cast, turn_on: TurnOn) -> None:
    gone = as_user("maya")
    turn_on(gone)
    devices.turn_off(known()[0].id)  # as the scheduler does when the push service knows it no more
    db.session.commit()
    turn_on(as_user("yusuf"))
    gone.post("/sign-out")
    assert [device.user_id for device in known()] == [cast.yusuf.id]


def test_a_device_of_an_ended_session_is_forgotten_after_a_month(as_user: AsUser, cast: Cast, turn_on: TurnOn) -> None:
    turn_on(as_user("komang"))
    turn_on(as_user("maya"))
    accounts.end_sessions(cast.komang, cast.tuti)
    db.session.commit()
    devices.forget(now() + devices.KEPT - timedelta(hours=1))
    assert len(db.session.scalars(select(PushSubscription)).all()) == 2
    devices.forget(now() + devices.KEPT + timedelta(hours=1))
    assert [device.user_id for device in db.session.scalars(select(PushSubscription))] == [cast.maya.id]


# --- the service worker ---


def test_the_service_worker_speaks_the_users_language(as_user: AsUser, cast: Cast) -> None:
    script = as_user("komang").get("/notices/service-worker.js")
    assert script.mimetype == "text/javascript"
    assert script.headers["Cache-Control"] == "no-cache"
    assert "Ketuk di sini lalu nyalakan lagi" in script.text
    cast.hadi.language = "en"
    assert "Tap here and turn it on again" in as_user("hadi").get("/notices/service-worker.js").text
