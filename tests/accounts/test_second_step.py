"""Signing in with a second factor: what opens, what does not, and how often one may try."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete

from meteor.accounts import guesses, rules, second_factors, sessions
from meteor.accounts.credentials import RememberedDevice
from meteor.accounts.models import UserRole, UserSession
from meteor.accounts.views.admission import HALF_WAY
from meteor.store.database import db
from meteor.store.moments import now
from tests.accounts.factors import STEP, given, given_codes, half_way, is_in
from tests.admin import save, trail
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
MINUTE = timedelta(minutes=1)


def test_the_right_code_signs_in_and_leads_where_one_wanted_to_go(as_user: AsUser, cast: Cast) -> None:
    app, tablet = given(cast.agus), as_user("")
    asked = half_way(tablet, "agus", "/account")
    assert asked.location == f"{STEP}?next=/account"
    page = tablet.get(asked.location).text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    answer = tablet.post(asked.location, data={"code": app.code()})
    assert (answer.status_code, answer.location) == (302, "/account")
    assert is_in(tablet)
    assert trail("signed_in")[-1].detail["by"] == "code"


@pytest.mark.usefixtures("cast")
def test_who_has_no_second_factor_signs_in_by_the_password_alone(as_user: AsUser) -> None:
    phone = as_user("")
    assert phone.post("/sign-in", data={"username": "sari", "password": PASSWORD}).location == "/"
    assert is_in(phone)


def test_no_session_exists_between_the_password_and_the_code(as_user: AsUser, cast: Cast) -> None:
    given(cast.komang)
    thief = as_user("")
    half_way(thief, "komang")
    assert not is_in(thief)
    assert thief.get("/incidents").location.startswith("/sign-in?")
    assert thief.post("/alerts", headers={"Accept": "application/json"}).status_code == 401
    assert sessions.of_user(cast.komang) == []


def test_the_half_way_state_is_no_session_cookie_and_no_other_browser_has_it(as_user: AsUser, cast: Cast) -> None:
    app, thief = given(cast.agus), as_user("")
    half_way(as_user(""), "agus")
    assert thief.post(STEP, data={"code": app.code()}).location == "/sign-in"
    half_way(thief, "agus")
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = cookie.pop(HALF_WAY)
    assert not is_in(thief)


@pytest.mark.parametrize(("later", "good"), [(4 * MINUTE, True), (6 * MINUTE, False), (-MINUTE, False)])
def test_the_code_has_to_follow_the_password_within_five_minutes(
    as_user: AsUser, cast: Cast, later: timedelta, good: bool
) -> None:
    app, tablet = given(cast.agus), as_user("")
    half_way(tablet, "agus")
    with time_machine.travel(now() + later, tick=False):
        answer = tablet.post(f"{STEP}?next=/account", data={"code": app.code()})
    assert answer.location == ("/account" if good else "/sign-in?next=/account")


@pytest.mark.parametrize("change", ["password", "disabling", "reset"])
def test_the_half_way_state_ends_with_what_it_stands_on(as_user: AsUser, cast: Cast, change: str) -> None:
    app, tablet, user = given(cast.agus), as_user(""), cast.agus
    half_way(tablet, "agus")
    if change == "password":
        rules.set_password(user, "tiga kata lain")
    elif change == "disabling":
        user.active = False
    else:
        second_factors.reset(user, cast.tuti, "Ponsel hilang")
    tablet.post(STEP, data={"code": app.code()})
    assert not is_in(tablet)


def test_who_taps_twice_is_signed_in_all_the_same(as_user: AsUser, cast: Cast) -> None:
    app, tablet = given(cast.agus), as_user("")
    half_way(tablet, "agus")
    code = app.code()
    assert [tablet.post(STEP, data={"code": code}).location for _ in range(2)] == ["/incidents"] * 2


# --- codes ---


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_before_and_after(cast: Cast, steps: int, good: bool) -> None:
    app, at = given(cast.agus), now() + 10 * MINUTE
    assert second_factors.use_code(cast.agus, app.code(at + timedelta(seconds=30 * steps)), at) is good


def test_a_code_is_good_once_and_no_earlier_one_after_it(cast: Cast) -> None:
    app, at = given(cast.agus), now()
    assert second_factors.use_code(cast.agus, f" {app.code(at)[:3]} {app.code(at)[3:]} ", at)
    assert not second_factors.use_code(cast.agus, app.code(at), at)
    assert not second_factors.use_code(cast.agus, app.code(at - MINUTE / 2), at)
    assert second_factors.use_code(cast.agus, app.code(at + MINUTE / 2), at + MINUTE / 2)


def test_a_code_that_was_used_while_the_clock_was_ahead_keeps_nobody_out(cast: Cast) -> None:
    app, at = given(cast.agus), now()
    ahead = at + timedelta(hours=2)
    assert second_factors.use_code(cast.agus, app.code(ahead), ahead)
    assert second_factors.use_code(cast.agus, app.code(at), at)
    assert not second_factors.use_code(cast.agus, app.code(at), at)


@pytest.mark.parametrize("code", ["", "12345", "000000x", "１２３", "abcdef"])
def test_what_is_no_code_is_refused_with_a_reason(as_user: AsUser, cast: Cast, code: str) -> None:
    given(cast.agus)
    tablet = as_user("")
    half_way(tablet, "agus")
    answer = tablet.post(STEP, data={"code": code})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_code_of_another_user_is_wrong(as_user: AsUser, cast: Cast) -> None:
    given(cast.agus)
    bayus, tablet = given(cast.bayu), as_user("")
    half_way(tablet, "agus")
    assert tablet.post(STEP, data={"code": bayus.code()}).status_code == 422
    assert [entry.subject for entry in trail("second_factor_failed")] == [f"users:{cast.agus.id}"]


# --- guessing ---


def test_guessing_codes_is_slowed_down_also_with_the_right_password_in_between(as_user: AsUser, cast: Cast) -> None:
    given(cast.agus)
    thief, statuses = as_user(""), []
    for _ in range(11):
        half_way(thief, "agus")
        statuses.append(thief.post(STEP, data={"code": "000000"}).status_code)
    assert statuses == [422] * 10 + [429]
    other = as_user("")
    half_way(other, "agus")
    answer = other.post(STEP, data={"code": "000000"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 60
    assert other.post(f"{STEP}/recovery-code", data={"recovery-code": "AAAA"}).status_code == 429


def test_a_guesser_does_not_keep_the_owner_out_on_a_device_they_have_used(as_user: AsUser, cast: Cast) -> None:
    tablet, thief = as_user(""), as_user("")
    tablet.post("/sign-in", data={"username": "agus", "password": PASSWORD})
    app = given(cast.agus)
    tablet.post("/sign-out")
    half_way(thief, "agus")
    for _ in range(20):
        thief.post(STEP, data={"code": "000000"})
    half_way(tablet, "agus")
    assert tablet.post(STEP, data={"code": app.code()}).location == "/incidents"


def test_who_guesses_for_a_day_without_a_pause_has_few_tries() -> None:
    at, tries, pace = 0.0, 0, guesses.CODE_ELSEWHERE
    while at < 24 * 3600:
        at, tries = at + guesses.wait_of(pace, tries, 0), tries + 1
    assert tries < 50  # of a million codes, of which three are good


# --- recovery codes ---


def test_a_recovery_code_signs_in_once_in_any_spelling(as_user: AsUser, cast: Cast) -> None:
    given(cast.agus)
    first, second, *_ = given_codes(cast.agus)
    tablet, thief = as_user(""), as_user("")
    half_way(tablet, "agus", "/account")
    written = {"recovery-code": first.lower().replace("-", " ").replace("o", "0")}
    assert tablet.post(f"{STEP}/recovery-code?next=/account", data=written).location == "/account"
    assert is_in(tablet)
    assert trail("recovery_code_used")[0].detail == {"left": 9}
    half_way(thief, "agus")
    assert thief.post(f"{STEP}/recovery-code", data=written).status_code == 422
    assert thief.post(f"{STEP}/recovery-code", data={"recovery-code": second}).location == "/incidents"


def test_new_recovery_codes_end_the_earlier_ones_and_no_other_users(as_user: AsUser, cast: Cast) -> None:
    given(cast.agus)
    given(cast.bayu)
    (old, *_), (bayus, *_) = given_codes(cast.agus), given_codes(cast.bayu)
    given_codes(cast.agus)
    tablet = as_user("")
    half_way(tablet, "agus")
    for code in (old, bayus, ""):
        assert tablet.post(f"{STEP}/recovery-code", data={"recovery-code": code}).status_code == 422


# --- other ways in ---


def test_an_invitation_gives_a_password_and_no_way_around_the_second_factor(as_user: AsUser, cast: Cast) -> None:
    app, phone = given(cast.agus), as_user("")
    token = rules.invite(cast.agus)
    answer = phone.post(f"/invitations/{token}", data={"password": "tiga kata lain", "repeated": "tiga kata lain"})
    assert answer.location == STEP
    assert not is_in(phone)
    assert phone.post(STEP, data={"code": app.code()}).location == "/incidents"


def test_a_new_password_of_ones_own_asks_for_no_code(as_user: AsUser, cast: Cast) -> None:
    given(cast.agus)
    tablet, new = as_user("agus"), "tiga kata lain"
    tablet.post("/account/password", data={"current": PASSWORD, "password": new, "repeated": new})
    assert is_in(tablet)


# --- remembered devices ---


@pytest.fixture
def tablet(as_user: AsUser, cast: Cast) -> Browser:
    """Agus's tablet, which does not ask him again."""
    app, tablet = given(cast.agus), as_user("")
    half_way(tablet, "agus")
    assert "30 hari" in tablet.get(STEP).text
    tablet.post(STEP, data={"code": app.code(), "remember": "y"})
    assert is_in(tablet)
    return tablet


