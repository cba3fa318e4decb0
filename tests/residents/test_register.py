"""The RT leader keeps the register: who lives where, who needs help, who has moved."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from meteor.residents import forms, register, rules, sheet
from meteor.residents.models import NEEDS, Household, Resident, key_of
from meteor.residents.rules import Person, Position
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now, today
from tests.admin import save
from tests.cast import Cast
from tests.conftest import Browser
from tests.residents.conftest import actions, of, on_one_database

NIK = "3574032505900007"
NEW = {"address": "Jl. Ikan Hiu 12", "position": "-7.73370, 113.21660", "accuracy": "7.5", "name": "Budi Santoso",
       "phone": "0812 3456 7890", "nik": NIK}  # fmt: skip


def saved(resident: Resident) -> Resident:
    db.session.commit()
    return resident


def budi(cast: Cast, **changes: Any) -> Resident:
    """Budi, whom Bu Endang wrote down in a home of his own."""
    person = Person(**{"name": "Budi Santoso", "phone": "+6281234567890", "nik": NIK, **changes})
    return saved(rules.enter(rules.household_at(cast.rt(3), "Jl. Ikan Hiu 12"), person, cast.endang, now()))


def names(cast: Cast, q: str = "", show: str = "") -> set[str]:
    return {one.name for one in db.session.scalars(register.residents(cast.rt(3), q, show))}


# --- writing down ---


def test_a_home_and_its_first_person_are_written_down_verified(endang: Browser, cast: Cast) -> None:
    answer = endang.post("/residents", data={**NEW, "needs": ["elderly", "pregnant"], "consent": "y"})
    resident = of("Budi Santoso")
    assert answer.location == f"/households/{resident.household_id}"
    assert (resident.phone, resident.nik, resident.needs) == ("+6281234567890", NIK, "elderly pregnant")
    assert (resident.state, resident.verified_by_id) == ("verified", cast.endang.id)
    assert resident.needs_consent_at is not None
    home = resident.household
    assert (home.rt.number, home.address) == (3, "Jl. Ikan Hiu 12")
    assert (home.latitude, home.longitude, home.accuracy) == (-7.7337, 113.2166, 7.5)
    assert actions(f"residents:{resident.id}") == ["resident_created"]


def test_a_name_and_an_address_are_enough(endang: Browser) -> None:
    assert endang.post("/residents", data={"address": "Jl. Ikan Hiu 12", "name": "Budi Santoso"}).status_code == 302
    resident = of("Budi Santoso")
    assert (resident.phone, resident.nik, resident.needs, resident.household.latitude) == (None, None, "", None)


def test_what_is_sent_twice_is_written_down_once(endang: Browser, cast: Cast) -> None:
    page = endang.get("/residents/new").text
    named = re.search(r'name="id" value="([0-9a-f-]{36})"', page)
    assert named
    form = {"id": named[1], "address": "Jl. Ikan Hiu 12", "name": "Budi Santoso", "nik": NIK}
    answers = [endang.post("/residents", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert register.counts(cast.rt(3))[""] == 3
    assert f'name="id" value="{named[1]}"' in endang.post("/residents", data={**form, "name": ""}).text


@pytest.mark.parametrize("strange", ["", "x", "1"])
@on_one_database
def test_a_strange_name_for_a_new_resident_is_refused(endang: Browser, cast: Cast, strange: str) -> None:
    assert endang.post("/residents", data={**NEW, "id": strange}).status_code == 404
    assert register.counts(cast.rt(3))[""] == 2


def test_a_second_person_goes_into_the_home_that_is_there(endang: Browser, cast: Cast) -> None:
    home = budi(cast).household_id
    assert "Jl. Ikan Hiu 12" in endang.get(f"/residents/new?household={home}").text
    endang.post("/residents", data={"household": home, "name": "Dewi Lestari"})
    assert of("Dewi Lestari").household_id == home


@pytest.mark.parametrize("address", ["jl. ikan  HIU 12", "Jl. Ikan Hiu 012"])
def test_another_spelling_of_an_address_is_the_same_home(endang: Browser, cast: Cast, address: str) -> None:
    home = budi(cast).household_id
    endang.post("/residents", data={"address": address, "name": "Dewi Lestari"})
    assert of("Dewi Lestari").household_id == home


@on_one_database
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "  ", "Isi nama."),
        ("address", "", "Isi nama jalan"),
        ("phone", "bukan nomor", "Ini bukan nomor telepon."),
        ("nik", "123", "NIK terdiri dari 16 angka"),
        ("nik", "3574036505900001", "NIK ini sudah dimiliki seorang warga"),
        ("position", "di sana", "Isi lintang dan bujur"),
        ("position", "113.21660, -7.73370", "di luar kota"),
        ("position", "-6.2, 106.8", "di luar kota"),
        ("position", "-7.73370", "Isi lintang dan bujur"),
        ("needs", "hungry", "bukan pilihan"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    endang: Browser, cast: Cast, field: str, value: str, said: str
) -> None:
    answer = endang.post("/residents", data={**NEW, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert said in answer.text
    for name, kept in NEW.items():
        assert name == field or f'value="{kept}"' in answer.text
    assert names(cast) == {"Sari Wulandari", "Karto Suwiryo"}


@on_one_database
@pytest.mark.parametrize(
    "text",
    [
        "-7.7337, 113.2166",
        "-7.7337,113.2166",
        "-7.7337 113.2166",
        "-7,7337; 113,2166",
        "-7,7337, 113,2166",
        " -7.7337;113.2166 ",
    ],
)
def test_a_position_is_read_as_maps_and_people_write_it(endang: Browser, text: str) -> None:
    endang.post("/residents", data={**NEW, "position": text})
    assert (of("Budi Santoso").household.latitude, of("Budi Santoso").household.longitude) == (-7.7337, 113.2166)


@on_one_database
@pytest.mark.parametrize("accuracy", ["", "x", "-1", "nan", "inf", "1e9"])
def test_a_strange_accuracy_is_none(endang: Browser, accuracy: str) -> None:
    endang.post("/residents", data={**NEW, "accuracy": accuracy})
    assert of("Budi Santoso").household.accuracy is None


def test_a_nik_from_elsewhere_only_warns(endang: Browser) -> None:
    answer = endang.post("/residents", data={**NEW, "nik": "3201012505900001"})
    assert "diterbitkan di luar Kota Probolinggo" in endang.get(answer.location).text
    assert of("Budi Santoso").nik == "3201012505900001"


def test_a_control_character_is_never_kept(endang: Browser) -> None:
    endang.post("/residents", data={**NEW, "name": "Budi\x00\n Santoso\u202e"})
    assert of("Budi Santoso").household.address == "Jl. Ikan Hiu 12"


@pytest.mark.both_databases
def test_a_verified_nik_is_the_databases_own_rule(cast: Cast) -> None:
    budi(cast)
    with pytest.raises(rules.NikTaken):
        budi(cast, name="Somebody else")


def test_a_nik_that_a_sign_up_only_claims_is_not_taken(cast: Cast, wahyu: Resident) -> None:
    wahyu.nik = NIK
    assert budi(cast).state == "verified"


# --- needs and consent ---


def test_needs_without_consent_are_refused(endang: Browser) -> None:
    answer = endang.post("/residents", data={**NEW, "needs": "elderly"})
    assert answer.status_code == 422
    assert "Centang ini jika yang bersangkutan setuju" in answer.text
    assert re.search(r'value="elderly" checked', answer.text)


def test_consent_that_is_withdrawn_erases_the_needs(endang: Browser, cast: Cast) -> None:
    resident = budi(cast, needs=("elderly",), consent=True)
    form = {"name": "Budi Santoso", "phone": "081234567890", "needs": "elderly"}
    assert save(endang, f"/residents/{resident.id}/edit", form).status_code == 302
    after = of("Budi Santoso")
    assert (after.needs, after.needs_consent_at) == ("", None)


def test_consent_keeps_the_day_it_was_given(endang: Browser, cast: Cast) -> None:
    resident = budi(cast, needs=("elderly",), consent=True)
    given = resident.needs_consent_at
    form = {"name": "Budi Santoso", "needs": ["elderly", "disabled"], "consent": "y"}
    save(endang, f"/residents/{resident.id}/edit", form)
    assert (of("Budi Santoso").needs, of("Budi Santoso").needs_consent_at) == ("elderly disabled", given)


# --- the NIK ---


@pytest.mark.both_databases
def test_a_nik_is_on_no_page_but_its_end(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    pages = ["/residents", f"/residents/{resident.id}", f"/residents/{resident.id}/edit",
             f"/households/{resident.household_id}", "/residents/sign-ups", "/residents/cards"]  # fmt: skip
    for page in pages:
        assert NIK[:12] not in endang.get(page).text
    assert "0007" in endang.get(f"/residents/{resident.id}").text
    assert "nik_read" not in actions()


def test_reading_a_nik_is_an_action_that_is_recorded(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    assert endang.get(f"/residents/{resident.id}/nik").status_code == 405
    assert NIK in endang.post(f"/residents/{resident.id}/nik").text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "nik_read")).one()
    assert (entry.actor_id, entry.subject) == (cast.endang.id, f"residents:{resident.id}")
    assert NIK not in str(entry.detail)


def test_an_empty_nik_leaves_the_one_that_is_there(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    assert (
        'id="nik" inputmode="numeric" name="nik" type="text" value=""'
        in endang.get(f"/residents/{resident.id}/edit").text
    )
    save(endang, f"/residents/{resident.id}/edit", {"name": "Budi S.", "phone": "", "nik": ""})
    after = of("Budi S.")
    assert (after.nik, after.phone) == (NIK, None)


def test_a_correction_says_in_the_audit_log_what_changed_and_not_to_what(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    save(endang, f"/residents/{resident.id}/edit", {"name": "Budi S.", "nik": "3574032505900008"})
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "resident_edited")).one()
    assert entry.detail == {"changed": ["name", "nik"]}


def test_saving_without_a_change_is_no_action(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    save(endang, f"/residents/{resident.id}/edit", {"name": "Budi Santoso", "phone": "081234567890"})
    assert "resident_edited" not in actions()


def test_a_correction_to_a_nik_that_another_has_is_refused(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    answer = save(endang, f"/residents/{resident.id}/edit", {"name": "Budi S.", "nik": "3574036505900001"})
    assert answer.status_code == 422
    assert 'value="Budi S."' in answer.text
    assert of("Budi Santoso").nik == NIK


# --- finding ---


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("sari", {"Sari Wulandari"}),
        ("WULAN sari", {"Sari Wulandari"}),
        ("sari paus", {"Sari Wulandari"}),
        ("paus", {"Sari Wulandari", "Karto Suwiryo"}),
        ("0813 3000 0001", {"Sari Wulandari"}),
        ("0813-3000-0001", {"Sari Wulandari"}),
        ("+6281330000003", {"Karto Suwiryo"}),
        ("3000", {"Sari Wulandari", "Karto Suwiryo"}),
        ("(0813) 30000003", {"Karto Suwiryo"}),
        ("3", {"Sari Wulandari", "Karto Suwiryo"}),
        ("357403", set()),
        ("%", set()),
        ("p_us", set()),
        ("0813%1", set()),
        ("sari hiu", set()),
        ("Wahyu", set()),
    ],
)
def test_the_register_is_searched_by_name_address_or_phone(cast: Cast, q: str, found: set[str]) -> None:
    assert names(cast, q) == found


@pytest.mark.parametrize("typed", ["3574036505900001", "3574 0365 0590 0001"])
def test_a_whole_nik_finds_its_resident_and_is_in_no_address(endang: Browser, sari: Resident, typed: str) -> None:
    assert endang.post("/residents/search", data={"q": typed}).location == f"/residents/{sari.id}"


@pytest.mark.parametrize("typed", ["3574036505900002", NIK])
def test_a_nik_that_nobody_here_has_is_in_no_address_either(endang: Browser, wahyu: Resident, typed: str) -> None:
    wahyu.nik = NIK  # in RT 04
    answer = endang.post("/residents/search", data={"q": typed})
    assert answer.location == "/residents"
    assert "Tidak ada warga Anda dengan NIK ini" in endang.get(answer.location).text


def test_of_two_with_one_nik_the_one_who_lives_here_is_found(endang: Browser, cast: Cast) -> None:
    rules.move_out(budi(cast), today(), cast.endang)
    again = budi(cast)
    assert endang.post("/residents/search", data={"q": NIK}).location == f"/residents/{again.id}"


def test_any_other_search_is_an_address_of_its_own(endang: Browser) -> None:
    answer = endang.post("/residents/search", data={"q": "sari wulan", "show": "needs"})
    assert answer.location == "/residents?q=sari+wulan&show=needs"


@pytest.mark.both_databases
def test_the_register_is_narrowed(cast: Cast, sari: Resident) -> None:
    rules.move_out(budi(cast, needs=("infant",), consent=True), today(), cast.endang)
    rules.enter(rules.household_at(cast.rt(3), "Jl. Ikan Hiu 3"), Person("Dewi", needs=("elderly",), consent=True),
                cast.endang, now())  # fmt: skip
    assert names(cast) == names(cast, show="nonsense") == {"Sari Wulandari", "Karto Suwiryo", "Dewi"}
    assert names(cast, show="needs") == names(cast, show="unplaced") == {"Dewi"}
    assert names(cast, show="waiting") == {"Karto Suwiryo"}
    assert names(cast, show="moved_out") == {"Budi Santoso"}
    assert register.counts(cast.rt(3)) == {"": 3, "needs": 1, "waiting": 1, "unplaced": 1, "moved_out": 1}


@pytest.mark.both_databases
def test_homes_stand_as_people_count_them(endang: Browser, cast: Cast) -> None:
    for number in (10, 9, 100):
        home = rules.household_at(cast.rt(3), f"Jl. Hiu {number}")
        rules.enter(home, Person(f"Penghuni {number}"), cast.endang, now())
    page = endang.get("/residents?q=penghuni").text
    assert page.index("Jl. Hiu 9<") < page.index("Jl. Hiu 10<") < page.index("Jl. Hiu 100<")
    assert key_of("Jl.  Hiu 9") == key_of("jl. hiu 009")


@pytest.mark.both_databases
def test_a_search_without_a_hit_says_so(endang: Browser) -> None:
    assert "Tidak ada yang cocok" in endang.get("/residents?q=zzz").text


def test_a_leader_without_an_rt_is_told_whom_to_ask(endang: Browser, cast: Cast) -> None:
    for leadership in db.session.scalars(select(register.Leadership)):
        db.session.delete(leadership)
    assert "Minta administrator kota" in endang.get("/residents").text
    assert endang.get("/residents/new").status_code == 404
    assert endang.post("/residents", data=NEW).status_code == 404


# --- moving ---


@pytest.mark.both_databases
def test_one_who_moves_out_stays_in_the_history_and_may_come_back(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    day = today() - timedelta(days=3)
    endang.post(f"/residents/{resident.id}/departure", data={"day": day.isoformat()})
    assert of("Budi Santoso").moved_out_on == day
    assert "dicatat pindah keluar" in endang.get(f"/residents/{resident.id}").text
    assert "Budi Santoso" not in endang.get("/residents").text
    assert "Budi Santoso" in endang.get("/residents?show=moved_out").text
    endang.post(f"/residents/{resident.id}/return")
    assert of("Budi Santoso").state == "verified"
    assert actions(f"residents:{resident.id}") == ["resident_created", "resident_moved_out", "resident_returned"]


@on_one_database
@pytest.mark.parametrize("day", ["", "kemarin", "2999-01-01", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused(endang: Browser, cast: Cast, day: str) -> None:
    resident = budi(cast)
    answer = endang.post(f"/residents/{resident.id}/departure", data={"day": day})
    assert answer.status_code == 422
    assert f'value="{day}"' in answer.text
    assert of("Budi Santoso").moved_out_on is None


def test_one_who_was_registered_elsewhere_meanwhile_does_not_come_back(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    rules.move_out(resident, today(), cast.endang)
    rules.enter(rules.household_at(cast.rt(4), "Jl. Ikan Paus 1"), Person("Budi", nik=NIK), cast.slamet, now())
    answer = endang.post(f"/residents/{resident.id}/return")
    assert "NIK ini sudah didaftarkan lagi" in endang.get(answer.location).text
    assert of("Budi Santoso").state == "moved_out"


def test_one_moves_to_another_home_of_the_rt(endang: Browser, cast: Cast, sari: Resident) -> None:
    resident = budi(cast)
    left = resident.household_id
    endang.post(f"/residents/{resident.id}/household", data={"household": sari.household_id})
    assert of("Budi Santoso").household_id == sari.household_id
    assert db.session.get(Household, left) is None


def test_one_moves_to_a_new_home_of_the_rt(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    endang.post(f"/residents/{resident.id}/household", data={"household": "", "address": "Jl. Ikan Hiu 13"})
    assert of("Budi Santoso").household.address == "Jl. Ikan Hiu 13"


def test_a_move_to_nowhere_is_refused(endang: Browser, cast: Cast) -> None:
    resident = budi(cast)
    answer = endang.post(f"/residents/{resident.id}/household", data={"household": "", "address": ""})
    assert answer.status_code == 422
    assert "Pilih rumah, atau isi alamat rumah baru." in answer.text
    assert of("Budi Santoso").household.address == "Jl. Ikan Hiu 12"


# --- homes ---


def test_a_home_is_corrected(endang: Browser, cast: Cast) -> None:
    home = budi(cast).household
    assert 'value="Jl. Ikan Hiu 12"' in endang.get(f"/households/{home.id}/edit").text
    form = {"address": "Jl. Ikan Hiu 12A", "position": "-7.73, 113.21", "accuracy": "12"}
    save(endang, f"/households/{home.id}/edit", form)
    db.session.expire_all()
    assert (home.address, home.latitude, home.longitude, home.accuracy) == ("Jl. Ikan Hiu 12A", -7.73, 113.21, 12)
    assert actions(f"households:{home.id}") == ["household_edited"]


def test_a_position_that_is_kept_keeps_its_accuracy(endang: Browser, cast: Cast) -> None:
    home = rules.household_at(cast.rt(3), "Jl. Ikan Hiu 9", Position(-7.7337, 113.2166, 6.0))
    saved(rules.enter(home, Person("Dewi"), cast.endang, now()))
    page = endang.get(f"/households/{home.id}/edit").text
    assert 'value="-7.73370, 113.21660"' in page
    assert 'value="6.0"' in page


def test_a_home_with_a_wrong_position_is_refused(endang: Browser, cast: Cast) -> None:
    home = budi(cast).household
    answer = save(endang, f"/households/{home.id}/edit", {"address": "Jl. Baru 1", "position": "utara"})
    assert answer.status_code == 422
    assert 'value="Jl. Baru 1"' in answer.text
    assert of("Budi Santoso").household.address == "Jl. Ikan Hiu 12"


def test_every_need_has_its_words() -> None:
    assert tuple(forms.NEED_WORDS) == NEEDS
    assert tuple(sheet.NEED_NAMES.values()) == NEEDS
