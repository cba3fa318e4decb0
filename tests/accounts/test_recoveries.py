"""Requested changes of an account: what its owner, an administrator and time make of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from meteor.accounts import passwords, phone_numbers, recoveries, rules
from meteor.accounts.jobs import forget_recoveries
from meteor.accounts.models import RecoveryRequest, User, UserRole
from meteor.accounts.rules import user_who_signs_in
from meteor.notices import jobs as notices
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from tests.admin import save, trail
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
PHONE, NEW = "+6281234567890", "tiga kata lain"
DAY = timedelta(hours=24)


def by_card(user: User, phone: str = PHONE, card: str = "card") -> RecoveryRequest:
    """A request with a claim card, committed."""
    request = recoveries.by_card(user, phone, passwords.hashed(NEW), card, now())
    db.session.commit()
    return request


def told(user: User | None) -> list[str]:
    """The kinds of the notices that stand for a user, or for administrators (None)."""
    for item in db.session.scalars(select(OutboxItem).where(OutboxItem.topic == "account_notice").order_by("id")):
        notices.raise_of_accounts(item.payload, now())
        db.session.delete(item)
    mine = Notice.user_id == user.id if user else Notice.role == "admin"
    query = select(Notice.kind).where(mine, Notice.acknowledged_at.is_(None)).order_by(Notice.id)
    return list(db.session.scalars(query))


def account(user: User) -> tuple[str | None, bool]:
    """The phone number of an account, and whether its old password works."""
    db.session.commit()
    return user.phone, user_who_signs_in(user.username, PASSWORD) is not None


def after(request: RecoveryRequest, time: timedelta) -> datetime:
    return request.requested_at + time


@pytest.mark.both_databases
def test_owner_and_administrators_are_told_and_nothing_changes(cast: Cast) -> None:
    by_card(cast.sari)
    assert told(cast.sari) == ["recovery_asked"]
    assert told(None) == ["recovery_waits"]
    assert account(cast.sari) == ("+6281330000001", True)
    with pytest.raises(recoveries.Waiting):
        recoveries.by_card(cast.sari, PHONE, "hash", "another card", now())


def test_every_page_of_the_owner_asks_and_no_page_of_others(as_user: AsUser, cast: Cast) -> None:
    by_card(cast.sari)
    sari, wahyu = as_user("sari"), as_user("wahyu")
    for address in ("/", "/residence", "/account"):
        assert "Apakah itu Anda?" in sari.get(address).text
        assert "Apakah itu Anda?" not in wahyu.get(address).text
    page = sari.get("/account/recovery").text
    assert PHONE in page
    assert "Bukan saya: tolak" in page
    assert "Tidak ada permintaan" in wahyu.get("/account/recovery").text


def test_the_owner_confirms_from_a_session_and_every_session_ends(as_user: AsUser, cast: Cast) -> None:
    sari, other = as_user("sari"), as_user("sari")
    request = by_card(cast.sari)
    assert sari.post(f"/account/recovery/{request.id}/confirmation").location == "/sign-in"
    assert other.get("/account").status_code == 302
    assert "perangkat ini dikeluarkan" in other.get("/sign-in").text
    db.session.expire_all()
    assert cast.sari.phone == PHONE
    assert user_who_signs_in("0812 3456 7890", NEW) == cast.sari
    assert user_who_signs_in("sari", PASSWORD) is None
    assert request.password_hash is None
    assert told(cast.sari) == ["recovery_done"]
    assert trail("recovery_confirmed")[0].actor_name == "Sari Wulandari"
    assert trail("phone_changed")[0].detail["after"] == {"phone": PHONE}


def test_a_recovery_ends_the_open_invitations_of_the_account(cast: Cast) -> None:
    token = rules.invite(cast.sari)
    recoveries.confirm(by_card(cast.sari), cast.sari, now())
    assert rules.invitation(token) is None


@pytest.mark.both_databases
def test_the_owner_refuses_and_the_administrators_are_told(as_user: AsUser, cast: Cast) -> None:
    request = by_card(cast.sari)
    assert as_user("sari").post(f"/account/recovery/{request.id}/refusal").status_code == 302
    assert account(cast.sari) == ("+6281330000001", True)
    assert (request.outcome, request.password_hash) == ("refused", None)
    assert told(cast.sari) == []
    assert told(None) == ["recovery_refused"]
    assert not recoveries.takes_cards(cast.sari, now())
    with pytest.raises(recoveries.Ended):
        recoveries.approve(request, "diperiksa", cast.tuti, after(request, DAY))


@pytest.mark.parametrize("answer", ["confirmation", "refusal"])
def test_nobody_else_answers_for_the_owner(as_user: AsUser, cast: Cast, answer: str) -> None:
    request = by_card(cast.sari)
    for username in ("wahyu", "endang", "tuti"):
        assert as_user(username).post(f"/account/recovery/{request.id}/{answer}").status_code == 404
    assert request.outcome is None


def test_a_request_is_answered_once(as_user: AsUser, cast: Cast) -> None:
    sari, request = as_user("sari"), by_card(cast.sari)
    recoveries.reject(request, "salah orang", cast.tuti, now())
    db.session.commit()
    answer = sari.post(f"/account/recovery/{request.id}/confirmation")
    assert "sudah dijawab" in sari.get(answer.location).text
    assert account(cast.sari) == ("+6281330000001", True)


@pytest.mark.both_databases
def test_an_administrator_approves_with_a_reason_after_a_day(as_user: AsUser, cast: Cast) -> None:
    request, address = by_card(cast.sari), ""
    address = f"/admin/recoveries/{request.id}"
    with time_machine.travel(after(request, DAY - timedelta(seconds=1)), tick=False):
        tuti = as_user("tuti")
        assert "Setujui" not in tuti.get(address).text
        early = tuti.post(f"{address}/approval", data={"approval-reason": "KTP diperiksa"})
        assert "waktu 24 jam" in tuti.get(early.location).text
    assert account(cast.sari) == ("+6281330000001", True)
    with time_machine.travel(after(request, DAY), tick=False):
        tuti = as_user("tuti")
        assert "Sari Wulandari" in tuti.get("/admin/recoveries?state=open").text
        assert tuti.post(f"{address}/approval", data={"approval-reason": " "}).status_code == 422
        assert tuti.post(f"{address}/approval", data={"approval-reason": "KTP diperiksa"}).status_code == 302
    assert account(cast.sari) == (PHONE, False)
    assert user_who_signs_in(PHONE, NEW) == cast.sari
    assert trail("recovery_approved")[0].detail["reason"] == "KTP diperiksa"


@pytest.mark.both_databases
def test_an_administrator_refuses_at_any_time_with_a_reason(as_user: AsUser, cast: Cast) -> None:
    request = by_card(cast.sari)
    address, tuti = f"/admin/recoveries/{request.id}/refusal", as_user("tuti")
    assert tuti.post(address, data={"refusal-reason": ""}).status_code == 422
    assert tuti.post(address, data={"refusal-reason": "Bukan orangnya"}).status_code == 302
    assert account(cast.sari) == ("+6281330000001", True)
    assert told(cast.sari) == ["recovery_rejected"]
    assert "Ditolak administrator" in tuti.get("/admin/recoveries?state=ended").text


def test_a_request_expires_after_fourteen_days(cast: Cast) -> None:
    request = by_card(cast.sari)
    recoveries.pass_time(after(request, recoveries.LASTS - timedelta(seconds=1)))
    assert request.outcome is None
    with pytest.raises(recoveries.Ended):
        recoveries.confirm(request, cast.sari, after(request, recoveries.LASTS))
    recoveries.pass_time(after(request, recoveries.LASTS))
    assert (request.outcome, request.password_hash) == ("expired", None)
    assert account(cast.sari) == ("+6281330000001", True)
    assert recoveries.takes_cards(cast.sari, after(request, recoveries.LASTS))


def test_a_request_gives_no_account_of_another_role_and_no_number_that_is_taken(cast: Cast) -> None:
    request = by_card(cast.sari)
    cast.wahyu.phone = PHONE
    with pytest.raises(phone_numbers.PhoneTaken):
        recoveries.confirm(request, cast.sari, now())
    cast.wahyu.phone = None
    db.session.add(UserRole(user_id=cast.sari.id, role="officer"))
    db.session.commit()
    db.session.expire_all()
    with pytest.raises(recoveries.OtherRole):
        recoveries.approve(request, "diperiksa", cast.tuti, after(request, DAY))


def test_ended_requests_are_forgotten_after_ninety_days(cast: Cast) -> None:
    request = by_card(cast.sari)
    recoveries.refuse(request, cast.sari, now())
    forget_recoveries(now() + timedelta(days=89))
    assert db.session.scalar(select(RecoveryRequest.id))
    forget_recoveries(now() + timedelta(days=91))
    assert db.session.scalar(select(RecoveryRequest.id)) is None


# --- an administrator changes a phone number ---


def changed(as_user: AsUser, user: User, **changes: object) -> str:
    """Save another phone number in the administrator's form; the page that follows."""
    values = {"name": user.name, "username": user.username, "phone": PHONE, "roles": sorted(user.role_names)}
    tuti = as_user("tuti")
    answer = save(tuti, f"/admin/users/{user.id}", values | changes)
    return tuti.get(answer.location).text if answer.status_code == 302 else answer.text


