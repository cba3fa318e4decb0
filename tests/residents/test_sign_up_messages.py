"""A sign-up with a gateway: the number gets a message, whose content alone tells whether it was known."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, func, select

from meteor.accounts import phone_codes
from meteor.accounts.credentials import PhoneCode
from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.residents import claims, rules
from meteor.residents.rules import Person
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.throttle import limiter
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.phones import Phones
from tests.residents.conftest import PASSWORD
from tests.residents.test_sign_up import PHONE, form

AsUser = Callable[[str], Browser]
NEW, SARI = "+6281234567890", "+6281330000001"


def sign_in(browser: Browser) -> None:
    browser.post("/sign-in", data={"username": PHONE, "password": PASSWORD})


def test_a_citizen_signs_up_presses_and_then_proves_the_number(nobody: Browser, cast: Cast, phones: Phones) -> None:
    answer = nobody.post("/sign-up", data=form(cast))
    assert "Pesan sedang dikirim" in nobody.get(answer.location).text
    sign_in(nobody)
    press = {"id": "3f0c2d5e-1111-4a4a-8a8a-000000000001", "latitude": HOME[0], "longitude": HOME[1]}
    assert nobody.post("/alerts", data=press, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Alert)) == 1
    assert "Verifikasi nomor Anda" in nobody.get("/").text
    code = phones.code()
    assert nobody.post("/account/phone/verification", data={"code": code}).location == "/account"
    assert db.session.scalars(select(User.phone_verified_at).where(User.phone == NEW)).one()


def test_the_owner_of_a_known_number_is_told_and_gets_no_code(nobody: Browser, cast: Cast, phones: Phones) -> None:
    nobody.post("/sign-up", data=form(cast, phone=SARI))
    phones.deliver()
    [(number, text)] = phones.messages
    assert number == SARI
    assert "sudah memiliki akun" in text
    assert not re.search(r"\d{6}", text)


def test_known_and_new_numbers_are_answered_alike(nobody: Browser, as_user: AsUser, cast: Cast, phones: Phones) -> None:
    other = as_user("")
    new = nobody.post("/sign-up", data=form(cast))
    known = other.post("/sign-up", data=form(cast, phone=SARI, nik="3574032505900008"))
    assert (known.status_code, known.location, known.data) == (new.status_code, new.location, new.data)
    pages = [re.sub(r'value="[^"]*"|data-now="[^"]*"', "", one.get(new.location).text) for one in (nobody, other)]
    assert pages[0] == pages[1]


def test_known_and_new_numbers_cost_the_same_statements_for_their_message(cast: Cast, phones: Phones) -> None:
    statements: dict[str, list[str]] = {}
    for purpose, phone in (("own", NEW), ("known", SARI)):
        said = statements.setdefault(purpose, [])

        def note(connection: object, cursor: object, statement: str, *rest: object, said: list[str] = said) -> None:
            said.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        phone_codes.send_if_possible(cast.sari, phone, purpose, "10.0.0.1", now())
        event.remove(db.engine, "before_cursor_execute", note)
        db.session.commit()
    assert statements["own"] == statements["known"] != []


@pytest.mark.both_databases
@pytest.mark.parametrize("phone", [PHONE, SARI])
def test_a_number_gets_three_messages_of_sign_ups_in_a_day_and_the_answers_stay_the_same(
    nobody: Browser, cast: Cast, phones: Phones, phone: str
) -> None:
    answers = set()
    for minute in range(0, 10, 2):
        limiter.reset()
        with time_machine.travel(now().replace(hour=2) + timedelta(minutes=minute), tick=False):
            answers.add(nobody.post("/sign-up", data=form(cast, phone=phone)).status_code)
    assert answers == {303}
    assert db.session.scalar(select(func.count()).select_from(PhoneCode)) == 3


def test_a_second_sign_up_within_a_minute_sends_nothing(nobody: Browser, cast: Cast, phones: Phones) -> None:
    for _ in range(2):
        assert nobody.post("/sign-up", data=form(cast)).status_code == 303
    phones.deliver()
    assert len(phones.messages) == 1


def test_without_a_gateway_a_sign_up_leaves_an_unverified_account(nobody: Browser, cast: Cast) -> None:
    answer = nobody.post("/sign-up", data=form(cast))
    assert "Pesan sedang dikirim" not in nobody.get(answer.location).text
    assert db.session.scalars(select(User.phone_verified_at).where(User.phone == NEW)).one() is None
    assert db.session.scalars(select(PhoneCode)).all() == []


def test_a_number_that_a_leader_wrote_down_is_proved_too(nobody: Browser, cast: Cast, phones: Phones) -> None:
    home = rules.household_at(cast.rt(3), "Jl. Ikan Hiu 12")
    budi = rules.enter(home, Person("Budi Santoso", NEW), cast.endang, now())
    card = claims.make_card(budi, cast.endang, now())
    assert nobody.post(f"/claims/{card.code}", data={"phone": PHONE, "password": PASSWORD}).location == "/onboarding"
    assert "Verifikasi nomor Anda" in nobody.get("/").text
    nobody.post("/account/phone/verification", data={"code": phones.code()})
    assert db.session.scalars(select(User.phone_verified_at).where(User.phone == NEW)).one()
