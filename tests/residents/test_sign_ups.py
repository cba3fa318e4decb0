"""The RT leader's word on those who signed up."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from meteor.accounts.rules import user_who_signs_in
from meteor.residents import claims, rules, sign_ups
from meteor.residents.models import Resident
from meteor.residents.rules import Person
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser
from tests.residents.conftest import actions, of

pytestmark = pytest.mark.both_databases

NIK = "3574032505900007"


@pytest.fixture
def registered(cast: Cast) -> Resident:
    """Pak Karto again, whom Bu Endang had written down at his home, without an account."""
    home = rules.household_at(cast.rt(3), "Jl. Ikan Hiu 12")
    resident = rules.enter(home, Person("Pak Karto", "+6281234567890"), cast.endang, now())
    db.session.commit()
    return resident


def test_the_register_says_how_many_wait(endang: Browser, karto: Resident) -> None:
    assert "1 pendaftar menunggu verifikasi Anda" in endang.get("/residents").text
    assert "Karto Suwiryo" in endang.get("/residents/sign-ups").text


def test_who_is_verified_in_the_moment_of_moving_is_not_taken_along_as_verified(cast: Cast, karto: Resident) -> None:
    assert karto.state == "waiting"
    verified = update(Resident).where(Resident.id == karto.id).values(verified_at=now(), verified_by_id=cast.endang.id)
    db.session.execute(verified.execution_options(synchronize_session=False))  # what Bu Endang has just done
    sign_ups.set_residence(cast.karto, cast.rt(4), "Jl. Ikan Tongkol 2")
    db.session.commit()
    assert (karto.state, karto.household.rt.number) == ("moved_out", 3)
    home = sign_ups.home_of(cast.karto)
    assert home is not None
    assert (home.state, home.household.rt.number) == ("waiting", 4)


def test_a_sign_up_is_verified_with_one_tap(endang: Browser, cast: Cast, karto: Resident) -> None:
    assert endang.post(f"/residents/{karto.id}/verification").location == "/residents/sign-ups"
    db.session.expire_all()
    assert (karto.state, karto.verified_by_id) == ("verified", cast.endang.id)
    assert actions(f"residents:{karto.id}") == ["resident_verified"]
    assert "Karto" not in endang.get("/residents/sign-ups").text.replace("Karto Suwiryo sudah diverifikasi", "")


def test_a_rejected_citizen_keeps_the_account(endang: Browser, karto: Resident) -> None:
    endang.post(f"/residents/{karto.id}/rejection", data={"reason": "Tidak ada nama ini"})
    db.session.expire_all()
    assert (karto.state, karto.rejection) == ("rejected", "Tidak ada nama ini")
    assert user_who_signs_in("karto", PASSWORD) is not None
    assert actions(f"residents:{karto.id}") == ["resident_rejected"]
    assert "Karto Suwiryo" not in endang.get("/residents").text.replace("Karto Suwiryo ditolak", "")


def test_a_rejection_says_why(endang: Browser, karto: Resident) -> None:
    answer = endang.post(f"/residents/{karto.id}/rejection", data={"reason": " "})
    assert answer.status_code == 422
    assert "Isi alasan." in answer.text
    assert of("Karto Suwiryo").state == "waiting"


def test_a_rejection_is_taken_back_by_verifying(endang: Browser, cast: Cast, karto: Resident) -> None:
    sign_ups.reject(karto, "Tidak ada nama ini", cast.endang, now())
    assert "Tidak ada nama ini" in endang.get("/residents/sign-ups").text
    endang.post(f"/residents/{karto.id}/verification")
    db.session.expire_all()
    assert (karto.state, karto.rejection) == ("verified", "")


@pytest.mark.parametrize("action", ["verification", "rejection"])
def test_a_word_that_was_given_is_not_given_again(endang: Browser, cast: Cast, karto: Resident, action: str) -> None:
    sign_ups.verify(karto, cast.endang, now())
    answer = endang.post(f"/residents/{karto.id}/{action}", data={"reason": "Salah"})
    assert "sudah diputuskan" in endang.get(answer.location).text
    assert of("Karto Suwiryo").state == "verified"
    assert actions(f"residents:{karto.id}") == ["resident_verified"]


def test_a_sign_up_with_the_nik_of_a_resident_is_not_verified_as_another_person(
    endang: Browser, cast: Cast, karto: Resident
) -> None:
    karto.nik = "3574036505900001"  # Sari's
    answer = endang.post(f"/residents/{karto.id}/verification")
    assert answer.location == f"/residents/{karto.id}"
    assert "NIK pendaftar ini sudah dimiliki seorang warga" in endang.get(answer.location).text
    assert of("Karto Suwiryo").state == "waiting"


def test_a_sign_up_of_one_who_is_in_the_register_becomes_their_account(
    endang: Browser, cast: Cast, karto: Resident, registered: Resident
) -> None:
    karto.nik = NIK
    card = claims.make_card(registered, cast.endang, now())
    sign_up, account = karto.id, karto.user_id
    endang.post(f"/residents/{sign_up}/connection", data={"same_as": str(registered.id)})
    db.session.expire_all()
    assert db.session.get(Resident, sign_up) is None
    assert (registered.user_id, registered.phone, registered.nik) == (account, "+6281330000003", NIK)
    assert registered.state == "verified"
    assert claims.claimant(card.code, now()) is None
    assert actions(f"residents:{registered.id}") == ["resident_created", "claim_card_made", "resident_verified"]


def test_what_the_sign_up_said_of_its_health_goes_along(endang: Browser, karto: Resident, registered: Resident) -> None:
    rules.set_own_needs(karto, ["disabled"], "Asma, inhaler di saku", now(), consent=True)
    db.session.commit()
    endang.post(f"/residents/{karto.id}/connection", data={"same_as": str(registered.id)})
    db.session.expire_all()
    assert (registered.needs, registered.health) == ("disabled", "Asma, inhaler di saku")
    assert registered.needs_consent_at


def test_the_register_proposes_who_it_may_be(
    endang: Browser, cast: Cast, karto: Resident, registered: Resident
) -> None:
    others = [of("Sari Wulandari"), registered]
    assert sign_ups.same_person(karto, others) is None
    registered.name, registered.phone = "karto suwiryo", karto.phone
    assert sign_ups.same_person(karto, others) is registered
    registered.name, karto.nik, registered.nik = "Pak Karto", NIK, NIK
    assert sign_ups.same_person(karto, others) is registered
    assert "Apakah ini Pak Karto" in endang.get("/residents/sign-ups").text
    assert f'selected value="{registered.id}"' in endang.get(f"/residents/{karto.id}").text


def test_an_account_is_not_connected_to_one_who_has_an_account(
    endang: Browser, cast: Cast, karto: Resident, sari: Resident
) -> None:
    answer = endang.post(f"/residents/{karto.id}/connection", data={"same_as": str(sari.id)})
    assert "sudah diputuskan" in endang.get(answer.location).text
    assert of("Karto Suwiryo").user_id == cast.karto.id
    assert of("Sari Wulandari").user_id == cast.sari.id


@pytest.mark.parametrize("same_as", ["x", "00000000-0000-0000-0000-000000000000"])
def test_an_account_is_not_connected_to_nobody(endang: Browser, karto: Resident, same_as: str) -> None:
    assert endang.post(f"/residents/{karto.id}/connection", data={"same_as": same_as}).status_code == 404


def test_the_one_whom_a_sign_up_is_must_be_chosen(endang: Browser, karto: Resident, registered: Resident) -> None:
    answer = endang.post(f"/residents/{karto.id}/connection", data={"same_as": ""})
    assert answer.status_code == 422
    assert "Pilih warganya." in answer.text
    assert of("Karto Suwiryo").state == "waiting"


def test_of_two_leaders_who_decide_at_once_one_is_told(app: Flask, cast: Cast, karto: Resident) -> None:
    sign_ups.verify(karto, cast.endang, now())
    with pytest.raises(sign_ups.NotWaiting):
        sign_ups.reject(karto, "Salah", cast.endang, now())
    assert db.session.scalar(select(Resident.rejected_at).where(Resident.id == karto.id)) is None


def test_a_citizen_reads_how_it_stands(as_user: Callable[[str], Browser], cast: Cast, karto: Resident) -> None:
    assert "Ketua RT belum memverifikasi" in as_user("karto").get("/residence").text
    sign_ups.verify(karto, cast.endang, now())
    assert "Ketua RT sudah memverifikasi" in as_user("karto").get("/residence").text