def test_another_number_of_a_used_account_needs_a_reason_and_waits_a_day(as_user: AsUser, cast: Cast) -> None:
    assert "Sebutkan alasannya" in changed(as_user, cast.agus)
    assert "setelah 24 jam" in changed(as_user, cast.agus, phone_reason="Ganti HP")
    assert account(cast.agus) == ("+6281330000006", True)
    assert told(cast.agus) == ["phone_change_asked"]
    assert "Ganti HP" in as_user("agus").get("/account/recovery").text
    assert "masih menunggu pemiliknya" in changed(as_user, cast.agus, phone_reason="Lagi")
    request = db.session.scalars(select(RecoveryRequest)).one()
    recoveries.pass_time(after(request, DAY - timedelta(seconds=1)))
    assert account(cast.agus) == ("+6281330000006", True)
    recoveries.pass_time(after(request, DAY))
    assert account(cast.agus) == (PHONE, True)
    assert told(cast.agus) == ["phone_changed"]
    assert trail("recovery_applied")[0].subject == f"users:{cast.agus.id}"


def test_the_owner_confirms_a_number_at_once_and_stays_signed_in(as_user: AsUser, cast: Cast) -> None:
    changed(as_user, cast.agus, phone_reason="Ganti HP")
    agus = as_user("agus")
    assert agus.post("/account/recovery/1/confirmation").location == "/account"
    assert "0812-3456-7890" in agus.get("/account").text


