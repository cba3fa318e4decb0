"""Nobody sees another RT: not by an address, not by an id in a form, not by a role that is not theirs."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.web.access import allowed_roles
from tests.cast import PEOPLE, Cast
from tests.conftest import Browser
from tests.residents.conftest import on_one_database

OF_A_RESIDENT = [
    ("GET", "/residents/{}"),
    ("GET", "/residents/{}/edit"),
    ("POST", "/residents/{}/edit"),
    ("POST", "/residents/{}/nik"),
    ("POST", "/residents/{}/household"),
    ("POST", "/residents/{}/departure"),
    ("POST", "/residents/{}/return"),
    ("POST", "/residents/{}/verification"),
    ("POST", "/residents/{}/connection"),
    ("POST", "/residents/{}/rejection"),
]
OF_A_HOUSEHOLD = [
    ("GET", "/households/{}"),
    ("GET", "/households/{}/edit"),
    ("POST", "/households/{}/edit"),
    ("POST", "/households/{}/position"),
    ("GET", "/residents/new?household={}"),
]
OF_THE_RT = [
    ("GET", "/residents"),
    ("GET", "/residents/new"),
    ("GET", "/residents/map"),
    ("POST", "/residents"),
    ("POST", "/residents/search"),
    ("GET", "/residents/sign-ups"),
    ("GET", "/residents/cards"),
    ("POST", "/residents/cards"),
    ("GET", "/residents/import"),
    ("GET", "/residents/import/template"),
    ("POST", "/residents/import"),
    ("POST", "/residents/import/confirmation"),
    ("POST", "/residents/export"),
]
FORM = {"name": "x", "address": "x", "day": "2026-01-01", "reason": "x"}


def ask(client: Browser, method: str, address: str, **form: str) -> int:
    return client.open(address, method=method, data={**FORM, **form} if method == "POST" else None).status_code


def state_of_everything() -> list[object]:
    tables = (Resident.__table__, Household.__table__, AuditEntry.__table__)
    return [list(db.session.execute(select(table).order_by(*table.primary_key))) for table in tables]


@on_one_database
def test_every_address_of_the_register_is_in_these_tables(app: Flask) -> None:
    written = {address.split("?")[0] for _, address in (*OF_A_RESIDENT, *OF_A_HOUSEHOLD, *OF_THE_RT)}
    there = {
        rule.rule.replace("<uuid:resident_id>", "{}").replace("<uuid:household_id>", "{}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/residents", "/households")) and allowed_roles(app, rule.endpoint) == {"rt_leader"}
        and not rule.endpoint.startswith("alerts.")
    }  # fmt: skip
    assert there == written


@pytest.mark.parametrize(("method", "address"), OF_A_RESIDENT)
def test_a_resident_of_another_rt_is_not_there(
    endang: Browser, slamet: Browser, sari: Resident, wahyu: Resident, method: str, address: str
) -> None:
    before = state_of_everything()
    assert ask(endang, method, address.format(wahyu.id)) == 404
    assert ask(slamet, method, address.format(sari.id)) == 404
    assert ask(endang, method, address.format(uuid4())) == 404
    assert ask(endang, method, address.format("1")) == 404
    assert state_of_everything() == before


@pytest.mark.parametrize(("method", "address"), OF_A_HOUSEHOLD)
def test_a_home_of_another_rt_is_not_there(
    endang: Browser, slamet: Browser, sari: Resident, wahyu: Resident, method: str, address: str
) -> None:
    before = state_of_everything()
    assert ask(endang, method, address.format(wahyu.household_id)) == 404
    assert ask(slamet, method, address.format(sari.household_id)) == 404
    assert ask(endang, method, address.format(uuid4())) == 404
    assert state_of_everything() == before


@pytest.mark.both_databases
def test_a_home_of_another_rt_cannot_be_named_in_a_form(
    endang: Browser, sari: Resident, karto: Resident, wahyu: Resident
) -> None:
    before = state_of_everything()
    assert ask(endang, "POST", "/residents", household=str(wahyu.household_id)) == 404
    assert ask(endang, "POST", "/residents", household="x") == 404
    # It is not among the homes that can be chosen.
    assert ask(endang, "POST", f"/residents/{sari.id}/household", household=str(wahyu.household_id)) == 422
    assert ask(endang, "POST", f"/residents/{karto.id}/connection", same_as=str(wahyu.id)) == 404
    assert ask(endang, "POST", "/residents/cards", resident=str(wahyu.id)) == 404
    assert ask(endang, "POST", "/residents/cards", resident="x") == 404
    assert state_of_everything() == before


@pytest.mark.parametrize("address", ["/residents", "/residents?q=wahyu", "/residents/sign-ups", "/residents/cards"])
def test_a_list_has_nobody_of_another_rt(endang: Browser, slamet: Browser, address: str) -> None:
    assert "Wahyu" not in endang.get(address).text
    assert "Sari" not in slamet.get(address).text.replace("q=sari", "")


def test_an_export_has_nobody_of_another_rt(endang: Browser, slamet: Browser) -> None:
    assert "Sari" in endang.post("/residents/export").text
    assert "Sari" not in slamet.post("/residents/export").text


@on_one_database
@pytest.mark.parametrize("username", [name for name, (_, _, roles) in PEOPLE.items() if "rt_leader" not in roles])
def test_nobody_but_a_leader_gets_in(as_user: Callable[[str], Browser], cast: Cast, username: str) -> None:
    client = as_user(username)
    sari = db.session.scalars(select(Resident).where(Resident.name == "Sari Wulandari")).one()
    own = [(method, address.format(sari.id)) for method, address in OF_A_RESIDENT]
    homes = [(method, address.format(sari.household_id)) for method, address in OF_A_HOUSEHOLD]
    before = state_of_everything()
    for method, address in (*own, *homes, *OF_THE_RT):
        assert ask(client, method, address) == 403, (method, address)
    assert state_of_everything() == before


@on_one_database
def test_the_signed_out_are_asked_to_sign_in(nobody: Browser, sari: Resident) -> None:
    before = state_of_everything()
    for method, address in (*OF_A_RESIDENT, *OF_A_HOUSEHOLD, *OF_THE_RT):
        expected = 302 if method == "GET" else 401
        assert ask(nobody, method, address.format(sari.id)) == expected, (method, address)
    assert state_of_everything() == before


@on_one_database
def test_every_action_needs_a_token(endang: Browser, sari: Resident) -> None:
    before = state_of_everything()
    for method, address in (*OF_A_RESIDENT, *OF_A_HOUSEHOLD, *OF_THE_RT):
        if method == "POST":
            asked = address.format(sari.household_id if address.startswith("/households") else sari.id)
            assert endang.post(asked, data=FORM, csrf=False).status_code == 400, asked
    assert state_of_everything() == before
