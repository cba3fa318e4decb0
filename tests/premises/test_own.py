"""A business and its own premises: what it may change, and that it sees no other's."""

from collections.abc import Callable

import pytest

from meteor.store.database import db
from tests.admin import save, trail
from tests.conftest import Browser
from tests.premises.places import PHRASE, shop

AsUser = Callable[[str], Browser]


def test_with_one_place_the_list_leads_to_it_and_with_two_it_shows_both(as_user: AsUser) -> None:
    toko, known = as_user("toko"), shop()
    assert toko.get("/premises").location == f"/premises/{known.id}"
    shop("Toko Emas Bromo")
    shop("Bank Demo", owner="")
    page = toko.get("/premises").text
    assert "Toko Emas Semeru" in page
    assert "Toko Emas Bromo" in page
    assert "Bank Demo" not in page


def test_without_a_place_it_is_said_who_gives_one(as_user: AsUser) -> None:
    assert "Administrator kota" in as_user("toko").get("/premises").text


def test_a_business_changes_its_hours_and_hazards_and_nothing_else(as_user: AsUser) -> None:
    toko, known = as_user("toko"), shop()
    values = {"monday": "09-17", "hazards": "Anjing", "name": "Istana", "latitude": "0", "active": ""}
    assert save(toko, f"/premises/{known.id}", values).status_code == 302
    db.session.expire_all()
    assert known.opening_hours == [[["09:00", "17:00"]], *[[["08:00", "16:00"]]] * 5, []]
    assert known.hazards == "Anjing"
    assert (known.name, known.active) == ("Toko Emas Semeru", True)
    assert trail("premises_changed")[0].actor_name == "Toko Emas Semeru"


def test_a_business_says_whom_to_call(as_user: AsUser) -> None:
    toko, known = as_user("toko"), shop()
    url = f"/premises/{known.id}/contacts/{known.contacts[0].id}"
    values = {"name": "Bu Lina", "phone": "0812 3450 0009", "position": "1", "pass_phrase": "embun"}
    assert save(toko, url, values).location == f"/premises/{known.id}"
    page = toko.get(f"/premises/{known.id}").text
    assert "0812-3450-0009" in page
    assert PHRASE not in page
    assert "embun" not in page


def test_wrong_hours_are_refused_by_their_day(as_user: AsUser) -> None:
    known = shop()
    answer = save(as_user("toko"), f"/premises/{known.id}", {"friday": "pagi", "hazards": "Anjing"})
    assert answer.status_code == 422
    assert 'id="friday-error"' in answer.text
    assert "Anjing" in answer.text


@pytest.mark.parametrize("active", [True, False])
def test_premises_of_others_and_those_that_are_not_active_are_not_found(as_user: AsUser, active: bool) -> None:
    other = shop("Bank Demo", owner="" if active else "toko", active=active)
    contact = f"/premises/{other.id}/contacts/{other.contacts[0].id}"
    toko = as_user("toko")
    for address in (f"/premises/{other.id}", contact, f"/premises/{other.id}/contacts/new"):
        assert toko.get(address).status_code == 404
        assert toko.post(address, data={"name": "X"}).status_code == 404
    assert toko.post(f"{contact}/removal").status_code == 404
