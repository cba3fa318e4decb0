"""A device that was signed out by a recovery or a reset is told so, and nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from meteor.accounts import passwords, recoveries, second_factors, telling
from meteor.accounts.models import RecoveryRequest
from meteor.notices import jobs, rules
from meteor.notices.jobs import PARTNERS
from meteor.scheduler.delivery import deliver
from meteor.store.database import db
from meteor.store.moments import now
from tests.accounts.factors import given
from tests.cast import Cast
from tests.conftest import Browser
from tests.notices.conftest import Tick, TurnOn
from tests.notices.push_service import PushService

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]


def test_an_approved_recovery_is_pushed_to_the_devices_that_it_signs_out(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    sari, wahyu = turn_on(as_user("sari")), turn_on(as_user("wahyu"))
    asked_at = now()
    number = recoveries.by_card(cast.sari, "+6281234567890", passwords.hashed("tiga kata lain"), "card", asked_at).id
    tick_accounts()
    tick()
    asked = len(service.told(sari))
    request = db.session.get_one(RecoveryRequest, number)
    recoveries.approve(request, "KTP diperiksa", cast.tuti, asked_at + timedelta(hours=24))
    tick_accounts()
    rules.tell("later", "phone_changed", "/account", user_id=cast.sari.id)
    tick()
    new = [message["sentence"] for message in service.told(sari)[asked:]]
    (sentence,) = new
    assert sentence.startswith("Akun Anda mendapat kata sandi dan nomor telepon baru.")
    assert service.told(wahyu) == []


def test_a_reset_of_the_second_factor_is_pushed_to_the_devices_that_it_signs_out(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService
) -> None:
    agus = turn_on(as_user("agus"))
    given(cast.agus)
    second_factors.reset(cast.agus, cast.tuti, "Ponsel hilang")
    tick_accounts()
    tick()
    (message,) = service.told(agus)
    assert message["sentence"].startswith("Verifikasi dua langkah akun Anda telah direset")


def tick_accounts() -> None:
    """The scheduler raises the notices that accounts have left."""
    db.session.commit()
    deliver(
        {**jobs.HANDLERS, telling.PHONE_CHANGED: lambda payload, at: None}, now(), elsewhere=[*PARTNERS, *jobs.PUSHES]
    )
    db.session.commit()
