"""Warnings on phones: one message for each chain, none beyond its end, and no sound beside a silent alert."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from meteor.store.database import db
from meteor.warnings.models import HazardWarning
from tests.alerts.presses import press
from tests.cast import Cast
from tests.conftest import Browser
from tests.notices.conftest import Tick, TurnOn, service, tick, turn_on
from tests.notices.push_service import Device, PushService
from tests.warnings.scenes import cancel, publish, tell_all

__all__ = ["service", "tick", "turn_on"]

AsUser = Callable[[str], Browser]


@pytest.fixture
def phone(as_user: AsUser, turn_on: TurnOn) -> Device:
    """Sari's phone, with push turned on."""
    return turn_on(as_user("sari"))


def found(warning_id: int) -> HazardWarning:
    return db.session.get_one(HazardWarning, warning_id)


def lives(service: PushService) -> list[int]:
    """The seconds for which the push service keeps each message."""
    return [int(headers["ttl"]) for headers, _ in service.server.received]


def test_an_update_and_the_all_clear_replace_the_warning_on_the_phone(
    cast: Cast, phone: Device, tick: Tick, service: PushService
) -> None:
    first = publish("Mayangan", severity="Extreme").id
    tell_all()
    tick()
    second = publish("Mayangan", severity="Extreme", replaces=[found(first)]).id
    tell_all()
    tick()
    cancel(found(second))
    tell_all()
    tick()
    messages = service.told(phone)
    assert len(messages) == 3
    assert len({message["tag"] for message in messages}) == 1
    assert len({headers["topic"] for headers, _ in service.server.received}) == 1
    assert "sudah tidak berlaku" in messages[-1]["sentence"]


def test_two_warnings_stand_beside_each_other(cast: Cast, phone: Device, tick: Tick, service: PushService) -> None:
    for _ in range(2):
        publish("Mayangan")
        tell_all()
    tick()
    assert len({message["tag"] for message in service.told(phone)}) == 2


def test_a_warning_is_not_pushed_beyond_its_end(cast: Cast, phone: Device, tick: Tick, service: PushService) -> None:
    publish("Mayangan", minutes=10)
    publish("Mayangan", minutes=600)
    tell_all()
    tell_all()
    tick()
    assert sorted(round(seconds / 60) for seconds in lives(service)) == [10, 60]


def test_an_all_clear_is_pushed_although_its_warning_would_be_over(
    cast: Cast, phone: Device, tick: Tick, service: PushService
) -> None:
    warning = publish("Mayangan", minutes=10).id
    tell_all()
    tick()
    cancel(found(warning))
    tell_all()
    tick(timedelta(minutes=20))
    assert len(service.told(phone)) == 2


def test_beside_a_silent_alert_an_extreme_warning_is_shown_without_a_sound(
    cast: Cast, phone: Device, tick: Tick, service: PushService
) -> None:
    press(cast, silent=True)
    press(cast, kind="fire", latitude=-7.76, longitude=113.2)
    publish("Mayangan", severity="Extreme")
    tell_all()
    tick()
    assert [message["quiet"] for message in service.told(phone) if "Awas" in message["sentence"]] == [True]


def test_without_one_it_sounds(cast: Cast, phone: Device, tick: Tick, service: PushService) -> None:
    press(cast)
    publish("Mayangan", severity="Extreme")
    tell_all()
    tick()
    assert [message["quiet"] for message in service.told(phone) if "Awas" in message["sentence"]] == [False]
