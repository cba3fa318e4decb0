"""Claim cards: from the leader's printer to the resident's account."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import segno
from sqlalchemy import select

from meteor.accounts import recoveries
from meteor.accounts.models import UserRole
from meteor.accounts.rules import user_named, user_who_signs_in
from meteor.residents import claims, jobs, rules, sign_ups
from meteor.residents.claims import Card
from meteor.residents.models import Resident
from meteor.residents.rules import Person
from meteor.store.database import db
from meteor.store.moments import now, today
from tests.accounts.factors import given, is_in
from tests.admin import save
from tests.cast import Cast
from tests.conftest import Browser
from tests.residents.conftest import PASSWORD, actions, of, on_one_database

PHONE = "+6281234567890"
TYPED = {"phone": "0812 3456 7890", "password": PASSWORD}


@pytest.fixture
def budi(cast: Cast) -> Resident:
    """Budi, whom Bu Endang wrote down and who has no account."""
    home = rules.household_at(cast.rt(3), "Jl. Ikan Hiu 12")
    resident = rules.enter(home, Person("Budi Santoso", PHONE), cast.endang, now())
    db.session.commit()
    return resident


@pytest.fixture
def card(cast: Cast, budi: Resident) -> Card:
    made = claims.make_card(budi, cast.endang, now())
    db.session.commit()
    return made


def codes_on(page: str) -> list[str]:
    return [code.replace(" ", "") for code in re.findall(r'class="code">([0-9 ]+)<', page)]


def test_a_card_becomes_an_account_that_is_verified_at_once(endang: Browser, nobody: Browser, budi: Resident) -> None:
    page = endang.post("/residents/cards", data={"resident": str(budi.id)}).text
    [code] = codes_on(page)
    assert "Budi Santoso" in nobody.get(f"/claims/{code}").text
    answer = nobody.post(f"/claims/{code}", data=TYPED)
    assert (answer.status_code, answer.location) == (302, "/onboarding")
    assert "Ketua RT sudah memverifikasi" in nobody.get("/residence").text
    account = user_who_signs_in("081234567890", PASSWORD)
    assert account is not None
    assert (account.role_names, account.username) == ({"citizen"}, PHONE)
    assert of("Budi Santoso").user_id == account.id
    assert actions(f"residents:{budi.id}") == ["resident_created", "claim_card_made", "claimed"]


def test_the_card_is_drawn_with_its_address(endang: Browser, budi: Resident) -> None:
    page = endang.post("/residents/cards", data={"resident": str(budi.id)}).text
    [code] = codes_on(page)
    drawn = segno.make_qr(f"http://localhost/claims/{code}", error="m").svg_inline(omitsize=True, border=2)
    assert drawn in page
    assert "localhost/claims" in page


def test_only_a_keyed_hash_of_the_code_is_kept(card: Card) -> None:
    row = db.session.execute(select(Resident.claim_hash).where(Resident.name == "Budi Santoso")).one()
    assert card.code not in row.claim_hash
    assert len(card.code) == claims.DIGITS


def test_printing_again_ends_the_earlier_card(endang: Browser, nobody: Browser, budi: Resident, card: Card) -> None:
    [fresh] = codes_on(endang.post("/residents/cards", data={"resident": str(budi.id)}).text)
    assert fresh != card.code
    assert nobody.get(f"/claims/{card.code}").status_code == 404
    assert nobody.get(f"/claims/{fresh}").status_code == 200


def test_a_card_works_once(nobody: Browser, as_user: Callable[[str], Browser], card: Card) -> None:
    assert nobody.post(f"/claims/{card.code}", data=TYPED).status_code == 302
    again = as_user("").post(f"/claims/{card.code}", data={**TYPED, "password": "kata sandi lain"})
    assert again.status_code == 404
    assert "Kode ini tidak berlaku." in again.text
    assert user_who_signs_in("081234567890", "kata sandi lain") is None


def test_one_who_taps_twice_is_signed_in_all_the_same(
    nobody: Browser, as_user: Callable[[str], Browser], card: Card
) -> None:
    assert nobody.post(f"/claims/{card.code}", data=TYPED).location == "/onboarding"
    again = as_user("")
    assert again.post(f"/claims/{card.code}", data=TYPED).location == "/onboarding"
    assert again.get("/residence").status_code == 200


def test_who_taps_again_with_a_second_factor_is_asked_for_it(
    nobody: Browser, as_user: Callable[[str], Browser], card: Card
) -> None:
    nobody.post(f"/claims/{card.code}", data=TYPED)
    owner = user_named("081234567890")
    assert owner
    given(owner)
    again = as_user("")
    assert again.post(f"/claims/{card.code}", data=TYPED).location == "/sign-in/second-factor?next=/onboarding"
    assert not is_in(again)


def test_of_two_who_use_one_card_at_once_one_is_told(cast: Cast, budi: Resident, card: Card) -> None:
    claims.claim(budi, card.code, PHONE, PASSWORD, now())
    with pytest.raises(claims.Used):
        claims.claim(budi, card.code, PHONE, PASSWORD, now())


def test_a_card_runs_out_after_thirty_days(cast: Cast, budi: Resident, card: Card) -> None:
    late = now() + timedelta(days=30, seconds=1)
    assert claims.claimant(card.code, late - timedelta(seconds=5)) is budi
    assert claims.claimant(card.code, late) is None
    with pytest.raises(claims.Used):
        claims.claim(budi, card.code, PHONE, PASSWORD, late)
    jobs.forget_claims(late)
    assert of("Budi Santoso").claim_hash is None


def test_the_card_of_one_who_moved_out_is_no_good(nobody: Browser, cast: Cast, budi: Resident, card: Card) -> None:
    rules.move_out(budi, today(), cast.endang)
    assert nobody.get(f"/claims/{card.code}").status_code == 404


@on_one_database
@pytest.mark.parametrize(
    "typed", ["{0} {1} {2} {3} {4}", "{0}-{1}-{2}-{3}-{4}", "{0}{1}{2}{3}{4}", " {0}. {1}{2}{3}{4}"]
)
def test_the_code_is_typed_with_or_without_gaps(nobody: Browser, card: Card, typed: str) -> None:
    answer = nobody.post("/claims", data={"code": typed.format(*card.spoken.split())})
    assert answer.location == f"/claims/{card.code}"


@on_one_database
@pytest.mark.parametrize(("typed", "said"), [("", "Isi kode."), ("123", "15 angka"), ("x" * 100, "Paling banyak")])
def test_what_is_no_code_is_said_before_it_is_looked_for(nobody: Browser, typed: str, said: str) -> None:
    answer = nobody.post("/claims", data={"code": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text


@on_one_database
@pytest.mark.parametrize("code", ["000000000000000", "x", "12", "%20"])
def test_a_code_that_nobody_has_says_what_to_do(nobody: Browser, code: str) -> None:
    for answer in (nobody.get(f"/claims/{code}"), nobody.post(f"/claims/{code}", data=TYPED)):
        assert answer.status_code == 404
        assert "mintalah kartu lain kepada ketua RT" in answer.text


@on_one_database
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phone", "", "Isi nomor HP Anda."),
        ("phone", "12", "Ini bukan nomor telepon."),
        ("phone", "081234567899", "Ketua RT mencatat nomor lain."),
        ("password", "pendek", "edikitnya 10 karakter"),
        ("password", "Budi Santoso 1", "terdiri dari nama"),
    ],
)
def test_what_is_wrong_is_said_and_the_card_stays_good(
    nobody: Browser, card: Card, field: str, value: str, said: str
) -> None:
    answer = nobody.post(f"/claims/{card.code}", data={**TYPED, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert nobody.post(f"/claims/{card.code}", data=TYPED).status_code == 302


@pytest.mark.both_databases
def test_a_number_that_another_account_has_is_refused(nobody: Browser, cast: Cast, budi: Resident, card: Card) -> None:
    budi.phone = None
    answer = nobody.post(f"/claims/{card.code}", data={**TYPED, "phone": "081330000001"})
    assert answer.status_code == 422
    assert "Nomor ini sudah dipakai akun lain" in answer.text
    assert nobody.post(f"/claims/{card.code}", data=TYPED).status_code == 302
    assert of("Budi Santoso").phone == PHONE


@on_one_database
def test_guessing_the_number_of_a_card_is_slowed_down(nobody: Browser, card: Card) -> None:
    wrong = {**TYPED, "phone": "081234567899"}
    answers = [nobody.post(f"/claims/{card.code}", data=wrong).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


@on_one_database
def test_trying_many_codes_with_one_number_is_slowed_down(nobody: Browser) -> None:
    answers = [nobody.post(f"/claims/{10**14 + number}", data=TYPED).status_code for number in range(11)]
    assert answers == [404] * 10 + [429]


# --- a resident who has an account ---

THIEF = {"phone": "0812 3456 7890", "password": "tiga kata lain"}


def test_a_card_of_a_resident_with_an_account_changes_nothing_and_asks_the_owner(
    endang: Browser, nobody: Browser, as_user: Callable[[str], Browser], cast: Cast, sari: Resident
) -> None:
    owner = as_user("sari")
    [code] = codes_on(endang.post("/residents/cards", data={"resident": str(sari.id)}).text)
    assert "belum ada yang langsung berubah" in nobody.get(f"/claims/{code}").text
    answer = nobody.post(f"/claims/{code}", data=THIEF)
    page = nobody.get(answer.location).text
    assert "Belum ada yang berubah" in page
    assert 'href="tel:112"' in page
    assert nobody.get("/residence").status_code == 302, "nobody is signed in by it"
    db.session.expire_all()
    assert (cast.sari.phone, of("Sari Wulandari").phone) == ("+6281330000001", "+6281330000001")
    assert user_who_signs_in("sari", "meteor-demo") == cast.sari
    assert user_who_signs_in("081234567890", "tiga kata lain") is None
    assert "Apakah itu Anda?" in owner.get("/").text
    assert actions(f"residents:{sari.id}") == ["claim_card_made", "claim_card_used"]


def test_the_card_shows_how_its_request_stands(
    endang: Browser, nobody: Browser, as_user: Callable[[str], Browser], sari: Resident
) -> None:
    [code] = codes_on(endang.post("/residents/cards", data={"resident": str(sari.id)}).text)
    nobody.post(f"/claims/{code}", data=THIEF)
    assert "Belum ada yang berubah" in nobody.post(f"/claims/{code}", data=THIEF).text, "a second tap asks nothing"
    as_user("sari").post("/account/recovery/1/refusal")
    assert "Permintaan ditolak" in nobody.get(f"/claims/{code}").text


def test_no_card_is_made_while_a_request_is_open_nor_soon_after_a_refusal(
    endang: Browser, cast: Cast, sari: Resident
) -> None:
    card = claims.make_card(sari, cast.endang, now())
    db.session.commit()
    request = claims.ask_back(sari, card.code, PHONE, PASSWORD, now())
    assert not claims.may_claim(sari, now())
    recoveries.refuse(request, cast.sari, now())
    assert not claims.may_claim(sari, now() + timedelta(days=29))
    assert claims.may_claim(sari, now() + timedelta(days=31))
    db.session.commit()
    assert "kartu klaim" not in endang.get(f"/residents/{sari.id}").text


def test_a_request_for_a_number_that_another_account_has_is_refused(
    nobody: Browser, cast: Cast, sari: Resident
) -> None:
    card = claims.make_card(sari, cast.endang, now())
    db.session.commit()
    answer = nobody.post(f"/claims/{card.code}", data={**THIEF, "phone": cast.wahyu.phone})
    assert answer.status_code == 422
    assert "Nomor ini sudah dipakai akun lain" in answer.text
    assert claims.claimant(card.code, now()) is not None


def test_a_leader_cannot_change_the_number_of_a_resident_who_has_an_account(
    endang: Browser, cast: Cast, sari: Resident
) -> None:
    answer = save(endang, f"/residents/{sari.id}/edit", {"name": sari.name, "phone": "0812 3456 7890"})
    assert answer.status_code == 422
    assert "Hanya ia sendiri yang dapat mengubahnya" in answer.text
    assert save(endang, f"/residents/{sari.id}/edit", {"name": sari.name, "phone": ""}).status_code == 422
    assert of("Sari Wulandari").phone == "+6281330000001"
    same = {"name": "Sari W.", "phone": "0813 3000 0001"}
    assert save(endang, f"/residents/{sari.id}/edit", same).status_code == 302


def test_the_register_follows_the_number_of_the_account(cast: Cast, sari: Resident) -> None:
    cast.sari.phone = PHONE
    jobs.follow_phone({"user_id": cast.sari.id}, now())
    assert of("Sari Wulandari").phone == PHONE


def test_a_connected_sign_up_brings_the_number_of_its_account(cast: Cast, budi: Resident, karto: Resident) -> None:
    karto.phone = "+6281234567899"
    sign_ups.connect(karto, budi, cast.endang)
    db.session.commit()
    assert (of("Budi Santoso").user_id, of("Budi Santoso").phone) == (cast.karto.id, cast.karto.phone)


@pytest.mark.parametrize("role", ["officer", "admin", "rt_leader"])
def test_a_card_never_opens_the_account_of_another_role(endang: Browser, cast: Cast, sari: Resident, role: str) -> None:
    card = claims.make_card(sari, cast.endang, now())
    db.session.add(UserRole(user_id=cast.sari.id, role=role))
    answer = endang.post("/residents/cards", data={"resident": str(sari.id)})
    assert "Tidak ada kartu yang dibuat" in endang.get(answer.location).text
    assert "kartu klaim" not in endang.get(f"/residents/{sari.id}").text
    assert claims.claimant(card.code, now()) is None


def test_a_card_never_opens_an_account_that_was_closed(cast: Cast, sari: Resident) -> None:
    card = claims.make_card(sari, cast.endang, now())
    cast.sari.active = False
    db.session.flush()
    assert claims.claimant(card.code, now()) is None


# --- printing ---


def test_cards_are_printed_for_all_who_have_no_account(endang: Browser, budi: Resident) -> None:
    page = endang.post("/residents/cards", data={"all": "1"}).text
    assert len(codes_on(page)) == 1
    assert "Budi Santoso" in page
    assert "Sari" not in page


def test_who_is_not_verified_gets_no_card(endang: Browser, karto: Resident) -> None:
    assert "Karto" not in endang.get("/residents/cards").text
    answer = endang.post("/residents/cards", data={"resident": str(karto.id)})
    assert answer.location == "/residents/cards"
    assert of("Karto Suwiryo").claim_hash is None


def test_looking_at_whose_cards_there_are_makes_none(endang: Browser, budi: Resident, card: Card) -> None:
    assert "kartu berlaku sampai" in endang.get("/residents/cards").text
    assert claims.claimant(card.code, now()) is not None
