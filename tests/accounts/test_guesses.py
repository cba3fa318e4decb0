"""Guessing of passwords: it slows down, and keeps nobody out on a device that they have used before."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, insert, select

from meteor.accounts import guesses, passwords, rules
from meteor.accounts.guesses import ADDRESS, OWN_DEVICE, Place, TooSoon
from meteor.accounts.models import GuessCount, User
from meteor.accounts.views.tries import knows_pin
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from meteor.web import device_cookie
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
ABROAD, CARRIER = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "114.4.0.1"}


def tried(browser: Browser, name: str, password: str = "wrong", **where: str) -> int:
    answer = browser.post("/sign-in", data={"username": name, "password": password}, environ_base=where)
    return answer.status_code


def tries(number: int, account: User | str, place: Place, at: datetime) -> list[int]:
    """So many tries at one moment: the seconds that each has to wait, 0 for one that is taken."""
    waits = []
    for _ in range(number):
        try:
            guesses.count_try(account, place, at)
            waits.append(0)
        except TooSoon as soon:
            waits.append(soon.wait)
    return waits


def seconds_for(number: int, names: Callable[[int], str], place: Place) -> float:
    """How long somebody needs for so many tries who never tries too soon."""
    began = at = now()
    for each in range(number):
        try:
            guesses.count_try(names(each), place, at)
        except TooSoon as soon:
            at += timedelta(seconds=soon.wait)
            guesses.count_try(names(each), place, at)
    return (at - began).total_seconds()


# --- locking out ---


@pytest.mark.usefixtures("cast")
def test_forty_guesses_of_a_stranger_do_not_keep_the_owner_out_on_a_device_they_have_used(as_user: AsUser) -> None:
    phone, attacker = as_user(""), as_user("")
    assert tried(phone, "sari", PASSWORD, **CARRIER) == 302
    phone.post("/sign-out")
    answers = [tried(attacker, "sari", **CARRIER) for _ in range(40)]
    assert answers == [422] * 10 + [429] * 30
    assert tried(phone, "sari", PASSWORD, **CARRIER) == 302


@pytest.mark.usefixtures("cast")
def test_a_stranger_at_one_address_does_not_keep_the_owner_out_elsewhere_on_a_new_device(as_user: AsUser) -> None:
    assert [tried(as_user(""), "sari", **ABROAD) for _ in range(12)] == [422] * 10 + [429] * 2
    assert tried(as_user(""), "sari", PASSWORD, **CARRIER) == 302


@pytest.mark.usefixtures("cast")
def test_a_device_of_one_user_is_a_stranger_to_another(as_user: AsUser) -> None:
    wahyu = as_user("")
    assert tried(wahyu, "wahyu", PASSWORD) == 302
    assert [tried(wahyu, "sari") for _ in range(11)] == [422] * 10 + [429]


@pytest.mark.usefixtures("cast")
def test_a_known_device_has_an_allowance_too(as_user: AsUser) -> None:
    phone = as_user("")
    assert tried(phone, "sari", PASSWORD) == 302
    assert [tried(phone, "sari") for _ in range(11)] == [422] * 10 + [429]
    with time_machine.travel(now() + timedelta(seconds=OWN_DEVICE.first + 1)):
        assert tried(phone, "sari", PASSWORD) == 302


@pytest.mark.usefixtures("cast")
def test_who_is_slowed_down_reads_how_long_and_keeps_the_name(as_user: AsUser) -> None:
    browser = as_user("")
    for _ in range(10):
        tried(browser, "sari")
    answer = browser.post("/sign-in", data={"username": "sari", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Tunggu 1 menit" in answer.text
    assert 'value="sari"' in answer.text


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("cookie", ["x", "WyJ4IixbMV1d.AAAA", "W10.AAAA", ""])
def test_a_forged_device_cookie_is_a_stranger(as_user: AsUser, cookie: str) -> None:
    browser = as_user("")
    browser.set_cookie("meteor_device", cookie)
    assert [tried(browser, "sari") for _ in range(11)] == [422] * 10 + [429]


@pytest.mark.usefixtures("cast")
def test_a_device_stays_known_when_the_secret_key_is_exchanged(
    as_user: AsUser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = as_user("")
    tried(phone, "sari", PASSWORD)
    cookie = phone.get_cookie("meteor_device")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", b"another key")
    assert cookie is not None
    with app.test_request_context(headers={"Cookie": f"meteor_device={cookie.value}"}):
        assert device_cookie.device().name


@pytest.mark.usefixtures("cast")
def test_a_device_that_is_in_use_stays_known_for_longer_than_its_cookie(as_user: AsUser, app: Flask) -> None:
    phone = as_user("")
    tried(phone, "sari", PASSWORD)
    first = phone.get_cookie("meteor_device")
    phone.get("/account")
    assert phone.get_cookie("meteor_device") == first
    with time_machine.travel(now() + timedelta(days=40), tick=False):
        assert phone.get("/account").status_code == 200
    later = phone.get_cookie("meteor_device")
    assert first is not None
    assert later is not None
    assert later.value != first.value
    with app.test_request_context(headers={"Cookie": f"meteor_device={first.value}"}):
        before = device_cookie.device()
    with app.test_request_context(headers={"Cookie": f"meteor_device={later.value}"}):
        assert device_cookie.device() == before


# --- spraying ---


def test_spraying_a_hundred_accounts_slows_down(cast: Cast) -> None:
    place = Place("", frozenset(), "203.0.113.9")
    assert seconds_for(50, str, place) == 0
    assert seconds_for(100, lambda each: f"x{each}", place) > 600


def test_spraying_from_one_device_over_many_addresses_slows_down(cast: Cast) -> None:
    began = at = now()
    for each in range(40):
        place = Place("tablet", frozenset(), f"198.51.100.{each}")
        try:
            guesses.count_try(f"x{each}", place, at)
        except TooSoon as soon:
            at += timedelta(seconds=soon.wait)
            guesses.count_try(f"x{each}", place, at)
    assert at - began > timedelta(minutes=30)


def test_one_account_guessed_from_everywhere_slows_down(cast: Cast) -> None:
    at = now()
    waits = [tries(1, cast.sari, Place("", frozenset(), f"10.0.{each}.1"), at)[0] for each in range(120)]
    assert waits[:100] == [0] * 100
    assert min(waits[100:]) > 0


def test_a_network_of_ipv6_is_one_address(cast: Cast) -> None:
    at = now()
    waits = [tries(1, cast.sari, Place("", frozenset(), f"2001:db8::{each:x}"), at)[0] for each in range(11)]
    assert waits == [0] * 10 + [61]


def test_behind_a_carriers_address_nobody_waits_longer_than_some_seconds(cast: Cast) -> None:
    at = now()
    for each in range(300):
        tries(1, f"x{each}", Place("", frozenset(), "114.4.0.1"), at + timedelta(seconds=each * ADDRESS.longest))
    (wait,) = tries(1, cast.sari, Place("", frozenset(), "114.4.0.1"), at + timedelta(seconds=300 * ADDRESS.longest))
    assert wait <= ADDRESS.longest + 1


@pytest.mark.parametrize(
    ("count", "age", "wait"),
    [(9, 0, 0), (10, 0, 60), (11, 0, 120), (12, 100, 140), (90, 0, 600), (90, 601, 0), (90, 4000, 0), (90, -5, 0)],
)
def test_the_wait_doubles_up_to_a_limit_and_no_clock_makes_it_longer(count: int, age: float, wait: float) -> None:
    assert guesses.wait_of(OWN_DEVICE, count, age) == wait


def test_every_try_counts_in_one_order(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(guesses, "_count", lambda key, quiet, at: counted.append(key))
    for each in range(8):
        counted.clear()
        back = guesses.count_try(f"x{each}", Place("a device", frozenset(), "10.0.0.1"), now())
        assert counted == sorted(counted) == [counter.key for counter in back]


def test_the_right_password_begins_the_count_of_an_account_again(cast: Cast) -> None:
    place, at = Place("", frozenset(), "10.0.0.1"), now()
    assert tries(9, cast.sari, place, at) == [0] * 9
    guesses.forgive(guesses.count_try(cast.sari, place, at))
    assert tries(11, cast.sari, place, at) == [0] * 10 + [61]


def test_a_right_password_takes_back_its_own_try_only_for_the_address(cast: Cast) -> None:
    place, at = Place("", frozenset(), "10.0.0.1"), now()
    for each in range(ADDRESS.free):
        guesses.forgive(guesses.count_try(cast.sari, place, at))
        tries(1, f"x{each}", place, at)
    assert tries(1, "y", place, at)[0] > 0


# --- one's own password and PIN ---


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("address", ["/account/password", "/account/pin", "/account/proof"])
def test_ones_own_password_is_not_guessed_without_end(as_user: AsUser, address: str) -> None:
    sari = as_user("sari")
    words = {"current": "wrong", "pin": "1234", "password": "kuda lumping 45", "repeated": "kuda lumping 45"}
    pages = [sari.post(address, data=words).text for _ in range(11)]
    assert all("Ini bukan kata sandi Anda saat ini" in page for page in pages[:10])
    assert "Tunggu 1 menit" in pages[10]
    assert "Tunggu" in sari.post(address, data=words | {"current": PASSWORD}).text


def test_after_ten_wrong_pins_the_dispatcher_looks_also_at_the_right_one(cast: Cast) -> None:
    rules.set_pin(cast.sari, "1234")
    assert not knows_pin(cast.sari, "0000")
    assert knows_pin(cast.sari, "1234")
    for _ in range(10):
        knows_pin(cast.sari, "0000")
    assert not knows_pin(cast.sari, "1234")


def test_no_press_waits_while_a_pin_is_checked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rules.set_pin(cast.sari, "1234")
    db.session.commit()
    held: list[bool] = []
    monkeypatch.setattr(passwords, "matches", lambda *_: bool(held.append(db.session().in_transaction())))
    assert not knows_pin(cast.sari, "0000")
    assert held == [False]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(GuessCount)) == 1


# --- bounds ---


def test_counters_are_few(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "MOST_ROWS", 100)
    at = now()
    rows = [{"key": str(each), "count": 1, "last_at": at - timedelta(seconds=each)} for each in range(150)]
    db.session.execute(insert(GuessCount), rows)
    guesses.prune(at)
    left = set(db.session.scalars(select(GuessCount.key)))
    assert left == {str(each) for each in range(100)}


@pytest.mark.both_databases
@pytest.mark.parametrize("days", [-2, 2])
def test_counters_of_yesterday_and_of_a_wrong_clock_go(app: Flask, days: int) -> None:
    db.session.execute(insert(GuessCount).values(key="x", count=1, last_at=now() + timedelta(days=days)))
    guesses.prune(now())
    assert db.session.scalar(select(func.count()).select_from(GuessCount)) == 0


@pytest.mark.both_databases
@pytest.mark.usefixtures("cast")
def test_the_audit_log_has_few_entries_of_many_failures(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "AUDITED_EACH_HOUR", 3)
    browser = as_user("")
    for name in ["sari"] * 10 + ["wahyu", "agus", *(f"x{each}" for each in range(8))]:
        tried(browser, name)
    entries = db.session.execute(
        select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.action.like("sign_in%")).order_by(AuditEntry.id)
    ).all()
    failures = [(action, detail["failures"]) for action, detail in entries]
    assert failures == [("sign_in_failed", 1), ("sign_ins_failed", 10)]


@pytest.mark.parametrize(
    ("number", "entered"), [(1, True), (2, False), (10, True), (11, False), (100, True), (20, False)]
)
def test_the_first_failure_is_entered_and_then_every_tenfold(number: int, entered: bool) -> None:
    assert guesses.is_entered(number) is entered
