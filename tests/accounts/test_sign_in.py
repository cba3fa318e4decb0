"""Signing in and out, and what ends a session."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from meteor.accounts import passwords, rules, sessions
from meteor.accounts.models import User
from meteor.store.database import db, reading
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser
from tests.scenes import report

AsUser = Callable[[str], Browser]
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def sign_in(browser: Browser, username: str, password: str = PASSWORD, address: str = "/sign-in") -> tuple[int, str]:
    answer = browser.post(address, data={"username": username, "password": password})
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("name", ["sari", "SARI ", "0813-3000-0001", "+62 813 3000 0001", "081330000001"])
def test_a_person_signs_in_by_user_name_or_phone_number_in_any_spelling(as_user: AsUser, name: str) -> None:
    browser = as_user("")
    assert sign_in(browser, name)[0] == 302
    assert browser.get("/account").status_code == 200


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("name", "password"), [("sari", "wrong"), ("nobody", PASSWORD), ("+6281", PASSWORD)])
def test_a_wrong_name_or_password_is_refused_with_one_sentence_for_both(
    as_user: AsUser, name: str, password: str
) -> None:
    answer = as_user("").post("/sign-in", data={"username": name, "password": password})
    assert answer.status_code == 422
    assert "Nama pengguna atau kata sandi salah" in answer.text
    assert f'value="{name}"' in answer.text


def test_nobody_is_found_by_the_phone_number_that_they_do_not_have(as_user: AsUser, cast: Cast) -> None:
    cast.sari.phone = None
    assert sign_in(as_user(""), "nobody")[0] == 422
    assert rules.user_named("nobody") is None
    assert rules.user_named("sari") == cast.sari


@pytest.mark.parametrize("phone", [None, "+6281234567890"])
def test_a_phone_number_is_its_owners_also_when_another_is_called_so(cast: Cast, phone: str | None) -> None:
    before, owner = cast.sari, cast.wahyu
    before.username, before.phone = "+6281330000099", phone  # signed up with it once, and has another one now
    owner.phone = "+6281330000099"
    db.session.flush()
    assert rules.user_named("+6281330000099") == owner


@pytest.mark.usefixtures("cast")
def test_guessing_is_slowed_down_for_one_account_and_no_other(as_user: AsUser) -> None:
    attacker = as_user("")
    answers = [sign_in(attacker, "bayu", "guess")[0] for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert sign_in(attacker, "dewi")[0] == 302


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("spellings", [["rina", " RINA"], ["081330000009", "0813-3000-0009 ext 1", "٠٨١٣٣٠٠٠٠٠٠٩"]])
def test_another_spelling_gives_no_more_guesses(as_user: AsUser, spellings: list[str]) -> None:
    attacker = as_user("")
    answers = [sign_in(attacker, spellings[n % len(spellings)] + " " * n, "guess")[0] for n in range(11)]
    assert answers == [422] * 10 + [429]


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("wish", "way"),
    [
        ("/account", "/account"),
        ("//evil.example/x", "/"),
        ("/\t/[", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
    ],
)
def test_after_signing_in_one_lands_where_one_wanted_to_go_but_never_on_another_site(
    as_user: AsUser, wish: str, way: str
) -> None:
    assert sign_in(as_user(""), "karto", address=f"/sign-in?next={wish}") == (302, way)


@pytest.mark.usefixtures("cast")
def test_a_page_that_needs_a_user_leads_to_the_sign_in_and_back(as_user: AsUser) -> None:
    answer = as_user("").get("/account")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=%2Faccount")


def test_what_was_typed_after_the_session_ended_is_sent_again_after_signing_in(as_user: AsUser, cast: Cast) -> None:
    where = f"/incidents/{report(cast).number}"
    komang = as_user("komang")
    komang.post("/sign-out")
    refused = komang.post(f"{where}/notes", data={"note": "Pagar <terkunci>."}, headers=SAME_SITE)
    assert (refused.status_code, refused.headers["Cache-Control"]) == (401, "no-store")
    assert f'action="{where}/notes"' in refused.text
    typed = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', refused.text)}
    assert typed["note"] == "Pagar <terkunci>."
    assert sign_in(komang, "komang")[0] == 302
    assert komang.post(f"{where}/notes", data=typed, csrf=False).status_code == 303
    assert "Pagar &lt;terkunci&gt;." in komang.get(where).text


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("/account/password", {"current": "rahasia-sekali"}),
        ("/account/pin", {"pin": "rahasia-sekali"}),
        ("/residents", {"name": "Budi", "nik": "rahasia-sekali"}),
        ("/residents/import/confirmation", {"csv": "rahasia-sekali"}),
        ("/admin/areas/import/rt", {"name": "rahasia-sekali", "file": b"x"}),
    ],
)
def test_no_secret_and_no_file_stands_on_the_page_of_the_signed_out(
    as_user: AsUser, address: str, secret: dict[str, object]
) -> None:
    typed = {name: (BytesIO(value), "rt.csv") if isinstance(value, bytes) else value for name, value in secret.items()}
    answer = as_user("").post(address, data=typed, headers=SAME_SITE)
    assert answer.status_code == 401
    assert "rahasia-sekali" not in answer.text
    assert "Kirim lagi" not in answer.text


@pytest.mark.usefixtures("cast")
def test_what_another_site_sent_is_not_offered_to_the_signed_out(as_user: AsUser) -> None:
    answer = as_user("").post("/residents", data={"name": "Eve"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401
    assert "Eve" not in answer.text


@pytest.mark.usefixtures("cast")
def test_more_than_is_read_is_refused_to_the_signed_out_in_words(as_user: AsUser) -> None:
    answer = as_user("").post("/residents", data={"name": "x" * 9_000_000}, headers=SAME_SITE)
    assert answer.status_code == 401


@pytest.mark.usefixtures("cast")
def test_a_signed_out_poll_is_told_where_to_sign_in_and_gets_no_page(as_user: AsUser) -> None:
    answer = as_user("").get("/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["HX-Redirect"] == "/sign-in"


@pytest.mark.usefixtures("cast")
def test_signing_out_ends_the_session(as_user: AsUser) -> None:
    browser = as_user("sari")
    browser.post("/sign-out")
    assert browser.get("/account").status_code == 302


def test_ended_sessions_end_on_every_device(cast: Cast, as_user: AsUser) -> None:
    phone, tablet = as_user("sari"), as_user("sari")
    sessions.end_all(cast.sari, "by_admin")
    assert [phone.get("/account").status_code, tablet.get("/account").status_code] == [302, 302]


def test_a_disabled_user_is_out_at_once_and_cannot_come_back(cast: Cast, as_user: AsUser) -> None:
    browser = as_user("sari")
    cast.sari.active = False
    assert browser.get("/account").status_code == 302
    assert sign_in(browser, "sari")[0] == 422


@pytest.mark.parametrize("session_id", ["", "x", "1", "1:", ":1", "999999:1", "1:2:3", "-1:1"])
def test_a_session_cookie_that_makes_no_sense_is_nobodys(app: Flask, session_id: str) -> None:
    assert sessions.user_of_session(session_id) is None


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(cast: Cast, as_user: AsUser) -> None:
    here, elsewhere = as_user("wahyu"), as_user("wahyu")
    words = {"current": PASSWORD, "password": "kuda lumping 45", "repeated": "kuda lumping 45"}
    assert here.post("/account/password", data=words).status_code == 302
    assert [here.get("/account").status_code, elsewhere.get("/account").status_code] == [200, 302]
    assert rules.user_who_signs_in("wahyu", "kuda lumping 45") == cast.wahyu


def test_a_session_that_ended_while_the_new_password_was_hashed_does_not_set_it(cast: Cast) -> None:
    sari = cast.sari
    sessions.begin_session(sari, "Chrome · Android")
    sessions.end_all(sari, "password_changed")
    db.session.commit()
    assert not rules.change_password(sari, "kuda lumping 45")
    assert rules.user_who_signs_in("sari", PASSWORD) is not None


@pytest.mark.parametrize("address", ["/account/password", "/account/pin", "/invitations/token"])
def test_no_press_waits_while_a_password_is_hashed(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    if "token" in address:
        address = f"/invitations/{rules.invite(cast.wahyu)}"
    writing: list[bool] = []
    hashed = passwords.hashed
    monkeypatch.setattr(passwords, "hashed", lambda word: (writing.append(not reading.get()), hashed(word))[1])
    words = {"current": PASSWORD, "pin": "1234", "password": "kuda lumping 45", "repeated": "kuda lumping 45"}
    assert as_user("sari").post(address, data=words).status_code == 302
    assert writing == [False]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # on SQLite the other would wait for ever
def test_a_password_does_not_change_between_its_check_and_the_session_that_begins(cast: Cast) -> None:
    thief = rules.user_who_signs_in("sari", PASSWORD)
    assert thief is not None
    with db.engine.connect() as owner:
        owner.connection.driver_connection.execute("set local lock_timeout = '50ms'")  # before it begins to write
        with pytest.raises(OperationalError, match="lock timeout"):
            owner.execute(update(User).where(User.id == thief.id).values(password_hash="another"))


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("current", "password", "repeated", "problem"),
    [
        ("wrong", "kuda lumping 45", "kuda lumping 45", "Ini bukan kata sandi Anda saat ini"),
        (PASSWORD, "short", "short", "sedikitnya 10 karakter"),
        (PASSWORD, "kuda lumping 45", "kuda lumping 46", "Kedua kata sandi tidak sama"),
    ],
)
def test_a_password_is_not_changed_when(
    as_user: AsUser, current: str, password: str, repeated: str, problem: str
) -> None:
    words = {"current": current, "password": password, "repeated": repeated}
    answer = as_user("sari").post("/account/password", data=words)
    assert answer.status_code == 422
    assert problem in answer.text


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("pin", "status"), [("1234", 302), ("", 302), ("12", 422), ("abcd", 422), ("123456789", 422)])
def test_a_pin_has_four_to_eight_digits_or_is_none(as_user: AsUser, pin: str, status: int) -> None:
    words = {"current": PASSWORD, "pin": pin}
    assert as_user("sari").post("/account/pin", data=words).status_code == status


def test_who_only_has_the_phone_does_not_change_its_pin(as_user: AsUser, cast: Cast) -> None:
    rules.set_pin(cast.sari, "1234")
    for current in ("", "wrong"):
        assert as_user("sari").post("/account/pin", data={"current": current, "pin": ""}).status_code == 422
    db.session.expire_all()
    assert cast.sari.pin_hash is not None


@pytest.mark.usefixtures("cast")
def test_a_write_without_its_token_is_refused(as_user: AsUser) -> None:
    assert as_user("sari").post("/account/pin", data={"pin": "1234"}, csrf=False).status_code == 400


def test_an_invited_user_chooses_a_password_once(cast: Cast, as_user: AsUser) -> None:
    invited = rules.new_user("baru", "Petugas Baru", ["officer"])
    token = rules.invite(invited)
    words = {"password": "kuda lumping 45", "repeated": "kuda lumping 45"}
    browser = as_user("")
    assert "Petugas Baru" in browser.get(f"/invitations/{token}").text
    assert browser.post(f"/invitations/{token}", data=words).status_code == 302
    assert browser.get("/account").status_code == 200
    assert as_user("").get(f"/invitations/{token}").status_code == 404


def test_a_newer_invitation_ends_the_older_one(cast: Cast, as_user: AsUser) -> None:
    older, newer = rules.invite(cast.sari), rules.invite(cast.sari)
    assert as_user("").get(f"/invitations/{older}").status_code == 404
    assert as_user("").get(f"/invitations/{newer}").status_code == 200


def test_a_new_password_ends_the_open_invitations_of_the_account(cast: Cast, as_user: AsUser) -> None:
    token = rules.invite(cast.sari)
    db.session.commit()
    rules.set_password(cast.sari, "kuda lumping 45")
    assert as_user("").get(f"/invitations/{token}").status_code == 404


@pytest.mark.both_databases
def test_an_invitation_that_has_run_out_opens_nothing(cast: Cast, as_user: AsUser) -> None:
    token = rules.invite(cast.sari)
    opened = rules.invitation(token)
    assert opened is not None
    opened.expires_at = opened.created_at
    assert as_user("").get(f"/invitations/{token}").status_code == 404


def test_an_invitation_of_a_disabled_user_opens_nothing_until_they_are_enabled(cast: Cast, as_user: AsUser) -> None:
    token = rules.invite(cast.bayu)
    cast.bayu.active = False
    words = {"password": "kuda lumping 45", "repeated": "kuda lumping 45"}
    assert as_user("").post(f"/invitations/{token}", data=words).status_code == 404
    cast.bayu.active = True
    assert as_user("").post(f"/invitations/{token}", data=words).status_code == 302


def test_an_invitation_with_a_bad_password_stays_open(cast: Cast, as_user: AsUser) -> None:
    token = rules.invite(cast.sari)
    words = {"password": "kuda lumping 45", "repeated": "other"}
    assert as_user("").post(f"/invitations/{token}", data=words).status_code == 422
    assert as_user("").get(f"/invitations/{token}").status_code == 200


@pytest.mark.parametrize("taken", [{"username": "sari"}, {"username": "x", "phone": "+6281330000001"}])
def test_a_user_name_or_a_phone_number_belongs_to_one_user(cast: Cast, taken: dict[str, str]) -> None:
    with pytest.raises(rules.UsernameTaken):
        rules.new_user(name="Sari Lain", roles=["citizen"], **taken)


def test_a_role_that_does_not_exist_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="king"):
        rules.new_user("x", "X", ["king"])


def test_of_two_who_use_an_invitation_at_once_one_wins(cast: Cast) -> None:
    token = rules.invite(cast.sari)
    db.session.commit()
    opened = rules.invitation(token)
    assert opened is not None
    assert rules.accept_invitation(opened, "kuda lumping 45")
    db.session.commit()
    assert not rules.accept_invitation(opened, "kuda lumping 46")
    db.session.commit()
    assert rules.user_who_signs_in("sari", "kuda lumping 45") is not None


HELPED = [("", "/sign-in"), ("", "/sign-in/passkey"), ("", "/sign-up"), ("", "/claims"), ("sari", "/account")]
"""Pages where an account is made, used or changed, and whose they are."""


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("username", "address"), HELPED)
def test_who_has_trouble_with_an_account_reads_whom_to_ask(as_user: AsUser, username: str, address: str) -> None:
    page = as_user(username).get(address).text
    assert "Tanyakan kepada ketua RT Anda, atau datang ke kantor kelurahan." in page


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("username", "address"), HELPED)
def test_who_has_trouble_with_an_account_reads_the_contact_that_the_operator_gave(
    app: Flask, monkeypatch: pytest.MonkeyPatch, as_user: AsUser, username: str, address: str
) -> None:
    settings = replace(app.config["SETTINGS"], help_contact="Diskominfo <loket 3>, Senin–Jumat")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    assert "Hubungi Diskominfo &lt;loket 3&gt;, Senin–Jumat." in as_user(username).get(address).text


@pytest.mark.usefixtures("cast")
def test_staff_are_not_sent_to_an_rt_leader(as_user: AsUser) -> None:
    assert "ketua RT" not in as_user("agus").get("/account").text
