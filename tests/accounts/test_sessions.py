"""Sessions: how long they last, what ends them, and that no clock that jumps ends one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from meteor.accounts import jobs, records, session_clock, session_lifetimes, sessions
from meteor.accounts.models import SessionClock, UserSession
from meteor.accounts.roles import ROLES
from meteor.accounts.seen import WRITE_SECONDS, seen
from meteor.accounts.session_lifetimes import DAY, HOUR
from meteor.residents import leaderships
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.cast import PASSWORD, Cast, user
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
PAGE = "/account/devices"
PIXEL = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"


class Seconds:
    """The monotonic seconds of the scheduler, which pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    seconds = Seconds()
    monkeypatch.setattr(session_clock, "monotonic", seconds)
    return seconds


def test_two_people_are_never_taken_for_one(cast: Cast) -> None:
    assert (cast.agus == cast.bayu, cast.agus != cast.bayu, len({cast.agus, cast.bayu})) == (False, True, 2)


def minutes() -> int:
    return db.session.scalars(select(SessionClock.minutes)).one()


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def pass_minutes(number: int) -> None:
    """Let the scheduler have lived through so many minutes, and end what is due."""
    db.session.execute(update(SessionClock).values(minutes=SessionClock.minutes + number))
    while session_clock.Minutes().run(now()):
        db.session.commit()
    db.session.commit()


