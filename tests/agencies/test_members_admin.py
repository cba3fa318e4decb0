"""The administrator's pages about which officer works for which agency."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from meteor.agencies import rules
from meteor.agencies.membership import agency_of
from meteor.agencies.models import Agency
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]


def agency(code: str) -> Agency:
    return db.session.scalars(select(Agency).where(Agency.code == code)).one()


def test_an_officer_moves_to_another_agency_and_crews_its_units(as_user: AsUser, cast: Cast) -> None:
    url = f"/admin/members/{cast.agus.id}"
    assert save(as_user("tuti"), url, {"agency_id": agency("DAMKAR").id}).status_code == 302
    db.session.expire_all()
    assert [unit.call_sign for unit in rules.units_for(cast.agus)] == ["DAMKAR-01"]
    assert trail("member_changed")[0].detail == {"before": {"agency": "POLRES"}, "after": {"agency": "DAMKAR"}}


def test_an_officer_leaves_every_agency_and_is_added_again_by_phone_number(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    assert save(tuti, f"/admin/members/{cast.agus.id}", {"agency_id": "0"}).status_code == 302
    assert agency_of(cast.agus) is None
    form = {"username": "0813 3000 0006", "agency_id": agency("POLRES").id}
    assert tuti.post("/admin/members/new", data=form).status_code == 302
    assert agency_of(cast.agus) == agency("POLRES")


def test_only_an_officer_works_for_an_agency(as_user: AsUser, cast: Cast) -> None:
    form = {"username": "sari", "agency_id": agency("POLRES").id}
    answer = as_user("tuti").post("/admin/members/new", data=form)
    assert answer.status_code == 422
    assert "belum berperan “Petugas”" in answer.text
    assert agency_of(cast.sari) is None


def test_somebody_who_is_no_user_is_not_added(as_user: AsUser) -> None:
    answer = as_user("tuti").post("/admin/members/new", data={"username": "siapa", "agency_id": agency("POLRES").id})
    assert answer.status_code == 422
    assert "Pengguna ini tidak ada" in answer.text
    assert 'value="siapa"' in answer.text


@pytest.mark.parametrize("to", ["DAMKAR", ""])
def test_an_officer_on_duty_stays_with_their_agency(as_user: AsUser, cast: Cast, to: str) -> None:
    rules.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    answer = save(as_user("tuti"), f"/admin/members/{cast.agus.id}", {"agency_id": agency(to).id if to else 0})
    assert answer.status_code == 422
    assert "sedang bertugas di TRAIL-01" in answer.text
    assert agency_of(cast.agus) == agency("POLRES")


def test_the_second_of_two_administrators_is_told(as_user: AsUser, cast: Cast) -> None:
    url, tuti = f"/admin/members/{cast.agus.id}", as_user("tuti")
    version = seen(tuti.get(url))
    assert save(tuti, url, {"agency_id": agency("DAMKAR").id}).status_code == 302
    answer = tuti.post(url, data={"agency_id": agency("PSC119").id, "seen": version})
    assert answer.status_code == 422
    assert "Sekarang berisi “Damkar”" in answer.text


@pytest.mark.both_databases
def test_the_list_says_who_is_on_duty_where(as_user: AsUser, cast: Cast) -> None:
    rules.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    page = as_user("tuti").get("/admin/members?agency=POLRES").text
    assert ">TRAIL-01</a>" in page
    assert "Dewi" not in page
    card = as_user("tuti").get(f"/admin/members/{cast.agus.id}/card").text
    assert "TRAIL-01" in card
    assert "Polres Probolinggo Kota" in card


@pytest.mark.parametrize("page", ["/admin/units/new", "/admin/members/new"])
def test_a_new_unit_or_officer_has_no_agency_until_one_is_chosen(as_user: AsUser, page: str) -> None:
    select = as_user("tuti").get(page).text.partition('id="agency_id"')[2].partition("</select>")[0]
    assert 'value="0">Pilih instansi</option>' in select
    assert select.count(" selected") == 0


def test_an_officer_is_not_added_without_an_agency(as_user: AsUser, cast: Cast) -> None:
    answer = as_user("tuti").post("/admin/members/new", data={"username": "agus", "agency_id": "0"})
    assert answer.status_code == 422
    assert "agency_id-error" in answer.text
    assert agency_of(cast.agus) == agency("POLRES")
