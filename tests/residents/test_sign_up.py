"""A citizen signs up, and says where they live."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from meteor.accounts import passwords
from meteor.accounts.models import User
from meteor.accounts.rules import user_who_signs_in
from meteor.residents import sign_ups
from meteor.residents.models import Household, Resident
from meteor.residents.rules import Person
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.territory.models import Kelurahan
from meteor.web.throttle import limiter
from tests.cast import Cast, user
from tests.conftest import Browser
from tests.residents.conftest import PASSWORD, actions, of, on_one_database

NIK = "3574032505900007"
PHONE = "0812-3456-7890"


def form(cast: Cast, **changes: object) -> dict[str, object]:
    rt = cast.rt(3)
    typed = {"name": "Budi Santoso", "phone": PHONE, "nik": NIK, "address": "Jl. Ikan Paus 9", "password": PASSWORD,
             "kelurahan": rt.rw.kelurahan_id, "rt": rt.id}  # fmt: skip
    return {**typed, **changes}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_citizen_signs_up_and_signs_in(nobody: Browser, cast: Cast) -> None:
    answer = nobody.post("/sign-up", data=form(cast))
    assert (answer.status_code, answer.location) == (303, "/sign-up/done")
    page = nobody.get(answer.location).text
    assert "Masuk sekali" in page
    assert f'value="{PHONE}"' in page
    answer = nobody.post("/sign-in", data={"username": PHONE, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/")
    assert nobody.get("/residence").status_code == 200
    account = user_who_signs_in("+62 812 3456 7890", PASSWORD)
    assert account is not None
    assert (account.username, account.role_names) == ("+6281234567890", {"citizen"})
    resident = of("Budi Santoso")
    assert (resident.user_id, resident.nik, resident.verified_at) == (account.id, NIK, None)
    assert resident.household.rt.number == 3
    assert actions(f"residents:{resident.id}") == ["signed_up"]


def test_the_nik_is_not_in_the_database_in_clear(nobody: Browser, cast: Cast) -> None:
    nobody.post("/sign-up", data=form(cast))
    row = db.session.execute(
        select(Resident.nik_sealed, Resident.nik_index).where(Resident.name == "Budi Santoso")
    ).one()
    assert NIK.encode() not in row.nik_sealed
    assert NIK not in row.nik_index


def test_an_rt_alone_says_its_kelurahan(nobody: Browser, cast: Cast) -> None:
    typed = form(cast)
    del typed["kelurahan"]
    assert nobody.post("/sign-up", data=typed).status_code == 303


def test_no_address_is_needed(nobody: Browser, cast: Cast) -> None:
    assert nobody.post("/sign-up", data=form(cast, address="")).status_code == 303


@on_one_database
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Isi nama."),
        ("name", "x" * 101, "Paling banyak 100 karakter."),
        ("phone", "", "Isi nomor HP Anda."),
        ("phone", "12345", "Ini bukan nomor telepon."),
        ("nik", "", "Isi NIK Anda."),
        ("nik", "3574033102900001", "adalah tanggal lahir"),
        ("nik", "357403", "NIK terdiri dari 16 angka"),
        ("nik", "3574032505900000", "NIK tidak berakhir dengan 0000"),
        ("rt", "", "Pilih RT."),
        ("rt", "99999999999999999999", "Pilih RT."),
        ("rt", "x", "Pilih RT."),
        ("kelurahan", "99999", "RT ini tidak ada di kelurahan di atas"),
        ("password", "", "Buat kata sandi."),
        ("password", "pendek", "sedikitnya 10 karakter"),
        ("password", "1234567890", "10.000 yang paling sering dipakai"),
        ("password", "budi santoso 7", "terdiri dari nama"),
        ("password", "081234567890", "nomor telepon Anda"),
        ("address", "x" * 201, "Paling banyak 200 karakter."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    nobody: Browser, cast: Cast, field: str, value: str, said: str
) -> None:
    before = count(User)
    answer = nobody.post("/sign-up", data=form(cast, **{field: value}))
    page = answer.text
    assert answer.status_code == 422
    assert said.lower() in page.lower()
    assert f'id="{"rt" if field == "kelurahan" else field}-error"' in page
    for name, kept in (("name", "Budi Santoso"), ("phone", PHONE), ("nik", NIK), ("address", "Jl. Ikan Paus 9")):
        assert field == name or f'value="{kept}"' in page
    assert PASSWORD not in page
    assert count(User) == before


@pytest.mark.parametrize(
    "known",
    [{"phone": "081330000001"}, {"nik": "3574036505900001"}, {"phone": "081330000001", "nik": "3574036505900001"}],
)
def test_a_known_phone_number_and_a_known_nik_are_answered_like_new_ones(
    nobody: Browser, as_user: Callable[[str], Browser], cast: Cast, known: dict[str, str]
) -> None:
    new = nobody.post("/sign-up", data=form(cast))
    other = as_user("")
    answer = other.post("/sign-up", data=form(cast, phone="081234567891", nik="3574032505900008") | known)
    assert (answer.status_code, answer.location, answer.data) == (new.status_code, new.location, new.data)
    pages = [
        re.sub(r'value="[^"]*"|data-now="[^"]*"', "", browser.get(new.location).text) for browser in (nobody, other)
    ]
    assert pages[0] == pages[1]


@pytest.mark.both_databases
def test_a_sign_up_with_a_known_number_changes_nothing_of_its_account(
    nobody: Browser, cast: Cast, sari: Resident
) -> None:
    before = count(Resident)
    nobody.post("/sign-up", data=form(cast, phone=cast.sari.phone))
    assert user_who_signs_in("sari", "meteor-demo") == cast.sari
    assert user_who_signs_in("sari", PASSWORD) is None
    assert count(Resident) == before
    assert actions(f"users:{cast.sari.id}") == ["sign_up_repeated"]


def test_known_and_new_numbers_both_cost_a_hash(nobody: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    hashed = passwords.hashed
    monkeypatch.setattr(passwords, "hashed", lambda password: (hashes.append(password), hashed(password))[1])
    for phone in (PHONE, "081330000001"):
        nobody.post("/sign-up", data=form(cast, phone=phone))
    assert hashes == [PASSWORD] * 2


def test_the_leader_sees_that_a_verified_resident_has_the_nik_of_a_sign_up(
    nobody: Browser, endang: Browser, cast: Cast, sari: Resident
) -> None:
    assert "dimiliki warga yang terverifikasi" not in endang.get("/residents/sign-ups").text
    nobody.post("/sign-up", data=form(cast, nik="3574036505900001"))
    assert "dimiliki warga yang terverifikasi" in endang.get("/residents/sign-ups").text
    assert "dimiliki warga yang terverifikasi" in endang.get(f"/residents/{of('Budi Santoso').id}").text


def sign_up_many(browser: Browser, cast: Cast, number: int, first: int, **where: str) -> list[int]:
    """Sign up with so many invented numbers, from the `first` on: the answers' status codes."""
    return [
        browser.post("/sign-up", data=form(cast, phone=f"0812345{each:05}"), environ_base=where).status_code
        for each in range(first, first + number)
    ]


