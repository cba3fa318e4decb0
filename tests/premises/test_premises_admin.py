"""The administrator's pages about premises, whom to call there, and who may raise alarms."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.premises.models import Contact, Premises
from meteor.store.database import db
from tests.admin import followed, save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.premises.places import PHRASE, WEEK, shop

AsUser = Callable[[str], Browser]

BANK = {
    "name": "Bank Demo Alun-Alun", "kind": "bank", "address": "Jl. Alun-Alun 1", "latitude": "-7,7430",
    "longitude": "113.2155", "entrance_latitude": "-7.7431", "entrance_longitude": "113.2156",
    "phone": "0335 421234", "hazards": "Satpam berembunta", "active": "y", "monday": "08:00-15:00", "sunday": "tutup",
}  # fmt: skip
LINA = {"name": "Bu Lina", "phone": "0812 3450 0001", "position": "1", "pass_phrase": ""}


def called(name: str) -> Premises:
    db.session.expire_all()
    return db.session.scalars(select(Premises).where(Premises.name == name)).one()


def test_premises_are_entered_with_position_entrance_and_hours(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    answer = tuti.post("/admin/premises/new", data=BANK)
    assert "Bank Demo Alun-Alun sudah disimpan" in followed(tuti, answer)
    bank = called("Bank Demo Alun-Alun")
    assert (bank.kind, bank.phone, bank.latitude, bank.entrance_longitude) == ("bank", "+62335421234", -7.743, 113.2156)
    assert bank.opening_hours == [[["08:00", "15:00"]], [], [], [], [], [], []]
    assert trail("premises_added")[0].subject == f"premises:{bank.id}"


def test_without_any_hours_nobody_told(as_user: AsUser) -> None:
    as_user("tuti").post("/admin/premises/new", data=BANK | {"monday": "", "sunday": ""})
    assert called("Bank Demo Alun-Alun").opening_hours == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Isi nama"),
        ({"name": "toko emas SEMERU"}, "sudah bernama demikian"),
        ({"kind": "istana"}, 'id="kind-error"'),
        ({"address": ""}, "Isi alamat"),
        ({"latitude": "99"}, "-90 sampai 90"),
        ({"latitude": "", "longitude": ""}, "-90 sampai 90"),
        ({"entrance_longitude": ""}, "kosongkan keduanya"),
        ({"entrance_latitude": ""}, "kosongkan keduanya"),
        ({"entrance_longitude": "113.3"}, "dari lokasi alarm"),
        ({"phone": "12"}, "Isi nomor telepon"),
        ({"monday": "pagi"}, "08:00-15:00"),
        ({"monday": "08-12, 11-13"}, "bertumpuk"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field_and_nothing_typed_is_lost(
    as_user: AsUser, wrong: dict[str, str], says: str
) -> None:
    shop()
    answer = as_user("tuti").post("/admin/premises/new", data=BANK | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Satpam berembunta" in answer.text
    assert not trail("premises_added")


def test_a_change_is_in_the_audit_log_and_what_is_outside_the_city_is_mentioned(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop()
    place = {"latitude": "-8.5", "longitude": "113.2166"}
    values = {"name": known.name, "kind": "bank", "address": known.address, "monday": "", **place}
    answer = save(tuti, f"/admin/premises/{known.id}", values)
    assert "di luar kota" in followed(tuti, answer)
    detail = trail("premises_changed")[0].detail
    assert detail["after"]["kind"] == "bank"
    assert detail["before"]["monday"] == "08:00-16:00"
    assert detail["after"]["active"] is False


def test_whoever_saves_over_another_is_told(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop()
    url = f"/admin/premises/{known.id}"
    version = seen(tuti.get(url))
    known.hazards = "Anjing penjaga"
    values = {
        "name": known.name,
        "kind": "bank",
        "address": "X",
        "latitude": "-7.7",
        "longitude": "113.2",
        "seen": version,
    }
    answer = tuti.post(url, data=values)
    assert answer.status_code == 422
    assert "Anjing penjaga" in answer.text
    assert not trail("premises_changed")


@pytest.mark.both_databases
def test_the_list_is_searched_narrowed_and_sorted(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    shop()
    shop("Bank Demo", owner="", kind="bank", active=False)
    page = tuti.get("/admin/premises?sort=-name").text
    assert page.index(">Toko Emas Semeru</a>") < page.index(">Bank Demo</a>")
    for query, there in (("q=semeru", True), ("q=bank", False), ("kind=bank", False), ("state=active", True)):
        assert (">Toko Emas Semeru</a>" in tuti.get(f"/admin/premises?{query}").text) is there


def test_a_contact_comes_to_its_place_and_the_others_move(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop()
    first = {"name": "Pak Joko", "phone": "0813 4500 0002", "position": "1"}
    assert tuti.post(f"/premises/{known.id}/contacts/new", data=first).status_code == 302
    assert [(one.name, one.position) for one in called(known.name).contacts] == [("Pak Joko", 1), ("Bu Lina", 2)]
    assert trail("contact_added")[0].detail["after"] == {"name": "Pak Joko", "phone": "+6281345000002", "position": 1}


def test_a_pass_phrase_is_kept_sealed_and_never_shown(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop()
    url = f"/premises/{known.id}/contacts/{known.contacts[0].id}"
    assert PHRASE.encode() not in (known.contacts[0].pass_phrase_sealed or b"")
    assert save(tuti, url, LINA | {"name": "Bu Lina Wati"}).status_code == 302
    assert called(known.name).contacts[0].pass_phrase == PHRASE
    assert save(tuti, url, LINA | {"pass_phrase": "hujan pagi"}).status_code == 302
    assert called(known.name).contacts[0].pass_phrase == "hujan pagi"
    refused = save(tuti, url, LINA | {"phone": "", "pass_phrase": "embun"})
    pages = [refused.text, tuti.get(url).text, tuti.get(f"/admin/premises/{known.id}").text]
    assert not any(phrase in page for phrase in (PHRASE, "hujan pagi", "embun") for page in pages)
    assert "hujan" not in str([entry.detail for entry in trail("contact_changed")])
    assert save(tuti, url, LINA | {"forget": "y"}).status_code == 302
    assert called(known.name).contacts[0].pass_phrase is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Isi nama"),
        ({"name": "Budi; Sri"}, "Jangan pakai titik koma"),
        ({"phone": "tidak ada"}, "Isi nomor telepon"),
        ({"position": "0"}, "1 sampai 10"),
        ({"pass_phrase": "embun", "forget": "y"}, "jangan keduanya"),
    ],
)
def test_a_wrong_contact_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], says: str) -> None:
    known = shop()
    answer = save(as_user("tuti"), f"/premises/{known.id}/contacts/{known.contacts[0].id}", LINA | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert not trail("contact_changed")


def test_a_contact_is_removed_and_the_others_move_up(as_user: AsUser) -> None:
    known = shop()
    known.contacts.append(Contact(position=2, name="Pak Joko", phone="+6281345000002"))
    lina = known.contacts[0].id
    assert as_user("tuti").post(f"/premises/{known.id}/contacts/{lina}/removal").status_code == 302
    assert [(one.name, one.position) for one in called(known.name).contacts] == [("Pak Joko", 1)]
    assert as_user("tuti").post(f"/premises/{known.id}/contacts/{lina}/removal").status_code == 404


def test_no_more_contacts_than_anybody_calls(as_user: AsUser) -> None:
    known = shop()
    known.contacts += [Contact(position=at, name=f"Kontak {at}", phone="+6281345000002") for at in range(2, 11)]
    answer = as_user("tuti").post(f"/premises/{known.id}/contacts/new", data=LINA)
    assert answer.status_code == 422
    assert "Sudah ada 10 kontak" in answer.text


def test_a_contact_of_other_premises_is_not_found(as_user: AsUser) -> None:
    known, other = shop(), shop("Bank Demo", owner="")
    assert as_user("tuti").get(f"/premises/{known.id}/contacts/{other.contacts[0].id}").status_code == 404


def test_a_user_with_the_role_may_raise_alarms_until_they_are_removed(as_user: AsUser, cast: Cast) -> None:
    tuti, known = as_user("tuti"), shop(owner="")
    url = f"/admin/premises/{known.id}/users"
    assert tuti.post(f"{url}/new", data={"username": "TOKO"}).status_code == 302
    assert as_user("toko").get(f"/premises/{known.id}").status_code == 200
    assert tuti.post(f"{url}/{cast.toko.id}/removal").status_code == 302
    assert as_user("toko").get(f"/premises/{known.id}").status_code == 404
    assert [len(trail(action)) for action in ("premises_user_added", "premises_user_removed")] == [1, 1]


@pytest.mark.parametrize(
    ("username", "says"), [("", "Isi nama pengguna"), ("siapa", "Pengguna ini tidak ada"), ("agus", "peran pelaku")]
)
def test_who_cannot_raise_alarms_is_refused(as_user: AsUser, username: str, says: str) -> None:
    known = shop(owner="")
    answer = as_user("tuti").post(f"/admin/premises/{known.id}/users/new", data={"username": username})
    assert answer.status_code == 422
    assert says in answer.text
    assert not called(known.name).users


def test_somebody_new_is_invited_by_a_link(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop(owner="")
    form: dict[str, Any] = {"new-name": "Bank Demo", "new-username": "bank.demo", "new-phone": "", "new-roles": "admin"}
    answer = tuti.post(f"/admin/premises/{known.id}/users/invitation", data=form)
    assert answer.status_code == 201
    assert "/invitations/" in answer.text
    assert f'href="/admin/premises/{known.id}"' in answer.text
    person = db.session.scalars(select(User).where(User.username == "bank.demo")).one()
    assert person.role_names == {"business"}
    assert [member.user_id for member in called(known.name).users] == [person.id]
    again = tuti.post(f"/admin/premises/{known.id}/users/invitation", data=form)
    assert again.status_code == 422
    assert "bank.demo" in again.text
    assert called(known.name).opening_hours == WEEK