def audited(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


# --- lifetimes ---


@pytest.mark.parametrize("role", ROLES)
def test_the_lifetime_follows_from_the_role(role: str) -> None:
    expected = {"admin": (1 * HOUR, 30 * DAY)} | dict.fromkeys(("citizen", "rt_leader", "business"), (None, 180 * DAY))
    assert tuple(session_lifetimes.lifetime({role})) == expected.get(role, (12 * HOUR, 30 * DAY))
    assert session_lifetimes.lifetime({role, "admin"}).idle == 1 * HOUR


@pytest.mark.parametrize(
    ("who", "lasts"), [("tuti", 1 * HOUR), ("agus", 12 * HOUR), ("sari", 180 * DAY), ("toko", 180 * DAY)]
)
def test_a_session_that_is_not_used_ends(as_user: AsUser, cast: Cast, who: str, lasts: int) -> None:
    browser = as_user(who)
    pass_minutes(lasts - 1)
    assert is_in(browser)
    pass_minutes(1)
    assert not is_in(browser)
    (entry,) = audited("session_ended")
    assert (entry.actor_id, entry.subject) == (None, f"users:{user(who).id}")


def test_a_session_that_is_used_goes_on_until_its_lifetime_is_over(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    for _ in range(59):
        pass_minutes(12 * HOUR - 1)
        sessions.write_seen(keys())
        assert is_in(agus)
    pass_minutes(12 * HOUR)
    assert not is_in(agus)
    assert db.session.scalars(select(UserSession.ended_because)).all() == ["unused"]


def use_for(days: int, every: int) -> None:
    """Use every session each so many minutes."""
    for _ in range(days * DAY // every):
        pass_minutes(every)
        sessions.write_seen(keys())


@pytest.mark.parametrize(("who", "pause"), [("agus", session_lifetimes.SHIFT_PAUSE), ("tuti", 1 * HOUR)])
def test_after_thirty_days_staff_sign_in_again_but_never_during_a_shift(
    as_user: AsUser, cast: Cast, who: str, pause: int
) -> None:
    browser = as_user(who)
    db.session.execute(update(UserSession).values(last_minute=2 * HOUR))
    for _ in range(10):
        pass_minutes(pause - 1)
        sessions.write_seen(keys())
        assert is_in(browser)
    pass_minutes(pause)
    assert not is_in(browser)
    assert ended() == ["too_old"]


def test_after_thirty_five_days_staff_sign_in_again_however_busy_they_are(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    use_for(34, every=5 * HOUR)
    assert is_in(agus)
    use_for(2, every=5 * HOUR)
    assert not is_in(agus)
    assert ended() == ["too_old"]


@pytest.mark.parametrize("who", ["sari", "endang", "toko"])
def test_a_button_that_is_used_now_and_then_stays_signed_in(as_user: AsUser, cast: Cast, who: str) -> None:
    browser = as_user(who)
    use_for(540, every=179 * DAY)
    assert is_in(browser)
    pass_minutes(180 * DAY)
    assert not is_in(browser)
    assert ended() == ["unused"]


def ended() -> list[str | None]:
    return list(db.session.scalars(select(UserSession.ended_because)))


def keys() -> list[str]:
    found = list(db.session.scalars(select(UserSession.key)))
    db.session.commit()
    return found


# --- the scheduler ---


def test_a_turn_adds_one_minute_at_most_and_none_before_a_minute_has_passed(app: Flask, seconds: Seconds) -> None:
    clock = session_clock.Minutes()
    counted = []
    for at in (0, 30, 60, 75, 90, 119, 120, 5000, 5015, 5060):
        seconds.now = at
        clock.run(now())
        counted.append(minutes())
    assert counted == [0, 0, 1, 1, 1, 1, 2, 3, 3, 4]


def test_a_scheduler_that_starts_again_and_again_does_not_hasten_time(app: Flask, seconds: Seconds) -> None:
    for _ in range(100):
        seconds.now += 59
        session_clock.Minutes().run(now())
    assert minutes() == 0


def test_two_schedulers_in_turn_do_not_hasten_time(app: Flask, seconds: Seconds) -> None:
    both = session_clock.Minutes(), session_clock.Minutes()
    for _ in range(100):
        for clock in both:
            seconds.now += 60
            clock.run(now())
    assert minutes() == 0


@pytest.mark.parametrize("days", [-3650, -1, 1, 3650])
def test_a_clock_that_jumps_signs_nobody_out(as_user: AsUser, cast: Cast, days: int) -> None:
    browsers = [as_user(who) for who in ("sari", "agus", "tuti")]
    with time_machine.travel(now() + timedelta(days=days)):
        scheduler = session_clock.Minutes()
        scheduler.run(now())
        scheduler.run(now())
        db.session.commit()
        assert [is_in(browser) for browser in browsers] == [True] * 3
    assert [is_in(browser) for browser in browsers] == [True] * 3


@pytest.mark.usefixtures("cast")
def test_the_browser_is_told_how_long_to_keep_the_cookie(as_user: AsUser) -> None:
    answer = as_user("").post("/sign-in", data={"username": "sari", "password": PASSWORD})
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("meteor=")]
    assert "Max-Age=34560000" in cookie  # it goes before Expires (RFC 6265, 5.3)


@pytest.mark.usefixtures("cast")
def test_another_address_writes_no_cookie_that_could_bring_an_ended_session_back(as_user: AsUser) -> None:
    browser = as_user("")
    browser.post("/sign-in", data={"username": "sari", "password": PASSWORD})
    answer = browser.get("/account/devices", environ_base={"REMOTE_ADDR": "114.4.0.1"})
    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []


# --- what ends a session ---


@pytest.mark.usefixtures("cast")
def test_a_copied_cookie_is_good_for_nothing_after_signing_out(as_user: AsUser, app: Flask) -> None:
    sari = as_user("sari")
    held = sari.get_cookie("meteor")
    assert held is not None
    thief = app.test_client()
    thief.set_cookie("meteor", held.value)
    assert thief.get("/account").status_code == 200
    sari.post("/sign-out")
    assert thief.get("/account").status_code == 302
    assert [entry.actor_name for entry in audited("signed_out")] == ["Sari Wulandari"]


def test_other_roles_end_every_session(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    records.change(cast.agus, records.values_of(cast.agus) | {"roles": ["officer", "dispatcher"]}, cast.tuti)
    assert not is_in(agus)


def test_another_name_ends_no_session(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    records.change(cast.agus, records.values_of(cast.agus) | {"name": "Agus S."}, cast.tuti)
    assert is_in(agus)


def test_a_new_rt_leader_and_a_former_one_sign_in_again(as_user: AsUser, cast: Cast) -> None:
    wahyu, endang = as_user("wahyu"), as_user("endang")
    leaderships.appoint(cast.wahyu, cast.rt(4), cast.tuti)
    before = leaderships.leadership_of(cast.endang)
    assert before is not None
    leaderships.dismiss(before, cast.tuti)
    assert [is_in(wahyu), is_in(endang)] == [False, False]


def test_signing_in_again_in_the_same_browser_ends_the_session_before(as_user: AsUser, cast: Cast) -> None:
    browser = as_user("sari")
    browser.post("/sign-in", data={"username": "wahyu", "password": PASSWORD})
    assert sessions.of_user(cast.sari) == []
    assert len(sessions.of_user(cast.wahyu)) == 1


def test_the_session_after_fifty_ends_the_one_before_them(cast: Cast) -> None:
    first, *others = [sessions.begin_session(cast.sari, "Chrome · Android") for _ in range(sessions.MOST + 1)]
    assert {each.id for each in sessions.of_user(cast.sari)} == {each.id for each in others}
    db.session.refresh(first)
    assert first.ended_because == "too_many"


@pytest.mark.both_databases
def test_ended_sessions_are_few_and_are_forgotten(cast: Cast) -> None:
    for _ in range(sessions.KEPT_ENDED + 20):
        sessions.end_session(sessions.begin_session(cast.sari, "Chrome · Android"), "signed_out")
    sessions.begin_session(cast.sari, "Chrome · Android")
    count = select(func.count()).select_from(UserSession)
    assert db.session.scalar(count) == sessions.KEPT_ENDED + 1
    jobs.forget_sessions(now() + timedelta(days=91))
    assert db.session.scalar(count) == 1


# --- last use ---


@pytest.mark.usefixtures("cast")
def test_requests_write_the_last_use_seldom(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[set[str]] = []
    monkeypatch.setattr(
        "meteor.accounts.views.use.Thread", lambda target, args, daemon: written.append(args[1]) or Still()
    )
    sari, agus = as_user("sari"), as_user("agus")
    for _ in range(20):
        sari.get("/account")
        agus.get("/account")
    assert written == []
    seen._written -= WRITE_SECONDS
    sari.get("/account")
    agus.get("/account")
    assert [len(each) for each in written] == [2]


class Still:
    def start(self) -> None: ...


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("who", "noted"), [("tuti", 0), ("komang", 1), ("sari", 1)])
def test_a_page_that_asks_by_itself_does_not_keep_an_admin_signed_in(as_user: AsUser, who: str, noted: int) -> None:
    browser = as_user(who)
    browser.get("/notices", headers={"HX-Request": "true"})
    assert len(seen._keys) == noted
    browser.get("/account")
    assert len(seen._keys) == 1


@pytest.mark.both_databases
def test_the_last_use_is_written_in_a_transaction_of_its_own(cast: Cast) -> None:
    session = sessions.begin_session(cast.sari, "Chrome · Android")
    session.last_seen_at = now() - timedelta(days=3)
    sessions.write_seen(keys())
    db.session.refresh(session)
    assert now() - session.last_seen_at < timedelta(minutes=1)


# --- my devices ---


@pytest.mark.usefixtures("cast")
def test_a_user_sees_the_own_devices_and_which_one_this_is(as_user: AsUser) -> None:
    browser = as_user("")
    browser.post("/sign-in", data={"username": "sari", "password": PASSWORD}, headers={"User-Agent": PIXEL})
    as_user("wahyu")
    page = browser.get(PAGE).text
    assert page.count("Chrome · Android") == 1
    assert "perangkat ini" in page
    assert f'href="{PAGE}"' in browser.get("/account").text


def test_a_user_ends_one_device(as_user: AsUser, cast: Cast) -> None:
    here, lost = as_user("sari"), as_user("sari")
    found = sessions.of_user(cast.sari)[0]
    answer = here.post(f"{PAGE}/{found.id}/sign-out")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert [is_in(here), is_in(lost)] == [True, False]
    assert [entry.detail["device"] for entry in audited("session_ended")] == ["Chrome · Android"]


@pytest.mark.both_databases
def test_a_user_ends_all_other_devices(as_user: AsUser, cast: Cast) -> None:
    here, lost, sold = as_user("sari"), as_user("sari"), as_user("sari")
    assert here.post(f"{PAGE}/others/sign-out").status_code == 303
    assert [is_in(here), is_in(lost), is_in(sold)] == [True, False, False]


def test_nobody_ends_the_session_of_another_user(as_user: AsUser, cast: Cast) -> None:
    wahyu = as_user("wahyu")
    found = sessions.of_user(cast.wahyu)[0]
    assert as_user("sari").post(f"{PAGE}/{found.id}/sign-out").status_code == 404
    assert is_in(wahyu)


# --- the password once more ---


def long_ago() -> None:
    db.session.execute(update(UserSession).values(proved_minute=-sessions.FRESH_MINUTES - 1))
    db.session.commit()


SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
NEW = {"username": "baru", "name": "Petugas <Baru>", "phone": "", "roles": ["officer", "dispatcher"]}


def test_a_dangerous_action_asks_for_the_password_and_then_goes_on_with_what_was_typed(
    as_user: AsUser, cast: Cast
) -> None:
    tuti = as_user("tuti")
    long_ago()
    asked = tuti.post("/admin/users/new", data=NEW, headers=SAME_SITE)
    assert asked.status_code == 403
    assert 'action="/account/proof?next=/admin/users/new"' in asked.text
    assert 'name="name" value="Petugas &lt;Baru&gt;"' in asked.text
    assert asked.text.count('name="roles"') == 2
    wrong = tuti.post("/account/proof?next=/admin/users/new", data=NEW | {"current": "wrong"})
    assert wrong.status_code == 422
    assert 'name="name" value="Petugas &lt;Baru&gt;"' in wrong.text
    assert "wrong" not in wrong.text
    right = tuti.post("/account/proof?next=/admin/users/new", data=NEW | {"current": PASSWORD})
    assert (right.status_code, right.location) == (307, "/admin/users/new")
    assert tuti.post("/admin/users/new", data=NEW | {"current": PASSWORD}).status_code == 201
    assert user("baru").role_names == {"officer", "dispatcher"}


def test_a_secret_that_was_typed_stands_on_no_page_that_asks_for_the_password(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    long_ago()
    asked = tuti.post("/admin/users/new", data=NEW | {"key": "rahasia-sekali"}, headers=SAME_SITE)
    assert asked.status_code == 403
    assert "rahasia-sekali" not in asked.text
    assert 'href="/account/proof"' in asked.text
    assert "Dikonfirmasi" in tuti.post("/account/proof", data={"current": PASSWORD}).text
    assert tuti.post("/admin/users/new", data=NEW).status_code == 201


@pytest.mark.usefixtures("cast")
def test_looking_at_a_page_asks_for_no_password(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    long_ago()
    assert tuti.get("/admin/users/new").status_code == 200


@pytest.mark.usefixtures("cast")
def test_the_password_leads_to_no_other_site(as_user: AsUser) -> None:
    answer = as_user("tuti").post("/account/proof?next=//evil.example/x", data={"current": PASSWORD})
    assert (answer.status_code, answer.location) == (200, None)


DANGEROUS = {
    "accounts.new_user", "accounts.user", "accounts.disable_user", "accounts.enable_user",
    "panic.first_pin", "accounts.end_sessions", "accounts.invite", "clients.new_client", "clients.client",
    "clients.rotate_token", "clients.revoke_token", "clients.disable_client", "clients.enable_client",
    "integrations.webhook", "residents.new_leader", "residents.leader", "residents.dismiss_leader",
    "accounts.approve_recovery", "accounts.reject_recovery", "accounts.begin_second_factor",
    "accounts.confirm_second_factor",
    "accounts.renew_recovery_codes", "accounts.remove_second_factor", "accounts.reset_second_factor",
    "accounts.new_passkey", "accounts.add_passkey", "accounts.remove_passkey",
    "premises.add_member", "premises.invite_member", "premises.remove_member", "sas.set_key", "sas.remove_key",
    "trackers.new_tracker", "trackers.rotate_tracker_token", "trackers.withdraw_tracker",
    "warnings.new_feed", "warnings.feed", "warnings.remove_feed",
    "open311.new_endpoint", "open311.forward_endpoint", "open311.fetch_services", "open311.choose_services",
    "open311.remove_endpoint", "agencies.confirm_officers", "agencies.invitations",
}  # fmt: skip


def test_every_action_on_access_asks_for_the_password(app: Flask) -> None:
    asking = {endpoint for endpoint, view in app.view_functions.items() if hasattr(view, "asks_password")}
    assert asking == DANGEROUS
