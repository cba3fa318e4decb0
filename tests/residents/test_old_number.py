"""A recovery request of a claim card: a code to the old number stands for its owner's consent."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from meteor.accounts import recoveries
from meteor.accounts.credentials import PhoneCode
from meteor.accounts.models import RecoveryRequest
from meteor.accounts.rules import user_who_signs_in
from meteor.residents import claims
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import trail
from tests.cast import PASSWORD as OLD_PASSWORD
from tests.cast import Cast
from tests.conftest import Browser
from tests.phones import Phones
from tests.residents.conftest import PASSWORD

OLD, NEW = "+6281330000001", "+6281234567890"
TYPED = {"phone": NEW, "password": PASSWORD}


@pytest.fixture
def card(cast: Cast, sari: Resident) -> str:
    """The code of Sari's claim card; her number was verified once."""
    cast.sari.phone_verified_at = now()
    made = claims.make_card(sari, cast.endang, now())
    db.session.commit()
    return made.code


def request() -> RecoveryRequest:
    db.session.expire_all()
    return db.session.scalars(select(RecoveryRequest)).one()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_code_to_the_old_number_grants_the_request(nobody: Browser, cast: Cast, phones: Phones, card: str) -> None:
    assert nobody.post(f"/claims/{card}", data=TYPED).location == f"/claims/{card}"
    page = nobody.get(f"/claims/{card}").text
    assert "Masih memegang nomor lama?" in page
    assert OLD[-6:] not in page
    code = phones.code()
    assert [number for number, _ in phones.messages] == [OLD]
    assert nobody.post(f"/claims/{card}/proof", data={"code": code}).location == f"/claims/{card}"
    assert "dikabulkan" in nobody.get(f"/claims/{card}").text
    assert request().outcome == "proved"
    assert user_who_signs_in(NEW, PASSWORD) == cast.sari
    assert user_who_signs_in(NEW, OLD_PASSWORD) is None
    assert cast.sari.phone_verified_at is None
    assert [entry.actor_name for entry in trail("recovery_proved")] == ["METEOR"]


def test_who_only_forgot_the_password_keeps_the_verified_number(
    nobody: Browser, cast: Cast, phones: Phones, card: str
) -> None:
    nobody.post(f"/claims/{card}", data=TYPED | {"phone": OLD})
    nobody.post(f"/claims/{card}/proof", data={"code": phones.code()})
    assert request().outcome == "proved"
    assert user_who_signs_in(OLD, PASSWORD) == cast.sari
    assert cast.sari.phone_verified_at


def test_wrong_codes_grant_nothing_and_end_after_five(nobody: Browser, cast: Cast, phones: Phones, card: str) -> None:
    nobody.post(f"/claims/{card}", data=TYPED)
    code = phones.code()
    answers = [nobody.post(f"/claims/{card}/proof", data={"code": wrong(code)}) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {422}
    assert "Sisa percobaan: 4." in answers[0].text
    assert nobody.post(f"/claims/{card}/proof", data={"code": code}).status_code == 422
    assert nobody.post(f"/claims/{card}/proof", data={"code": "12"}).status_code == 422
    assert request().outcome is None
    assert cast.sari.phone == OLD


def test_an_unverified_number_proves_nothing(nobody: Browser, cast: Cast, phones: Phones, card: str) -> None:
    cast.sari.phone_verified_at = None
    nobody.post(f"/claims/{card}", data=TYPED)
    assert "Masih memegang nomor lama?" not in nobody.get(f"/claims/{card}").text
    assert nobody.post(f"/claims/{card}/message").status_code == 404
    assert nobody.post(f"/claims/{card}/proof", data={"code": "123456"}).status_code == 422
    phones.deliver()
    assert phones.messages == []


def test_without_a_gateway_the_owner_and_an_administrator_decide(nobody: Browser, cast: Cast, card: str) -> None:
    nobody.post(f"/claims/{card}", data=TYPED)
    assert "Masih memegang nomor lama?" not in nobody.get(f"/claims/{card}").text
    assert nobody.post(f"/claims/{card}/message").status_code == 404
    assert nobody.post(f"/claims/{card}/proof", data={"code": "123456"}).status_code == 422


def test_a_new_code_goes_after_a_minute(nobody: Browser, cast: Cast, phones: Phones, card: str) -> None:
    nobody.post(f"/claims/{card}", data=TYPED)
    phones.deliver()
    soon = nobody.post(f"/claims/{card}/message")
    assert soon.status_code == 429
    assert "Anda dapat meminta lagi dalam" in soon.text
    with time_machine.travel(now() + timedelta(minutes=1), tick=True):
        assert nobody.post(f"/claims/{card}/message").status_code == 303
        assert nobody.post(f"/claims/{card}/proof", data={"code": phones.code()}).status_code == 303
    assert request().outcome == "proved"


@pytest.mark.both_databases
def test_a_code_that_is_too_old_grants_nothing(nobody: Browser, cast: Cast, phones: Phones, card: str) -> None:
    nobody.post(f"/claims/{card}", data=TYPED)
    code = phones.code()
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert nobody.post(f"/claims/{card}/proof", data={"code": code}).status_code == 422
    assert request().outcome is None


def test_a_request_that_its_owner_refused_is_not_granted_by_a_code(
    nobody: Browser, cast: Cast, phones: Phones, card: str
) -> None:
    nobody.post(f"/claims/{card}", data=TYPED)
    code = phones.code()
    recoveries.refuse(request(), cast.sari, now())
    db.session.commit()
    assert nobody.post(f"/claims/{card}/proof", data={"code": code}).status_code == 422
    assert request().outcome == "refused"
    assert nobody.post(f"/claims/{card}/message").status_code == 404


def test_an_account_with_another_role_is_not_opened_by_a_code(
    nobody: Browser, cast: Cast, phones: Phones, card: str
) -> None:
    nobody.post(f"/claims/{card}", data=TYPED)
    code = phones.code()
    cast.sari.active = False
    assert "Hubungi administrator kota" in nobody.post(f"/claims/{card}/proof", data={"code": code}).text
    assert request().outcome is None


@pytest.mark.parametrize("address", ["message", "proof"])
def test_a_card_that_asked_for_nothing_has_no_proof(nobody: Browser, phones: Phones, card: str, address: str) -> None:
    assert nobody.post(f"/claims/{card}/{address}", data={"code": "123456"}).status_code == 404
    assert nobody.post(f"/claims/999999999999999/{address}", data={"code": "123456"}).status_code == 404


def test_the_code_of_a_recovery_does_not_verify_a_number_in_a_session(
    nobody: Browser, as_user: object, cast: Cast, phones: Phones, card: str
) -> None:
    nobody.post(f"/claims/{card}", data=TYPED)
    code = phones.code()
    sari = as_user("sari")  # type: ignore[operator]
    assert sari.post("/account/phone/verification", data={"code": code}).status_code == 422
    assert db.session.scalars(select(PhoneCode)).one().tries == 0