def test_the_owner_refuses_a_number(as_user: AsUser, cast: Cast) -> None:
    changed(as_user, cast.agus, phone_reason="Ganti HP")
    as_user("agus").post("/account/recovery/1/refusal")
    recoveries.pass_time(now() + DAY)
    assert account(cast.agus) == ("+6281330000006", True)


def test_a_number_that_another_account_took_meanwhile_is_not_given(as_user: AsUser, cast: Cast) -> None:
    changed(as_user, cast.agus, phone_reason="Ganti HP")
    cast.wahyu.phone = PHONE
    db.session.commit()
    recoveries.pass_time(now() + DAY)
    assert account(cast.agus) == ("+6281330000006", True)
    assert db.session.scalars(select(RecoveryRequest.outcome)).one() == "taken"


def test_an_account_that_was_never_used_gets_its_number_at_once(as_user: AsUser, cast: Cast) -> None:
    cast.agus.password_hash = None
    db.session.commit()
    changed(as_user, cast.agus)
    db.session.expire_all()
    assert cast.agus.phone == PHONE


def test_an_invitation_for_a_used_account_is_told_to_its_owner(as_user: AsUser, cast: Cast) -> None:
    as_user("tuti").post(f"/admin/users/{cast.agus.id}/invitation")
    assert told(cast.agus) == ["invited_again"]


# --- the owner changes the phone number ---


def test_the_owner_changes_the_number_with_the_password(as_user: AsUser, cast: Cast) -> None:
    sari = as_user("sari")
    wrong = sari.post("/account/phone", data={"phone": "0812 3456 7890", "current": "salah sekali"})
    assert (wrong.status_code, cast.sari.phone) == (422, "+6281330000001")
    assert sari.post("/account/phone", data={"phone": "0812 3456 7890", "current": PASSWORD}).status_code == 302
    assert account(cast.sari) == (PHONE, True)
    assert told(cast.sari) == ["phone_changed"]
    assert trail("phone_changed")[0].actor_name == "Sari Wulandari"


@pytest.mark.parametrize(("phone", "why"), [("12", "nomor telepon seperti"), ("081330000002", "dipakai akun lain")])
def test_a_number_that_cannot_be_is_refused_beside_its_field(as_user: AsUser, cast: Cast, phone: str, why: str) -> None:
    answer = as_user("sari").post("/account/phone", data={"phone": phone, "current": PASSWORD})
    assert answer.status_code == 422
    assert why in answer.text
    assert account(cast.sari) == ("+6281330000001", True)


def test_a_user_name_that_is_the_number_changes_with_it(cast: Cast) -> None:
    sari = cast.sari
    sari.username = "+6281330000001"
    phone_numbers.change_own(sari, PHONE, "", now())
    assert sari.username == PHONE


def test_changing_numbers_is_slowed_down(as_user: AsUser, cast: Cast) -> None:
    sari = as_user("sari")
    answers = [sari.post("/account/phone", data={"phone": "12", "current": PASSWORD}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