def asks(browser: Browser, username: str = "agus", password: str = PASSWORD) -> bool:
    """Whether a new sign-in in this browser asks for a code."""
    browser.post("/sign-out")
    answer = browser.post("/sign-in", data={"username": username, "password": password})
    return str(answer.location).startswith(STEP)


def test_a_remembered_tablet_asks_only_for_the_password_from_shift_to_shift(tablet: Browser, as_user: AsUser) -> None:
    assert [asks(tablet), asks(tablet), asks(as_user(""))] == [False, False, True]
    assert trail("signed_in")[-1].detail["by"] == "remembered_device"


def test_a_remembered_device_needs_the_password_all_the_same(tablet: Browser) -> None:
    tablet.post("/sign-out")
    assert tablet.post("/sign-in", data={"username": "agus", "password": "wrong"}).status_code == 422


def test_a_remembered_device_asks_again_after_thirty_days_however_often_it_was_used(tablet: Browser) -> None:
    with time_machine.travel(now() + timedelta(days=29), tick=False):
        assert not asks(tablet)
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        assert asks(tablet)


def test_a_colleague_on_a_remembered_tablet_is_asked(tablet: Browser, cast: Cast) -> None:
    given(cast.bayu)
    assert asks(tablet, "bayu")
    assert not asks(tablet)


