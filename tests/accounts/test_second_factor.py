"""Setting the second factor up, turning it off, and its reset by somebody else."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from app import served
from meteor.accounts import recovery_codes, second_factors, sessions
from meteor.accounts.models import UserRole
from meteor.store import rotation
from meteor.store.database import db, hang_up
from meteor.store.moments import now
from tests.accounts.factors import PAGE, App, given, given_codes, half_way, is_in
from tests.accounts.test_recoveries import told
from tests.accounts.test_sessions import long_ago
from tests.admin import trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.partners import Partner

AsUser = Callable[[str], Browser]


def scanned(page: str) -> App:
    """The app after it has read the QR code's address on a page."""
    address = re.search(r'href="(otpauth://[^"]+)"', page)
    assert address
    secret = re.search(r"secret=(\w+)", html.unescape(address[1]))
    assert secret
    return App(secret[1])


# --- the user's own page ---


def test_a_user_scans_confirms_and_gets_ten_recovery_codes_once(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    assert agus.post(PAGE).status_code == 303
    page = agus.get(PAGE).text
    app = scanned(page)
    assert "<svg" in page
    assert " ".join(re.findall("....", app.totp.secret)) in page
    assert not second_factors.is_set_up(cast.agus)
    answer = agus.post(f"{PAGE}/confirmation", data={"code": app.code()})
    assert answer.status_code == 201
    codes = re.findall(r"<code>([A-Z2-7-]{19})</code>", answer.text)
    assert len(set(codes)) == 10
    page = agus.get(PAGE).text
    assert app.totp.secret not in page.replace(" ", "")
    assert codes[0] not in page
    assert "10 kode pemulihan" in page
    assert second_factors.is_set_up(cast.agus)
    assert len(trail("second_factor_set_up")) == len(trail("recovery_codes_made")) == 1
    half_way(as_user(""), "agus")


def test_a_secret_counts_only_once_a_code_has_confirmed_it(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    agus.post(PAGE)
    assert agus.post(f"{PAGE}/confirmation", data={"code": "000000"}).status_code == 422
    assert agus.post(f"{PAGE}/confirmation", data={"code": ""}).status_code == 422
    assert not second_factors.is_set_up(cast.agus)


def test_while_an_app_is_set_up_the_page_asks_for_nothing_else_about_apps(as_user: AsUser) -> None:
    agus = as_user("agus")
    assert 'id="app"' in agus.get(PAGE).text
    agus.post(PAGE)
    assert 'id="app"' not in agus.get(PAGE).text


def test_a_secret_that_waits_is_shown_only_while_the_password_is_fresh(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    agus.post(PAGE)
    assert "otpauth:" in agus.get(PAGE).text
    long_ago()
    assert "otpauth:" not in agus.get(PAGE).text


def test_the_code_that_confirmed_does_not_sign_in(as_user: AsUser, cast: Cast) -> None:
    agus, thief = as_user("agus"), as_user("")
    agus.post(PAGE)
    code = scanned(agus.get(PAGE).text).code()
    agus.post(f"{PAGE}/confirmation", data={"code": code})
    half_way(thief, "agus")
    assert thief.post("/sign-in/second-factor", data={"code": code}).status_code == 422


def test_another_phone_replaces_the_first_once_it_is_confirmed(as_user: AsUser, cast: Cast) -> None:
    old, agus = given(cast.agus), as_user("agus")
    codes = given_codes(cast.agus)
    agus.post(PAGE)
    assert second_factors.use_code(cast.agus, old.code(), now())
    db.session.commit()
    new = scanned(agus.get(PAGE).text)
    assert agus.post(f"{PAGE}/confirmation", data={"code": new.code()}).status_code == 303
    assert recovery_codes.left(cast.agus) == len(codes)
    half_way(agus, "agus")
    assert agus.post("/sign-in/second-factor", data={"code": old.code()}).status_code == 422


def test_the_secret_is_sealed_and_rotated_with_the_other_secrets(cast: Cast) -> None:
    app = given(cast.agus)
    found = second_factors.of_user(cast.agus)
    assert found
    assert found.secret_sealed
    assert app.totp.secret.encode() not in found.secret_sealed
    assert {"totp_secrets.secret", "totp_secrets.pending"} <= {column.label for column in rotation.columns()}


def test_new_recovery_codes_are_shown_once_and_need_a_second_factor(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    assert agus.post(f"{PAGE}/recovery-codes").status_code == 303
    assert recovery_codes.left(cast.agus) == 0
    given(cast.agus)
    assert len(re.findall(r"<code>[A-Z2-7-]{19}</code>", agus.post(f"{PAGE}/recovery-codes").text)) == 10
    assert recovery_codes.left(cast.agus) == 10


def test_a_user_turns_it_off_and_signs_in_with_the_password_alone(as_user: AsUser, cast: Cast) -> None:
    given(cast.agus)
    given_codes(cast.agus)
    assert as_user("agus").post(f"{PAGE}/removal").status_code == 303
    assert not second_factors.is_set_up(cast.agus)
    assert recovery_codes.left(cast.agus) == 0
    assert [entry.actor_name for entry in trail("second_factor_removed")] == ["Agus Santoso"]


# --- administrators in production ---


@pytest.fixture
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], production=True))
    return app


@pytest.mark.usefixtures("production")
def test_an_administrator_without_a_second_factor_can_only_set_it_up(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    assert tuti.get("/admin/users").location == PAGE
    assert tuti.post(f"/admin/users/{cast.agus.id}/disabling").location == PAGE
    assert tuti.get("/account").location == PAGE
    assert tuti.get("/admin/users", headers={"Accept": "application/json"}).status_code == 403
    assert tuti.get("/admin/users", headers={"HX-Request": "true"}).headers["HX-Redirect"] == PAGE
    assert cast.agus.active
    tuti.post(PAGE)
    tuti.post(f"{PAGE}/confirmation", data={"code": scanned(tuti.get(PAGE).text).code()})
    assert tuti.get("/admin/users").status_code == 200


@pytest.mark.usefixtures("production")
def test_the_first_administrator_of_a_city_gets_in(app: Flask, cast: Cast, as_user: AsUser) -> None:
    link = app.test_cli_runner().invoke(args=["new-admin", "kepala-it", "Kepala TI"]).output.splitlines()[-1]
    browser, password = as_user(""), "tiga kata panjang"
    assert browser.post(link, data={"password": password, "repeated": password}).location == "/admin"
    assert browser.get("/admin/users").location == PAGE
    browser.post(PAGE)
    answer = browser.post(f"{PAGE}/confirmation", data={"code": scanned(browser.get(PAGE).text).code()})
    assert 'href="/admin/users"' in answer.text


@pytest.mark.usefixtures("production")
def test_a_press_of_an_administrator_is_taken_all_the_same(as_user: AsUser, cast: Cast) -> None:
    headers = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
    assert as_user("tuti").post("/alerts", data={"id": str(uuid4())}, headers=headers).status_code == 201


@pytest.mark.usefixtures("production", "cast")
@pytest.mark.parametrize(("username", "page"), [("agus", "/incidents"), ("sari", "/"), ("maya", "/calls")])
def test_others_work_without_a_second_factor(as_user: AsUser, username: str, page: str) -> None:
    assert as_user(username).get(page).status_code == 200


@pytest.mark.usefixtures("production", "cast")
def test_clients_of_the_api_are_asked_for_nothing(partner: Partner) -> None:
    assert partner.get("/api/v1/incidents.geojson").status_code == 200


@pytest.mark.usefixtures("cast")
def test_in_the_demo_an_administrator_works_without_a_second_factor(as_user: AsUser) -> None:
    assert as_user("tuti").get("/admin/users").status_code == 200


@pytest.mark.both_databases
def test_the_gate_for_polls_answers_no_administrator_without_a_second_factor(production: Flask, cast: Cast) -> None:
    db.session.add(UserRole(user_id=cast.tuti.id, role="dispatcher"))
    db.session.commit()
    site = served(production.config["SETTINGS"])
    site.test_client_class = Browser
    site.config["SESSION_COOKIE_SECURE"] = False
    browser = site.test_client()
    assert isinstance(browser, Browser)
    browser.of("tuti")
    polls = ("/incidents/rows?v=0", "/notices?v=0.0.0.0")
    assert [browser.get(poll).status_code for poll in polls] == [303, 303]
    given(cast.tuti)
    site.wsgi_app.close()  # type: ignore[attr-defined]
    assert [browser.get(poll).status_code for poll in polls] == [204, 204]
    site.wsgi_app.close()  # type: ignore[attr-defined]
    with site.app_context():
        hang_up()


@pytest.mark.usefixtures("production")
def test_an_administrator_cannot_turn_it_off_in_production(as_user: AsUser, cast: Cast) -> None:
    given(cast.tuti)
    tuti = as_user("tuti")
    assert f'action="{PAGE}/removal"' not in tuti.get(PAGE).text
    tuti.post(f"{PAGE}/removal")
    assert second_factors.is_set_up(cast.tuti)
    assert not trail("second_factor_removed")


# --- reset ---


def test_a_second_administrator_resets_it_and_the_owner_is_told(as_user: AsUser, cast: Cast) -> None:
    given(cast.agus)
    given_codes(cast.agus)
    tablet, tuti, user = as_user("agus"), as_user("tuti"), f"/admin/users/{cast.agus.id}"
    assert f'action="{user}/second-factor-reset"' in tuti.get(user).text
    tuti.post(f"{user}/second-factor-reset", data={"reset-reason": "Ponsel hilang, bertemu langsung"})
    assert not second_factors.is_set_up(cast.agus)
    assert recovery_codes.left(cast.agus) == 0
    assert not is_in(tablet)
    assert "direset" in tablet.get("/sign-in").text
    assert told(cast.agus) == ["second_factor_reset"]
    entry = trail("second_factor_reset")[0]
    assert (entry.actor_name, entry.subject) == ("Tuti Admin", f"users:{cast.agus.id}")
    assert entry.detail["reason"] == "Ponsel hilang, bertemu langsung"


@pytest.mark.parametrize(("username", "reason"), [("tuti", "Ponsel saya hilang"), ("agus", "")])
def test_nobody_resets_the_own_one_nor_without_a_reason(
    as_user: AsUser, cast: Cast, username: str, reason: str
) -> None:
    owner = getattr(cast, username)
    given(owner)
    tuti, user = as_user("tuti"), f"/admin/users/{owner.id}"
    tuti.post(f"{user}/second-factor-reset", data={"reset-reason": reason})
    assert second_factors.is_set_up(owner)
    assert sessions.of_user(cast.tuti)
    assert not trail("second_factor_reset")


def test_the_page_of_ones_own_offers_no_reset(as_user: AsUser, cast: Cast) -> None:
    given(cast.tuti)
    assert "second-factor-reset" not in as_user("tuti").get(f"/admin/users/{cast.tuti.id}").text


def test_there_is_nothing_to_reset_where_nothing_is_set_up(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    as_user("tuti").post(f"/admin/users/{cast.agus.id}/second-factor-reset", data={"reset-reason": "Coba"})
    assert is_in(agus)
    assert not trail("second_factor_reset")


def test_a_city_with_one_administrator_resets_it_on_the_server(app: Flask, as_user: AsUser, cast: Cast) -> None:
    given(cast.tuti)
    tuti = as_user("tuti")
    printed = app.test_cli_runner().invoke(args=["reset-second-factor", "tuti"])
    assert printed.exit_code == 0, printed.output
    assert not second_factors.is_set_up(cast.tuti)
    assert not is_in(tuti)
    assert trail("second_factor_reset")[0].actor_name == "METEOR"


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("username", "says"), [("nobody", "no user is called nobody"), ("agus", "no second factor")])
def test_the_command_says_what_it_cannot_reset(app: Flask, username: str, says: str) -> None:
    printed = app.test_cli_runner().invoke(args=["reset-second-factor", username])
    assert printed.exit_code == 1
    assert says in printed.output
