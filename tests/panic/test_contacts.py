"""People whom a citizen wants to be told, and the link with which they follow an alert."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from meteor.alerts import cancelling
from meteor.dispatch import rules as dispatch
from meteor.panic.models import EmergencyContact
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.panic.conftest import As, Raised, the_offer
from tests.phones import Phones
from tests.phones import phones as phones

HUSBAND = {"name": "Joko Wulandari", "phone": "0812 3456 7890"}


def link(as_user: As, alert_id: object) -> str:
    """The path of the link that Sari's page of the alert gives her."""
    page = as_user("sari").get(f"/alerts/{alert_id}").text
    return urlsplit(re.search(r'<input value="([^"]+/follow/[^"]+)" readonly>', page)[1]).path


def known() -> int:
    return db.session.scalar(select(func.count()).select_from(EmergencyContact)) or 0


# --- the contacts ---


def test_a_contact_is_added_shown_and_removed(as_user: As) -> None:
    sari = as_user("sari")
    assert sari.post("/contacts", data=HUSBAND).status_code == 303
    page = sari.get("/contacts").text
    assert "Joko Wulandari" in page
    assert "0812-3456-7890" in page
    sari.post(re.search(r"/contacts/\d+/removal", page)[0])
    assert "Belum ada kontak" in sari.get("/contacts").text
    assert known() == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("name", "", "Isi nama."), ("phone", "", "Isi nomor HP."), ("phone", "112", "Ini bukan nomor telepon")],
)
def test_what_is_wrong_is_said_at_its_field(as_user: As, field: str, value: str, said: str) -> None:
    answer = as_user("sari").post("/contacts", data={**HUSBAND, field: value})
    assert (answer.status_code, known()) == (422, 0)
    assert said in re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)[1]


def test_one_number_is_one_contact(as_user: As) -> None:
    as_user("sari").post("/contacts", data=HUSBAND)
    answer = as_user("sari").post("/contacts", data={"name": "Joko", "phone": "+62 812-3456-7890"})
    assert (answer.status_code, known()) == (422, 1)
    assert "sudah ada di kontak Anda" in answer.text


def test_there_are_three_at_most(as_user: As) -> None:
    sari = as_user("sari")
    for digit in range(4):
        sari.post("/contacts", data={"name": f"Kerabat {digit}", "phone": f"081234567{digit:03}"})
    assert known() == 3
    assert "Hapus satu dahulu" in sari.get("/contacts").text


def test_nobody_removes_the_contact_of_another(as_user: As) -> None:
    as_user("sari").post("/contacts", data=HUSBAND)
    contact = db.session.scalars(select(EmergencyContact)).one()
    assert as_user("wahyu").post(f"/contacts/{contact.id}/removal").status_code == 404
    assert known() == 1


# --- the link ---


def test_the_alert_offers_the_link_to_each_contact(as_user: As, raised: Raised) -> None:
    as_user("sari").post("/contacts", data=HUSBAND)
    page = as_user("sari").get(f"/alerts/{raised().id}").text
    assert re.search(r'href="https://wa\.me/6281234567890\?text=Sari%20Wulandari[^"]+follow', page)
    assert 'href="sms:+6281234567890?&amp;body=Sari' in page


@pytest.mark.usefixtures("agus_is_on_duty")
def test_who_has_the_link_sees_who_comes_and_not_where(as_user: As, cast: Cast, raised: Raised) -> None:
    alert = raised()
    dispatch.accept(the_offer(), now(), cast.agus)
    db.session.commit()
    page = as_user("").get(link(as_user, alert.id)).text
    assert "Sari W. menekan tombol darurat" in page
    assert "Unit telah menerima tugas" in page
    assert "menit" in page
    for secret in ("geo:", "Mayangan", "Agus", alert.incident.number, "+62813"):
        assert secret not in page.partition("<main")[2]


def test_the_place_is_shown_only_while_the_reporter_allows_it(as_user: As, raised: Raised) -> None:
    alert = raised()
    path = link(as_user, alert.id)
    as_user("sari").post(f"/alerts/{alert.id}/sharing", data={"place": "1"})
    assert "geo:" in as_user("").get(path).text
    as_user("sari").post(f"/alerts/{alert.id}/sharing", data={"place": "0"})
    assert "geo:" not in as_user("").get(path).text


def test_the_way_to_a_coarsely_known_place_says_where_it_leads(as_user: As, raised: Raised) -> None:
    alert = raised()
    alert.incident.accuracy = 1500
    db.session.commit()
    as_user("sari").post(f"/alerts/{alert.id}/sharing", data={"place": "1"})
    page = as_user("").get(link(as_user, alert.id)).text
    assert re.findall(r"Petunjuk arah.*?</a>", page) == ["Petunjuk arah (ke tengah kelurahan)</a>"]


def test_a_place_that_is_only_words_is_shown_too(as_user: As, raised: Raised) -> None:
    alert = raised(latitude="", longitude="")
    alert.incident.latitude, alert.incident.longitude = None, None
    alert.incident.place = {"words": "belakang pasar"}
    db.session.commit()
    as_user("sari").post(f"/alerts/{alert.id}/sharing", data={"place": "1"})
    page = as_user("").get(link(as_user, alert.id)).text
    assert "belakang pasar" in page
    assert "geo:" not in page


def test_nobody_shares_the_place_of_anothers_alert(as_user: As, raised: Raised) -> None:
    assert as_user("wahyu").post(f"/alerts/{raised().id}/sharing", data={"place": "1"}).status_code == 404