@on_one_database
def test_a_phone_with_invented_numbers_does_not_end_the_sign_up_of_others_behind_its_address(
    as_user: Callable[[str], Browser], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "hashed", lambda password: "hash")
    carrier, attacker, other = {"REMOTE_ADDR": "114.4.0.1"}, as_user(""), as_user("")
    for browser in (attacker, other):
        browser.get("/sign-up", environ_base=carrier)
    assert sign_up_many(attacker, cast, 21, 0, **carrier) == [303] * 20 + [429]
    assert sign_up_many(other, cast, 1, 50, **carrier) == [303]


@on_one_database
def test_browsers_without_a_device_cookie_count_by_their_network(
    as_user: Callable[[str], Browser], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "hashed", lambda password: "hash")
    codes = [sign_up_many(as_user(""), cast, 1, each, REMOTE_ADDR=f"2001:db8::{each + 1:x}")[0] for each in range(21)]
    assert codes == [303] * 20 + [429]


@on_one_database
def test_sign_ups_from_one_address_slow_down_for_minutes(
    as_user: Callable[[str], Browser], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "hashed", lambda password: "hash")
    carrier, codes = {"REMOTE_ADDR": "114.4.0.1"}, []
    for device in range(6):
        browser = as_user("")
        browser.get("/sign-up", environ_base=carrier)
        codes += sign_up_many(browser, cast, 17, device * 17, **carrier)
    assert codes == [303] * 100 + [429] * 2
    limiter.reset()  # as after ten minutes
    assert sign_up_many(browser, cast, 1, 200, **carrier) == [303]


@pytest.mark.both_databases
def test_two_who_sign_up_with_one_phone_number_at_once_get_one_account(cast: Cast) -> None:
    person = Person("Budi", "+6281234567890", NIK)
    sign_ups.sign_up(person, cast.rt(3), "", PASSWORD, "id")
    sign_ups.sign_up(Person("Budi", "+6281234567890", "3574032505900008"), cast.rt(3), "", PASSWORD, "id")
    db.session.commit()
    assert db.session.scalar(select(func.count()).where(User.phone == "+6281234567890")) == 1


def test_without_javascript_a_button_shows_the_rt_of_the_kelurahan(nobody: Browser, cast: Cast) -> None:
    typed = form(cast, rt="", choose="rt")
    page = nobody.post("/sign-up", data=typed)
    assert page.status_code == 200
    assert "RT 03 / RW 05" in page.text
    assert 'value="Budi Santoso"' in page.text
    assert "error-summary" not in page.text


def test_the_rt_of_a_kelurahan_are_asked_for_alone(nobody: Browser, cast: Cast) -> None:
    fragment = nobody.get(f"/areas/rt?kelurahan={cast.rt(3).rw.kelurahan_id}").text
    assert "RT 03 / RW 05" in fragment
    assert "<html" not in fragment
    assert "disabled" not in fragment


