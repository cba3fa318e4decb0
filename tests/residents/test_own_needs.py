"""Citizens say themselves what those who come should know."""

from collections.abc import Callable

import pytest

from meteor.residents.models import Resident
from meteor.residents.sign_ups import set_residence
from meteor.store.database import db
from tests.admin import save
from tests.cast import Cast
from tests.conftest import Browser
from tests.residents.conftest import actions

TYPED = {"needs": ["disabled", "chronic_illness"], "health": "Diabetes, insulin di kulkas", "consent": "y"}


@pytest.fixture
def phone(as_user: Callable[[str], Browser]) -> Browser:
    return as_user("sari")


def test_needs_are_kept_sealed_and_shown_again(phone: Browser, sari: Resident) -> None:
    assert phone.post("/residence/needs", data=TYPED).status_code == 303
    db.session.refresh(sari)
    assert (sari.needs, sari.health) == ("disabled chronic_illness", "Diabetes, insulin di kulkas")
    assert b"insulin" not in (sari.health_sealed or b"")
    assert "Diabetes, insulin di kulkas" in phone.get("/residence").text
    assert actions(f"residents:{sari.id}") == ["own_needs_set"]


def test_without_consent_nothing_is_kept(phone: Browser, sari: Resident) -> None:
    answer = phone.post("/residence/needs", data={**TYPED, "consent": ""})
    assert (answer.status_code, sari.needs) == (422, "")
    assert 'id="consent-error"' in answer.text
    assert "Diabetes, insulin di kulkas" in answer.text


def test_consent_is_taken_back_with_all_that_was_kept(phone: Browser, sari: Resident) -> None:
    phone.post("/residence/needs", data=TYPED)
    assert phone.post("/residence/needs", data={"health": ""}).status_code == 303
    db.session.refresh(sari)
    assert (sari.needs, sari.health, sari.needs_consent_at) == ("", None, None)


def test_a_text_that_no_crew_reads_on_the_way_is_refused_at_its_field(phone: Browser, sari: Resident) -> None:
    answer = phone.post("/residence/needs", data={**TYPED, "health": "x" * 301})
    assert (answer.status_code, sari.health) == (422, None)
    assert 'id="health-error"' in answer.text


def test_the_leader_reads_no_word_of_it(phone: Browser, endang: Browser, sari: Resident) -> None:
    phone.post("/residence/needs", data=TYPED)
    page = endang.get(f"/residents/{sari.id}").text
    assert "Disabilitas" in page
    assert "insulin" not in page


def test_who_moves_takes_it_along(cast: Cast, phone: Browser, sari: Resident) -> None:
    phone.post("/residence/needs", data=TYPED)
    set_residence(cast.sari, cast.rt(4), "Jl. Ikan Hiu 2")
    db.session.commit()
    moved = db.session.query(Resident).filter_by(user_id=cast.sari.id).one()
    assert (moved.id != sari.id, moved.needs, moved.health) == (True, "disabled chronic_illness", TYPED["health"])
    assert (sari.needs, sari.health, sari.needs_consent_at) == ("", None, None)


def test_who_has_said_no_home_has_no_needs_either(phone: Browser, sari: Resident) -> None:
    sari.user_id = None
    db.session.commit()
    assert phone.post("/residence/needs", data=TYPED).status_code == 404


def test_a_leaders_edit_takes_nothing_of_it_away(phone: Browser, endang: Browser, sari: Resident) -> None:
    phone.post("/residence/needs", data=TYPED)
    save(endang, f"/residents/{sari.id}/edit", {"name": sari.name, "phone": sari.phone, "nik": ""})
    db.session.refresh(sari)
    assert (sari.health, sari.needs_consent_at is not None) == (TYPED["health"], True)