@pytest.mark.parametrize("end", ["end this device", "all others", "by admin", "roles", "reset", "disabled"])
def test_what_ends_a_device_ends_that_it_is_remembered(tablet: Browser, as_user: AsUser, cast: Cast, end: str) -> None:
    here = sessions.of_user(cast.agus)[0]
    if end == "end this device":
        as_user("agus").post(f"/account/devices/{here.id}/sign-out")
    elif end == "all others":
        as_user("agus").post("/account/devices/others/sign-out")
    elif end == "by admin":
        as_user("tuti").post(f"/admin/users/{cast.agus.id}/sessions-end")
    elif end == "roles":
        values = {"name": "Agus", "username": "agus", "phone": cast.agus.phone, "roles": ["officer", "dispatcher"]}
        save(as_user("tuti"), f"/admin/users/{cast.agus.id}", values)
    elif end == "disabled":
        as_user("tuti").post(f"/admin/users/{cast.agus.id}/disabling")
        as_user("tuti").post(f"/admin/users/{cast.agus.id}/enabling")
    else:
        as_user("tuti").post(f"/admin/users/{cast.agus.id}/second-factor-reset", data={"reset-reason": "Hilang"})
        given(cast.agus)
    assert asks(tablet)


def test_a_new_password_ends_that_devices_are_remembered(tablet: Browser) -> None:
    new = "tiga kata lain"
    tablet.post("/account/password", data={"current": PASSWORD, "password": new, "repeated": new})
    assert asks(tablet, password=new)


@pytest.mark.parametrize("username", ["tuti", "sari"])
def test_devices_of_administrators_and_citizens_are_never_remembered(
    as_user: AsUser, cast: Cast, username: str
) -> None:
    app, browser = given(getattr(cast, username)), as_user("")
    half_way(browser, username)
    assert "30 hari" not in browser.get(STEP).text
    browser.post(STEP, data={"code": app.code(), "remember": "y"})
    assert is_in(browser)
    assert asks(browser, username)


def test_an_officer_who_becomes_an_administrator_is_asked(tablet: Browser, cast: Cast) -> None:
    db.session.add(UserRole(user_id=cast.agus.id, role="admin"))
    db.session.commit()
    assert asks(tablet)


def test_a_device_that_a_clock_ahead_remembered_asks(tablet: Browser) -> None:
    with time_machine.travel(now() - timedelta(days=1), tick=False):
        assert asks(tablet)


@pytest.mark.both_databases
def test_a_forgotten_session_takes_its_remembered_device_along(tablet: Browser, cast: Cast) -> None:
    tablet.post("/sign-out")
    db.session.execute(delete(UserSession).where(UserSession.user_id == cast.agus.id))
    db.session.commit()
    assert db.session.query(RememberedDevice).count() == 0