@on_one_database
@pytest.mark.parametrize("kelurahan", ["", "x", "999", "-1", "٣"])
def test_a_strange_kelurahan_has_no_rt(nobody: Browser, kelurahan: str) -> None:
    answer = nobody.get("/areas/rt", query_string={"kelurahan": kelurahan})
    assert answer.status_code == 200
    assert "disabled" in answer.text


def test_a_kelurahan_whose_rt_nobody_entered_says_so(nobody: Browser) -> None:
    sukabumi = db.session.scalar(select(Kelurahan.id).where(Kelurahan.name == "Sukabumi"))
    assert "belum ada di METEOR" in nobody.get(f"/areas/rt?kelurahan={sukabumi}").text


def test_who_is_signed_in_has_nothing_to_sign_up_for(as_user: Callable[[str], Browser]) -> None:
    assert as_user("sari").get("/sign-up").status_code == 302


def test_a_sign_up_without_a_token_is_refused(nobody: Browser, cast: Cast) -> None:
    assert nobody.post("/sign-up", data=form(cast), csrf=False).status_code == 400


def test_a_sign_up_that_is_sent_twice_makes_one_account(nobody: Browser, cast: Cast) -> None:
    before = count(Resident)
    answers = [nobody.post("/sign-up", data=form(cast)).location for _ in range(2)]
    assert answers == ["/sign-up/done"] * 2
    assert count(Resident) == before + 1


@on_one_database
def test_guessing_what_is_known_is_slowed_down(nobody: Browser, cast: Cast) -> None:
    spelled = ("0812-3456-7890", "+62 812 3456 7890", "0812 3456 7890 ext 7", "٠٨١٢٣٤٥٦٧٨٩٠")
    answers = [nobody.post("/sign-up", data=form(cast, nik="1", phone=spelled[n % 4])).status_code for n in range(21)]
    assert answers == [422] * 20 + [429]
    assert nobody.post("/sign-up", data=form(cast, phone="081234567891")).status_code == 303  # others go on


@on_one_database
def test_a_phone_number_left_out_is_nobodys_to_be_limited_by(nobody: Browser, cast: Cast) -> None:
    answers = {nobody.post("/sign-up", data=form(cast, phone="")).status_code for _ in range(30)}
    assert answers == {422}


@pytest.mark.both_databases
def test_a_rejected_citizen_reads_why_and_names_another_rt(
    as_user: Callable[[str], Browser], cast: Cast, karto: Resident
) -> None:
    sign_ups.reject(karto, "Tidak ada nama ini", cast.endang, now())
    old_home = karto.household_id
    client = as_user("karto")
    assert "Tidak ada nama ini" in client.get("/residence").text
    client.post("/residence", data={"rt": cast.rt(4).id, "address": "Jl. Ikan Hiu 2"})
    moved = of("Karto Suwiryo")
    assert (moved.id, moved.state, moved.household.rt.number) == (karto.id, "waiting", 4)
    assert db.session.get(Household, old_home) is None
    assert karto in sign_ups.waiting(cast.rt(4))
    assert sign_ups.rejected(cast.rt(3)) == []


def test_one_who_is_not_verified_yet_corrects_what_they_said(
    as_user: Callable[[str], Browser], cast: Cast, karto: Resident
) -> None:
    client = as_user("karto")
    page = client.get("/residence").text
    assert f'selected value="{cast.rt(3).id}"' in page
    assert 'value="Jl. Ikan Paus 3"' in page
    client.post("/residence", data={"rt": cast.rt(3).id, "address": "Jl. Ikan Paus 3A"})
    corrected = of("Karto Suwiryo")
    assert (corrected.id, corrected.state, corrected.household.address) == (karto.id, "waiting", "Jl. Ikan Paus 3A")


def test_a_verified_citizen_who_moves_stays_in_the_history_of_the_old_rt(
    as_user: Callable[[str], Browser], cast: Cast, sari: Resident
) -> None:
    as_user("sari").post("/residence", data={"rt": cast.rt(4).id})
    db.session.expire_all()
    assert (sari.state, sari.moved_out_on, sari.user_id) == ("moved_out", today(), None)
    anew = sign_ups.home_of(cast.sari)
    assert anew is not None
    assert (anew.state, anew.household.rt.number, anew.nik) == ("waiting", 4, "3574036505900001")


def test_one_whom_nobody_wrote_down_says_where_they_live(as_user: Callable[[str], Browser], cast: Cast) -> None:
    as_user("endang").post("/residence", data={"rt": cast.rt(3).id})
    resident = sign_ups.home_of(user("endang"))
    assert resident is not None
    assert (resident.state, resident.household.rt.number) == ("waiting", 3)


def test_a_residence_without_an_rt_is_refused(as_user: Callable[[str], Browser], sari: Resident) -> None:
    answer = as_user("sari").post("/residence", data={"address": "Jl. Ikan Hiu 2"})
    assert answer.status_code == 422
    assert "Jl. Ikan Hiu 2" in answer.text
    assert of("Sari Wulandari").state == "verified"