@pytest.mark.parametrize("given", [{"silent": "1"}, {"kind": "domestic_violence"}])
def test_a_call_that_may_be_dangerous_is_warned_of(as_user: As, raised: Raised, given: dict[str, str]) -> None:
    alert = raised(**given)
    as_user("sari").post(f"/alerts/{alert.id}/sharing", data={"place": "1"})
    page = as_user("").get(link(as_user, alert.id)).text
    assert "Jangan menelepon dan jangan ke sana" in page
    assert "geo:" not in page


def test_followers_read_that_the_reporter_is_safe(as_user: As, cast: Cast, raised: Raised) -> None:
    alert = raised()
    cancelling.cancel(alert, "safe", now(), cast.sari, forced=False)
    db.session.commit()
    assert "Sari W. menyatakan sudah aman" in as_user("").get(link(as_user, alert.id)).text


def test_an_open_page_learns_what_is_new_and_asks_in_vain_otherwise(as_user: As, cast: Cast, raised: Raised) -> None:
    alert = raised()
    path = link(as_user, alert.id)
    version = re.search(r'data-version="([^"]+)"', as_user("").get(f"{path}/status").text)[1]
    assert as_user("").get(f"{path}/status?v={version}").status_code == 204
    cancelling.cancel(alert, "mistake", now(), cast.sari, forced=False)
    db.session.commit()
    assert "salah tekan" in as_user("").get(f"{path}/status?v={version}").text


def test_the_link_dies_with_the_incident(as_user: As, cast: Cast, raised: Raised) -> None:
    alert = raised()
    path = link(as_user, alert.id)
    dispatch.close(alert.incident, "helped", "", now(), cast.komang)
    db.session.commit()
    answer = as_user("").get(path)
    assert (answer.status_code, "Sari" in answer.text) == (410, False)
    assert "Laporan ini sudah ditutup" in as_user("").get(f"{path}/status?v=1").text


@pytest.mark.parametrize("token", ["x", "AAAAAAAAAAAAAAAAAAAAAA.x", "%C3%A9.%C3%A9"])
def test_a_link_that_nobody_gave_leads_nowhere(as_user: As, token: str) -> None:
    assert as_user("").get(f"/follow/{token}").status_code == 404


def test_a_signature_of_another_alert_leads_nowhere(as_user: As, raised: Raised) -> None:
    signature = link(as_user, raised().id).rpartition(".")[2]
    assert as_user("").get(f"/follow/AAAAAAAAAAAAAAAAAAAAAA.{signature}").status_code == 404


def test_a_trial_is_followed_by_nobody(as_user: As, raised: Raised) -> None:
    assert "/follow/" not in as_user("sari").get(f"/alerts/{raised(address='/drills').id}").text


# --- messages of METEOR ---


def test_without_a_gateway_the_page_says_so_and_sends_nothing(as_user: As, raised: Raised) -> None:
    as_user("sari").post("/contacts", data=HUSBAND)
    alert = raised()
    assert "layanan pesan belum tersambung" in as_user("sari").get(f"/alerts/{alert.id}").text
    assert as_user("sari").post(f"/alerts/{alert.id}/messages").status_code == 404


def test_with_a_gateway_each_contact_gets_one_message(as_user: As, raised: Raised, phones: Phones) -> None:
    as_user("sari").post("/contacts", data=HUSBAND)
    alert = raised()
    for _ in range(2):
        as_user("sari").post(f"/alerts/{alert.id}/messages")
    phones.deliver()
    ((number, text),) = phones.messages
    assert number == "+6281234567890"
    assert text.startswith("Sari Wulandari menekan tombol darurat METEOR")
    assert link(as_user, alert.id) in text


def test_without_contacts_no_message_is_promised(as_user: As, raised: Raised, phones: Phones) -> None:
    alert, sari = raised(), as_user("sari")
    sari.post(f"/alerts/{alert.id}/messages")
    assert "Anda belum punya kontak" in sari.get(f"/alerts/{alert.id}").text
    phones.deliver()
    assert phones.messages == []


def test_a_contact_who_was_removed_gets_nothing(as_user: As, raised: Raised, phones: Phones) -> None:
    sari, wahyu = as_user("sari"), as_user("wahyu")
    sari.post("/contacts", data=HUSBAND)
    sari.post(f"/alerts/{raised().id}/messages")
    sari.post(re.search(r"/contacts/\d+/removal", sari.get("/contacts").text)[0])
    wahyu.post("/contacts", data={"name": "Ibu", "phone": "081234567899"})
    phones.deliver()
    assert phones.messages == []


def test_no_message_leaves_once_the_alert_is_closed(as_user: As, cast: Cast, raised: Raised, phones: Phones) -> None:
    as_user("sari").post("/contacts", data=HUSBAND)
    alert = raised()
    as_user("sari").post(f"/alerts/{alert.id}/messages")
    dispatch.close(alert.incident, "helped", "", now(), cast.komang)
    db.session.commit()
    phones.deliver()
    assert phones.messages == []


def test_beyond_the_citys_day_no_message_is_promised(as_user: As, raised: Raised, phones: Phones) -> None:
    phones.connect(DAILY="1")
    for name, number in (("Joko", "081234567890"), ("Rina", "081234567891")):
        as_user("sari").post("/contacts", data={"name": name, "phone": number})
    assert as_user("sari").post(f"/alerts/{raised().id}/messages").status_code == 429
    phones.deliver()
    assert phones.messages == []
