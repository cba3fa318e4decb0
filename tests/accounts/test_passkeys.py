"""Passkeys: added, removed, and what signs in with them."""

import html
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from meteor.accounts import passkeys, recovery_codes, second_factors
from meteor.accounts.models import User
from meteor.accounts.passkeys import Challenge, Refused, Site
from meteor.store.database import db
from meteor.store.moments import now
from tests.accounts import factors
from tests.accounts.authenticators import ORIGIN, Authenticator
from tests.accounts.factors import PAGE, STEP, half_way, is_in
from tests.admin import trail
from tests.cast import Cast, user
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
SIGN_IN = "/sign-in/passkey"
SITE = Site("localhost", ORIGIN)


def options(page: str) -> str:
    """What a page asks the browser's passkeys."""
    found = re.search(r'data-options="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def added(browser: Browser, device: Authenticator, name: str = "Ponsel Agus") -> int:
    answer = device.create(options(browser.post(f"{PAGE}/passkeys/new").text))
    return browser.post(f"{PAGE}/passkeys", data={"credential": answer, "name": name}).status_code


def kept(owner: User, device: Authenticator | None = None) -> Authenticator:
    """A passkey that a user has added before."""
    device, challenge = device or Authenticator(), Challenge(b"x" * 32, now())
    asked = passkeys.creation_options(owner, SITE, challenge)
    passkeys.register(owner, "Ponsel", device.create(asked), SITE, challenge)
    db.session.commit()
    return device


def test_a_passkey_is_added_with_a_name_and_the_first_factor_brings_recovery_codes(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    assert added(agus, Authenticator()) == 201
    assert recovery_codes.left(cast.agus) == 10
    assert added(agus, Authenticator(), "Kunci kantor") == 303
    page = agus.get(PAGE).text
    assert "Ponsel Agus" in page
    assert "Kunci kantor" in page
    assert [entry.detail["name"] for entry in trail("passkey_added")] == ["Ponsel Agus", "Kunci kantor"]


def test_a_passkey_is_the_second_step(as_user: AsUser, cast: Cast) -> None:
    device, tablet = kept(cast.agus), as_user("")
    asked = half_way(tablet, "agus", "/account").location
    page = tablet.get(asked).text
    assert 'name="code"' not in page
    answer = tablet.post(f"{STEP}/passkey?next=/account", data={"credential": device.get(options(page))})
    assert answer.location == "/account"
    assert is_in(tablet)
    assert trail("signed_in")[-1].detail["by"] == "passkey"


def test_staff_may_have_the_device_remembered_after_a_passkey(as_user: AsUser, cast: Cast) -> None:
    device, tablet = kept(cast.agus), as_user("")
    half_way(tablet, "agus")
    data = {"credential": device.get(options(tablet.get(STEP).text)), "remember": "y"}
    tablet.post(f"{STEP}/passkey", data=data)
    tablet.post("/sign-out")
    assert tablet.post("/sign-in", data={"username": "agus", "password": "meteor-demo"}).location == "/incidents"


def test_a_passkey_that_knows_its_user_signs_in_without_a_password(as_user: AsUser, cast: Cast) -> None:
    device, browser = kept(cast.tuti), as_user("")
    page = browser.get(f"{SIGN_IN}?next=/account").text
    assert json.loads(options(page))["userVerification"] == "required"
    answer = browser.post(f"{SIGN_IN}?next=/account", data={"credential": device.get(options(page))})
    assert answer.location == "/account"
    assert is_in(browser)


def test_without_the_owners_finger_or_pin_a_passkey_is_only_the_second_step(as_user: AsUser, cast: Cast) -> None:
    device, browser = kept(cast.agus, Authenticator(verifies=False)), as_user("")
    assert browser.post(SIGN_IN, data={"credential": device.get(options(browser.get(SIGN_IN).text))}).status_code == 422
    half_way(browser, "agus")
    answer = browser.post(f"{STEP}/passkey", data={"credential": device.get(options(browser.get(STEP).text))})
    assert answer.location == "/incidents"


# --- what is refused ---


@pytest.mark.parametrize("wrong", ["origin", "challenge", "signature", "unknown", "other user", "nonsense", "empty"])
def test_what_does_not_fit_signs_nobody_in(as_user: AsUser, cast: Cast, wrong: str) -> None:
    device, browser = kept(cast.agus), as_user("")
    half_way(browser, "agus")
    asked = options(browser.get(STEP).text)
    if wrong == "origin":
        device.origin = "https://meteor.example"
    elif wrong == "challenge":
        asked = json.dumps(json.loads(asked) | {"challenge": "AAAA"})
    elif wrong == "unknown":
        device = Authenticator()
    elif wrong == "other user":
        device = kept(cast.bayu)
    elif wrong == "signature":
        device.key = Authenticator().key
    answer = {"nonsense": "{[", "empty": ""}.get(wrong, device.get(asked))
    assert browser.post(f"{STEP}/passkey", data={"credential": answer}).status_code == 422
    assert not is_in(browser)


def test_an_answer_is_good_once_also_from_a_browser_that_was_copied(as_user: AsUser, cast: Cast) -> None:
    device, browser, copied = kept(cast.agus, Authenticator(counts=False)), as_user(""), as_user("")
    page = browser.get(SIGN_IN).text
    cookie = browser.get_cookie("meteor")
    assert cookie
    copied.set_cookie("meteor", cookie.value)
    answer = {"credential": device.get(options(page))}
    assert browser.post(SIGN_IN, data=answer).status_code == 302
    assert copied.post(SIGN_IN, data=answer).status_code == 422
    assert not is_in(copied)


def test_a_passkey_that_was_used_while_the_clock_was_ahead_keeps_nobody_out(as_user: AsUser, cast: Cast) -> None:
    device = kept(cast.agus)
    for hours in (2, 0):
        browser = as_user("")
        with time_machine.travel(now() + timedelta(hours=hours), tick=False):
            answer = {"credential": device.get(options(browser.get(SIGN_IN).text))}
            assert browser.post(SIGN_IN, data=answer).status_code == 302


def test_a_challenge_is_good_for_one_purpose(as_user: AsUser, cast: Cast) -> None:
    device, browser = kept(cast.agus), as_user("")
    half_way(browser, "agus")
    for_sign_in = options(browser.get(SIGN_IN).text)
    assert browser.post(f"{STEP}/passkey", data={"credential": device.get(for_sign_in)}).status_code == 422


@pytest.mark.parametrize(("minutes", "status"), [(4, 302), (6, 422), (-1, 422)])
def test_a_challenge_is_good_for_five_minutes(as_user: AsUser, cast: Cast, minutes: int, status: int) -> None:
    device, browser = kept(cast.agus), as_user("")
    answer = device.get(options(browser.get(SIGN_IN).text))
    with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
        assert browser.post(SIGN_IN, data={"credential": answer}).status_code == status


def test_a_counter_that_goes_back_is_a_copy_of_the_passkey(as_user: AsUser, cast: Cast) -> None:
    device, browser = kept(cast.agus), as_user("")
    device.count = 7
    browser.post(SIGN_IN, data={"credential": device.get(options(browser.get(SIGN_IN).text))})
    browser.post("/sign-out")
    device.count = 3
    assert browser.post(SIGN_IN, data={"credential": device.get(options(browser.get(SIGN_IN).text))}).status_code == 422


def test_a_passkey_of_a_disabled_user_opens_nothing(as_user: AsUser, cast: Cast) -> None:
    device, browser, agus = kept(cast.agus), as_user(""), cast.agus
    agus.active = False
    assert browser.post(SIGN_IN, data={"credential": device.get(options(browser.get(SIGN_IN).text))}).status_code == 422
    assert not is_in(browser)


def test_a_passkey_is_added_once_and_for_the_challenge_of_its_owner(as_user: AsUser, cast: Cast) -> None:
    device, agus, bayu = Authenticator(), as_user("agus"), as_user("bayu")
    asked = options(agus.post(f"{PAGE}/passkeys/new").text)
    assert bayu.post(f"{PAGE}/passkeys", data={"credential": device.create(asked), "name": "X"}).status_code == 422
    assert added(agus, device) == 201
    assert added(bayu, device) == 422
    assert agus.post(f"{PAGE}/passkeys", data={"credential": "", "name": ""}).status_code == 422
    assert [len(passkeys.of_user(owner)) for owner in (cast.agus, cast.bayu)] == [1, 0]


PART = st.one_of(st.text(max_size=20), st.integers(), st.none(), st.just("eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0"))
NAMES = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
NONSENSE = st.fixed_dictionaries(
    {
        "id": st.text(max_size=8),
        "rawId": st.text(max_size=8),
        "type": st.just("public-key"),
        "response": st.dictionaries(st.sampled_from(NAMES), PART),
    }
)


@settings(max_examples=200)
@given(text=st.one_of(st.text(max_size=50), NONSENSE.map(json.dumps)))
@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_whatever_is_sent_instead_of_a_passkey_is_refused(text: str) -> None:
    challenge = Challenge(b"x" * 32, now())
    with pytest.raises(Refused):
        passkeys.prove(None, text, SITE, challenge, now())
    with pytest.raises(Refused):
        passkeys.register(user("agus"), "X", text, SITE, challenge)


@settings(max_examples=200)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), name=st.sampled_from(NAMES))
@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_damaged_passkey_is_refused_or_still_the_same(at: int, byte: int, name: str) -> None:
    device, challenge = Authenticator(), Challenge(b"x" * 32, now())
    sent = json.loads(device.create(passkeys.creation_options(user("agus"), SITE, challenge)))
    if part := bytearray(base64url_to_bytes(sent["response"].get(name, ""))):
        part[at % len(part)] = byte
        sent["response"][name] = bytes_to_base64url(bytes(part))
    with suppress(Refused):
        passkeys.register(user("agus"), "X", json.dumps(sent), SITE, challenge)
        assert [each.credential_id for each in passkeys.of_user(user("agus"))]
    db.session.rollback()


