"""A leader's form that was opened earlier takes away nothing that was written down since."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from meteor.residents import rules
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import seen
from tests.cast import Cast
from tests.conftest import Browser
from tests.residents.conftest import of

OWN = {"needs": ["disabled", "chronic_illness"], "health": "Diabetes, insulin di kulkas", "consent": "y"}
CHANGED = "Data ini baru saja diubah."


@pytest.fixture
def phone(as_user: Callable[[str], Browser]) -> Browser:
    return as_user("sari")


@pytest.fixture
def opened(endang: Browser, sari: Resident) -> dict[str, Any]:
    """What Bu Endang's form posts that she opened before Sari ticked anything."""
    version = seen(endang.get(f"/residents/{sari.id}/edit"))
    return {"name": "Sari W.", "phone": "0813 3000 0001", "nik": "", "seen": version}


def ticked(page: str) -> set[str]:
    return {
        field
        for one in re.findall(r"<input[^>]*\bchecked\b[^>]*>", page)
        for field in re.findall(r'value="(\w+)"', one)
    }


def test_ticks_of_the_citizen_outlive_a_form_that_the_leader_opened_before(
    phone: Browser, endang: Browser, sari: Resident, opened: dict[str, Any]
) -> None:
    phone.post("/residence/needs", data=OWN)
    answer = endang.post(f"/residents/{sari.id}/edit", data=opened)
    db.session.refresh(sari)
    assert (answer.status_code, sari.needs, sari.name) == (422, "disabled chronic_illness", "Sari Wulandari")
    assert "Orang lain telah mengubah data ini." in answer.text
    assert CHANGED in answer.text
    assert 'value="Sari W."' in answer.text


def test_the_form_comes_back_with_the_citizens_ticks_and_saves_them(
    phone: Browser, endang: Browser, sari: Resident, opened: dict[str, Any]
) -> None:
    phone.post("/residence/needs", data=OWN)
    answer = endang.post(f"/residents/{sari.id}/edit", data={**opened, "needs": ["elderly"], "consent": "y"})
    assert ticked(answer.text) == {"disabled", "chronic_illness", "y"}
    again = {**opened, "seen": seen(answer), "needs": ["disabled", "chronic_illness"], "consent": "y"}
    assert endang.post(f"/residents/{sari.id}/edit", data=again).status_code == 302
    after = of("Sari W.")
    assert (after.needs, after.health) == ("disabled chronic_illness", OWN["health"])


def test_an_error_in_the_form_hides_no_change(
    phone: Browser, endang: Browser, sari: Resident, opened: dict[str, Any]
) -> None:
    phone.post("/residence/needs", data=OWN)
    answer = endang.post(f"/residents/{sari.id}/edit", data={**opened, "name": ""})
    assert CHANGED in answer.text
    assert "Isi nama." in answer.text
    assert ticked(answer.text) == {"disabled", "chronic_illness", "y"}


def test_needs_that_were_taken_back_do_not_come_again(phone: Browser, endang: Browser, sari: Resident) -> None:
    phone.post("/residence/needs", data=OWN)
    version = seen(endang.get(f"/residents/{sari.id}/edit"))
    phone.post("/residence/needs", data={"health": ""})
    form = {"name": sari.name, "phone": sari.phone, "seen": version, "needs": OWN["needs"], "consent": "y"}
    answer = endang.post(f"/residents/{sari.id}/edit", data=form)
    db.session.refresh(sari)
    assert (answer.status_code, sari.needs, sari.needs_consent_at) == (422, "", None)
    assert ticked(answer.text) == set()


def test_after_a_change_of_something_else_the_ticks_are_the_registers_too(
    endang: Browser, sari: Resident, opened: dict[str, Any]
) -> None:
    sari.name = "Sari Wulandari Putri"
    answer = endang.post(f"/residents/{sari.id}/edit", data={**opened, "needs": ["elderly"], "consent": "y"})
    assert answer.status_code == 422
    assert "Sekarang berisi “Sari Wulandari Putri”." in answer.text
    assert CHANGED in answer.text
    assert ticked(answer.text) == set()


def test_a_position_from_the_map_outlives_a_form_of_the_home_that_was_opened_before(
    endang: Browser, cast: Cast
) -> None:
    home = rules.household_at(cast.rt(3), "Jl. Ikan Hiu 12")
    rules.enter(home, rules.Person("Budi Santoso"), cast.endang, now())
    version = seen(endang.get(f"/households/{home.id}/edit"))
    rules.edit_household(home, home.address, rules.Position(-7.7338, 113.2167, 12.0), cast.endang)
    form = {"address": "Jl. Ikan Hiu 12A", "position": "", "accuracy": "", "seen": version}
    answer = endang.post(f"/households/{home.id}/edit", data=form)
    db.session.refresh(home)
    assert (answer.status_code, home.latitude, home.address) == (422, -7.7338, "Jl. Ikan Hiu 12")
    assert "Sekarang berisi “-7.73380, 113.21670”." in answer.text
