"""A phone number is proved by a code: the own one, and a new one before it counts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from meteor.accounts import gateway, phone_codes, phone_numbers
from meteor.accounts.credentials import PhoneCode
from meteor.accounts.models import User
from meteor.accounts.rules import user_who_signs_in
from meteor.store import secrets
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import trail
from tests.cast import PASSWORD, Cast
from tests.conftest import KEYS, Browser
from tests.phones import Phones
from tests.scenes import at_once

AsUser = Callable[[str], Browser]
PAGE, CODE = "/account/phone/verification", "/account/phone/code"
MINUTE = timedelta(minutes=1)
NEW = "+6281234567890"


def verified(user: User) -> bool:
    db.session.expire_all()
    return user.phone_verified_at is not None


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_citizen_proves_the_own_number(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    sari = as_user("sari")
    assert "Verifikasi nomor Anda" in sari.get("/").text
    assert "belum terverifikasi" in sari.get("/account").text
    assert sari.post(CODE).location == PAGE
    page = sari.get(PAGE).text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    code = phones.code()
    assert [number for number, _ in phones.messages] == ["+6281330000001"]
    assert sari.post(PAGE, data={"code": f"{code[:3]} {code[3:]}"}).location == "/account"
    assert verified(cast.sari)
    assert "Verifikasi nomor Anda" not in sari.get("/").text
    assert "belum terverifikasi" not in sari.get("/account").text
    assert trail("phone_verified")[0].actor_name == "Sari Wulandari"
    assert db.session.scalars(select(PhoneCode)).all() == []


def test_without_a_gateway_nobody_is_asked(as_user: AsUser, cast: Cast) -> None:
    sari = as_user("sari")
    assert "Verifikasi nomor Anda" not in sari.get("/").text
    assert "belum terverifikasi" in sari.get("/account").text
    assert sari.get(PAGE).status_code == 404
    assert sari.post(PAGE, data={"code": "123456"}).status_code == 404
    assert sari.post(CODE).status_code == 404


def test_staff_may_prove_their_number_and_are_not_asked(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    komang = as_user("komang")
    assert "Verifikasi nomor Anda" not in komang.get("/").text
    assert "Verifikasi nomor Anda" in komang.get("/account").text
    komang.post(CODE)
    assert komang.post(PAGE, data={"code": phones.code()}).location == "/account"
    assert verified(cast.komang)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "kode"])
def test_what_is_no_code_costs_no_try(as_user: AsUser, cast: Cast, phones: Phones, typed: str) -> None:
    sari = as_user("sari")
    sari.post(CODE)
    assert sari.post(PAGE, data={"code": typed}).status_code == 422
    assert db.session.scalars(select(PhoneCode.tries)).one() == 0


def test_a_code_has_five_tries(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    sari = as_user("sari")
    sari.post(CODE)
    code = phones.code()
    for left in (4, 3, 2, 1):
        assert f"Sisa percobaan: {left}." in sari.post(PAGE, data={"code": wrong(code)}).text
    assert "tidak berlaku lagi" in sari.post(PAGE, data={"code": wrong(code)}).text
    answer = sari.post(PAGE, data={"code": code})
    assert answer.status_code == 422
    assert not verified(cast.sari)


@pytest.mark.both_databases
def test_of_many_tries_at_once_five_count(app: Flask, cast: Cast, phones: Phones) -> None:
    phone_codes.send(cast.sari, cast.sari.phone or "", "own", "", now())
    code, user_id = phones.code(), cast.sari.id

    def guess() -> str:
        try:
            phone_numbers.prove(db.session.get_one(User, user_id), wrong(code), now())
        except (phone_codes.WrongCode, phone_codes.NoCode) as refused:
            db.session.commit()
            return type(refused).__name__
        return "proved"

    assert sorted(at_once(app, *[guess] * 8)) == ["NoCode"] * 3 + ["WrongCode"] * 5
    with pytest.raises(phone_codes.NoCode):
        phone_numbers.prove(cast.sari, code, now())


def test_a_request_that_read_the_code_before_its_last_try_gets_no_sixth(cast: Cast, phones: Phones) -> None:
    phone_codes.send(cast.sari, cast.sari.phone or "", "own", "", now())
    code = phones.code()
    read_before = phone_numbers.waiting(cast.sari, now())
    assert read_before
    for _ in range(5):
        with pytest.raises(phone_codes.WrongCode):
            phone_codes.use_code(read_before, wrong(code), now())
    with pytest.raises(phone_codes.NoCode):
        phone_codes.use_code(read_before, code, now())


def test_a_code_expires_after_ten_minutes(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    sari = as_user("sari")
    sari.post(CODE)
    code = phones.code()
    with time_machine.travel(now() + 10 * MINUTE, tick=False):
        assert "tidak berlaku lagi" in sari.post(PAGE, data={"code": code}).text
        phone_codes.forget(now())
    assert db.session.scalars(select(PhoneCode)).all() == []
    assert not verified(cast.sari)


def test_a_code_works_once(cast: Cast, phones: Phones) -> None:
    phone_codes.send(cast.sari, cast.sari.phone or "", "own", "", now())
    code = phones.code()
    phone_numbers.prove(cast.sari, code, now())
    with pytest.raises(phone_codes.NoCode):
        phone_numbers.prove(cast.sari, code, now())


def test_a_code_of_another_account_proves_nothing(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    as_user("sari").post(CODE)
    code = phones.code()
    assert as_user("wahyu").post(PAGE, data={"code": code}).status_code == 422
    assert not verified(cast.wahyu)


def test_a_new_code_goes_after_a_minute_and_ends_the_one_before(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    sari = as_user("sari")
    sari.post(CODE)
    first = phones.code()
    soon = sari.post(CODE)
    assert soon.status_code == 429
    assert "Anda dapat meminta lagi dalam" in soon.text
    with time_machine.travel(now() + MINUTE, tick=True):
        assert sari.post(CODE).location == PAGE
        second = phones.code()
        assert len(phones.messages) == 2
        assert first == second or sari.post(PAGE, data={"code": first}).status_code == 422
        assert sari.post(PAGE, data={"code": second}).location == "/account"


def test_five_codes_go_to_a_number_in_a_day(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    sari, answers = as_user("sari"), []
    for minute in range(6):
        with time_machine.travel(now().replace(hour=2) + minute * 2 * MINUTE, tick=False):
            answers.append(sari.post(CODE).status_code)
    assert answers == [303] * 5 + [429]


def test_a_network_gets_few_codes_in_a_day(cast: Cast, phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_codes, "NETWORK", phone_codes.NETWORK._replace(most=1))
    phone_codes.send(cast.sari, "+6281330000001", "own", "114.4.0.1", now())
    with pytest.raises(phone_codes.LimitReached):
        phone_codes.send(cast.wahyu, "+6281330000002", "own", "114.4.0.1", now())
    phone_codes.send(cast.wahyu, "+6281330000002", "own", "114.4.0.2", now())


def test_a_code_that_was_sent_before_the_keys_were_rotated_is_good(cast: Cast, phones: Phones) -> None:
    phone_codes.send(cast.sari, cast.sari.phone or "", "own", "", now())
    code, old = phones.code(), (bytes.fromhex(KEYS["METEOR_DATA_KEY"]), bytes.fromhex(KEYS["METEOR_INDEX_KEY"]))
    secrets.configure(old[0], b"n" * 32, (), (old[1],))
    try:
        phone_numbers.prove(cast.sari, code, now())
    finally:
        secrets.configure(*old)
    assert cast.sari.phone_verified_at


def change(browser: Browser, phone: str) -> str | None:
    return browser.post("/account/phone", data={"phone": phone, "current": PASSWORD}).location


def test_a_new_number_counts_once_its_code_is_entered(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    sari = as_user("sari")
    assert change(sari, NEW) == PAGE
    assert verified(cast.sari) is False
    assert cast.sari.phone == "+6281330000001"
    assert "0812-3456-7890" in sari.get(PAGE).text
    code = phones.code()
    assert [number for number, _ in phones.messages] == [NEW]
    assert sari.post(PAGE, data={"code": code}).location == "/account"
    assert verified(cast.sari)
    assert cast.sari.phone == NEW
    assert user_who_signs_in(NEW, PASSWORD) == cast.sari
    assert trail("phone_changed")[0].detail["after"] == {"phone": NEW}


def test_without_a_gateway_a_new_number_counts_at_once_and_is_unverified(as_user: AsUser, cast: Cast) -> None:
    cast.sari.phone_verified_at = now()
    assert change(as_user("sari"), NEW) == "/account"
    assert verified(cast.sari) is False
    assert cast.sari.phone == NEW


def test_a_number_of_another_account_is_answered_like_any_other(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    sari, wahyu = as_user("sari"), as_user("wahyu")
    assert change(sari, "+6281330000003") == change(wahyu, NEW) == PAGE
    pages = [browser.get(PAGE).text.replace("0812-3456-7890", "0813-3000-0003") for browser in (sari, wahyu)]
    assert pages[0].count("0813-3000-0003") == pages[1].count("0813-3000-0003") == 1
    phones.deliver()
    texts = dict(phones.messages)
    assert "sudah memiliki akun" in texts["+6281330000003"]
    code = db.session.scalars(select(PhoneCode).where(PhoneCode.phone == "+6281330000003")).one()
    assert "Kode salah" in sari.post(PAGE, data={"code": phone_codes.of(code)}).text
    assert "Kode salah" in wahyu.post(PAGE, data={"code": wrong(phones_code(phones, NEW))}).text
    db.session.expire_all()
    assert (cast.sari.phone, cast.karto.phone) == ("+6281330000001", "+6281330000003")


def phones_code(phones: Phones, number: str) -> str:
    text = dict(phones.messages)[number]
    return next(word for word in text.replace(",", " ").split() if word.isdecimal() and len(word) == 6)


def test_a_number_that_another_account_got_meanwhile_is_refused(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    sari = as_user("sari")
    change(sari, NEW)
    code = phones.code()
    phone_numbers.give(cast.wahyu, NEW, cast.wahyu)
    assert "akun lain" in sari.post(PAGE, data={"code": code}).text.lower()
    assert not verified(cast.sari)


def test_a_code_for_the_old_number_does_not_verify_another_one(cast: Cast, phones: Phones) -> None:
    phone_codes.send(cast.sari, cast.sari.phone or "", "own", "", now())
    code = phones.code()
    phone_numbers.give(cast.sari, NEW, cast.tuti)
    with pytest.raises(phone_codes.NoCode):
        phone_numbers.prove(cast.sari, code, now())
    assert cast.sari.phone_verified_at is None


def test_others_exhaust_only_their_own_share_of_a_number(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    wahyu = as_user("wahyu")
    for minute in range(4):
        with time_machine.travel(now().replace(hour=2) + minute * 2 * MINUTE, tick=False):
            wahyu.post("/account/phone", data={"phone": "+6281330000001", "current": PASSWORD})
    with time_machine.travel(now().replace(hour=3), tick=False):
        assert as_user("sari").post(CODE).status_code == 303
    kinds = db.session.scalars(select(PhoneCode.purpose)).all()
    assert sorted(kinds) == ["own", "taken", "taken", "taken"]


def test_an_account_without_a_number_reads_what_to_do(as_user: AsUser, cast: Cast, phones: Phones) -> None:
    cast.sari.phone = None
    sari = as_user("sari")
    assert "belum memiliki nomor" in sari.get(PAGE).text
    assert sari.post(CODE).location == PAGE
    assert gateway.connected()
    assert db.session.scalars(select(PhoneCode)).all() == []
