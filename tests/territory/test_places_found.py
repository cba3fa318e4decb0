"""Places for call-takers: the fragment as they type, what the administrator keeps for it, and the neighbour."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from meteor.store.database import db
from meteor.territory.adjacent_authority import adjacent_authority
from meteor.territory.models import Landmark
from tests.admin import EVERYONE_ELSE, followed, save, seen, trail
from tests.conftest import Browser

AsUser = Callable[[str], Browser]

SQUARE = "Alun-alun Probolinggo"
PUSDALOPS = {"name": "Pusdalops Kabupaten", "phone": "0335 421-112"}


def options(page: str) -> list[dict[str, str]]:
    """What each option of a fragment says to the script."""
    return [dict(re.findall(r'data-(\w+)="([^"]*)"', tag)) for tag in re.findall(r'<li role="option"[^>]*>', page)]


@pytest.mark.parametrize("username", ["maya", "komang", "hadi", "tuti"])
def test_who_takes_calls_is_offered_places_with_what_a_form_needs(as_user: AsUser, username: str) -> None:
    answer = as_user(username).get("/places", query_string={"q": "alun2"})
    assert options(answer.text)[0] == {
        "mark": "choice", "label": SQUARE, "latitude": "-7.743000", "longitude": "113.215500", "radius": "100",
        "kind": "landmark",
    }  # fmt: skip
    assert "Kelurahan Mayangan (perkiraan) · dalam radius 100 m" in answer.text


def test_a_place_outside_the_city_is_offered_and_marked(as_user: AsUser) -> None:
    page = as_user("maya").get("/places", query_string={"q": "-7.25750, 112.75210"}).text
    assert options(page)[0]["latitude"] == "-7.257500"
    assert "di luar kota" in page


def test_a_message_that_cannot_be_used_says_why(as_user: AsUser) -> None:
    maya = as_user("maya")
    page = maya.get("/places", query_string={"q": 'A"ML=1;lt=0;lg=0;rd=0;top=20261124112928;lc=0;pm=N'}).text
    assert options(page) == []
    assert "Pesan AML tidak dapat dipakai. Ponsel tidak mengirim posisi (pm=N)." in page
    assert "data-note" not in maya.get("/places?q=ml").text


def test_nothing_typed_offers_nothing(as_user: AsUser) -> None:
    assert as_user("maya").get("/places").text.strip() == ""


@settings(max_examples=60)
@given(text=st.text(max_size=400))
def test_whatever_is_typed_is_answered(as_user: AsUser, text: str) -> None:
    assert as_user("maya").get("/places", query_string={"q": text}).status_code == 200


def test_markup_in_a_text_is_shown_not_run(as_user: AsUser) -> None:
    page = as_user("maya").get("/places", query_string={"q": "depan <b onclick='x'>alun2"}).text
    assert options(page)
    assert "<b " not in page


@pytest.mark.both_databases
def test_a_places_other_names_and_kind_are_kept_and_found(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    form = {"name": "Pasar Baru", "kind": "market", "aliases": " Pasar besar \r\n\r\nPasar besar\r\nBig market",
            "latitude": "-7.7487", "longitude": "113.2203"}  # fmt: skip
    assert tuti.post("/admin/areas/landmarks/new", data=form).status_code == 302
    place = db.session.scalars(select(Landmark).where(Landmark.name == "Pasar Baru")).one()
    assert (place.kind, place.aliases) == ("market", "Pasar besar\nBig market")
    assert options(as_user("maya").get("/places?q=pasar+besar").text)[0]["label"] == "Pasar Baru"
    page = tuti.get("/admin/areas/landmarks?q=big").text
    assert "Pasar besar, Big market" in page
    assert "Pasar atau toko" in page
    save(tuti, f"/admin/areas/landmarks/{place.id}", form | {"aliases": ""})
    assert trail("landmark_changed")[0].detail["after"] == {"aliases": ""}


@pytest.mark.parametrize(
    ("wrong", "says"), [({"kind": "castle"}, "Pilih salah satu dari daftar"), ({"aliases": "x" * 1001}, "1000")],
)  # fmt: skip
def test_a_wrong_kind_or_too_many_names_are_refused(as_user: AsUser, wrong: dict[str, str], says: str) -> None:
    form = {"name": "Pasar Baru", "latitude": "-7.7487", "longitude": "113.2203"} | wrong
    answer = as_user("tuti").post("/admin/areas/landmarks/new", data=form)
    assert answer.status_code == 422
    assert says in answer.text


def test_the_administrator_tries_what_is_found_also_without_script(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert "Yang ditemukan" not in tuti.get("/admin/areas/landmarks/search").text
    page = tuti.get("/admin/areas/landmarks/search?q=100+m+selatan+alun2").text
    assert f"100 m selatan {SQUARE}" in page
    assert "dalam radius 200 m" in page
    assert "tetap tersimpan" in tuti.get("/admin/areas/landmarks/search?q=zzzz").text


@pytest.mark.both_databases
def test_nobody_is_the_neighbour_until_the_administrator_says_who(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert adjacent_authority() is None
    assert "disimpan" in followed(tuti, save(tuti, "/admin/areas/adjacent-authority", PUSDALOPS))
    known = adjacent_authority()
    assert known
    assert (known.name, known.phone) == ("Pusdalops Kabupaten", "0335 421-112")
    save(tuti, "/admin/areas/adjacent-authority", PUSDALOPS | {"phone": "112"})
    assert "dikosongkan" in followed(tuti, save(tuti, "/admin/areas/adjacent-authority", {"name": "", "phone": ""}))
    db.session.expire_all()
    assert adjacent_authority() is None
    assert [entry.detail["after"].get("phone") for entry in trail("adjacent_authority_changed")] == [
        "0335 421-112",
        "112",
        "",
    ]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"name": ""}, "Isi nama"), ({"phone": ""}, "dapat ditelepon"), ({"phone": "11"}, "dapat ditelepon"),
     ({"phone": "telepon saja"}, "dapat ditelepon"), ({"name": "x" * 101}, "100")],
)  # fmt: skip
def test_a_wrong_neighbour_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], says: str) -> None:
    answer = save(as_user("tuti"), "/admin/areas/adjacent-authority", PUSDALOPS | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert adjacent_authority() is None


def test_the_second_of_two_administrators_is_told_about_the_neighbour(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    version = seen(tuti.get("/admin/areas/adjacent-authority"))
    assert tuti.post("/admin/areas/adjacent-authority", data=PUSDALOPS | {"seen": version}).status_code == 302
    answer = tuti.post("/admin/areas/adjacent-authority", data={"name": "B", "phone": "113", "seen": version})
    assert answer.status_code == 422
    assert "Sekarang berisi" in answer.text


@pytest.mark.parametrize("path", ["landmarks/search", "adjacent-authority"])
def test_nobody_but_an_administrator_sees_the_pages(as_user: AsUser, path: str) -> None:
    for username in EVERYONE_ELSE:
        assert as_user(username).get(f"/admin/areas/{path}").status_code == 403


def test_citizens_and_officers_are_offered_no_places(as_user: AsUser, app: Flask) -> None:
    for username in ("sari", "endang", "agus", "yusuf"):
        assert as_user(username).get("/places?q=alun2").status_code == 403