# --- removing ---


def test_the_last_factor_takes_the_recovery_codes_along(as_user: AsUser, cast: Cast) -> None:
    factors.given(cast.agus)
    kept(cast.agus)
    factors.given_codes(cast.agus)
    agus, passkey = as_user("agus"), passkeys.of_user(cast.agus)[0]
    assert agus.post(f"{PAGE}/removal").status_code == 303
    assert recovery_codes.left(cast.agus) == 10
    half_way(as_user(""), "agus")
    assert agus.post(f"{PAGE}/passkeys/{passkey.id}/removal").status_code == 303
    assert recovery_codes.left(cast.agus) == 0
    assert not second_factors.is_set_up(cast.agus)
    assert trail("passkey_removed")[0].detail == {"name": "Ponsel"}


def test_nobody_removes_a_passkey_of_another_user(as_user: AsUser, cast: Cast) -> None:
    kept(cast.agus)
    passkey = passkeys.of_user(cast.agus)[0]
    assert as_user("bayu").post(f"{PAGE}/passkeys/{passkey.id}/removal").status_code == 404
    assert passkeys.of_user(cast.agus)


@pytest.mark.both_databases
def test_in_production_an_administrator_keeps_one_factor(
    app: Flask, monkeypatch: pytest.MonkeyPatch, as_user: AsUser, cast: Cast
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], production=True))
    tuti = as_user("tuti")
    assert added(tuti, Authenticator()) == 201
    assert tuti.get("/admin/users").status_code == 200
    passkey = passkeys.of_user(cast.tuti)[0]
    tuti.post(f"{PAGE}/passkeys/{passkey.id}/removal")
    assert second_factors.is_set_up(cast.tuti)
    factors.given(cast.tuti)
    tuti.post(f"{PAGE}/passkeys/{passkey.id}/removal")
    assert not passkeys.of_user(cast.tuti)
    tuti.post(f"{PAGE}/removal")
    assert second_factors.has_app(cast.tuti)


def test_a_reset_removes_passkeys_too(cast: Cast) -> None:
    kept(cast.agus)
    second_factors.reset(cast.agus, cast.tuti, "Hilang")
    assert not passkeys.of_user(cast.agus)
