"""Clients of the API: shown their token once, rotated with an overlap, shut out at once, kept by administrators."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.clients import rules
from meteor.clients.models import ApiClient, ClientToken
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import followed, save, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]

VALUES = {"name": "Sentral 112", "scopes": ["calls:write", "calls:read"], "per_minute": "60"}


def made(**changes: object) -> tuple[ApiClient, str]:
    values = {"name": "Sentral 112", "scopes": ["calls:write"], "per_minute": 60} | changes
    client, token = rules.new(values, now(), None)
    db.session.commit()
    return client, token


def known(name: str = "Sentral 112") -> ApiClient:
    db.session.expire_all()
    return db.session.scalars(select(ApiClient).where(ApiClient.name == name)).one()


def shown_token(page: str) -> str:
    found = re.search(r'value="(meteor_[\w-]{40,})"', page)
    assert found
    return found[1]


def test_the_command_prints_the_token_alone_on_its_last_line(app: Flask) -> None:
    asked = ["api-client", "new", "--name", "Sentral 112", "--scopes", "calls:write,incidents:read"]
    printed = app.test_cli_runner().invoke(args=asked)
    caller = rules.authenticate(printed.output.splitlines()[-1], now())
    assert printed.exit_code == 0
    assert caller is not None
    assert (caller.name, caller.scopes) == ("Sentral 112", {"calls:write", "incidents:read"})


def test_the_command_names_the_scopes_that_there_are(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["api-client", "new", "--name", "X", "--scopes", "calls:delete"])
    assert printed.exit_code == 1
    assert "calls:write,calls:read,incidents:write" in printed.output


def test_the_command_makes_no_second_client_of_one_name(app: Flask) -> None:
    made()
    asked = ["api-client", "new", "--name", "sentral 112", "--scopes", "calls:read"]
    printed = app.test_cli_runner().invoke(args=asked)
    db.session.rollback()
    assert printed.exit_code == 1
    assert "taken" in printed.output


def test_the_command_rotates(app: Flask) -> None:
    _, old = made()
    printed = app.test_cli_runner().invoke(args=["api-client", "rotate", "--name", "Sentral 112"])
    db.session.rollback()
    assert rules.authenticate(printed.output.splitlines()[-1], now())
    assert rules.authenticate(old, now() + rules.OVERLAP / 2)
    assert rules.authenticate(old, now() + rules.OVERLAP) is None


@pytest.mark.both_databases
def test_a_token_is_kept_only_as_its_hash(app: Flask) -> None:
    _, token = made()
    row = db.session.scalars(select(ClientToken)).one()
    assert token not in str(vars(row))
    assert len(row.digest) == 64


@pytest.mark.parametrize("token", ["", "meteor_", "x" * 5000, "tökèn\ud800"])
def test_what_is_no_token_is_nobodys(app: Flask, token: str) -> None:
    made()
    assert rules.authenticate(token, now()) is None


def test_a_rotation_never_makes_an_old_token_live_longer(app: Flask) -> None:
    client, token = made()
    rules.rotate(client, timedelta(hours=1), now(), None)
    rules.rotate(client, timedelta(days=7), now(), None)
    db.session.commit()
    assert rules.authenticate(token, now() + timedelta(hours=2)) is None


def test_a_token_is_noted_as_used_once_a_minute(app: Flask) -> None:
    _, token = made()
    first = now()
    for at in (first, first + timedelta(seconds=59), first + timedelta(seconds=61)):
        caller = rules.authenticate(token, at)
        assert caller is not None
        rules.note_use(caller, at)
        db.session.expire_all()
        used = db.session.scalars(select(ClientToken.last_used_at)).one()
        db.session.rollback()
        assert used == (at if at != first + timedelta(seconds=59) else first)


def test_the_first_use_of_a_token_on_each_day_is_in_the_audit_log(app: Flask) -> None:
    client, token = made()
    midnight = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # in the city
    for seconds in (-200, -100, 100, 200):
        at = midnight + timedelta(seconds=seconds)
        caller = rules.authenticate(token, at)
        assert caller is not None
        rules.note_use(caller, at)
        rules.note_use(caller, at)  # a second request that read the row before the first wrote it
    entries = trail("client_token_used")
    assert [entry.subject for entry in entries] == [f"api_clients:{client.id}"] * 2
    assert entries[0].detail == {"client": "Sentral 112", "token": client.tokens[0].id}


def test_an_administrator_makes_a_client_and_sees_its_token_once(cast: Cast, as_user: AsUser) -> None:
    tuti = as_user("tuti")
    answer = tuti.post("/admin/clients/new", data=VALUES)
    token = shown_token(answer.text)
    assert answer.status_code == 201
    assert rules.authenticate(token, now())
    assert token not in tuti.get(f"/admin/clients/{known().id}").text
    assert trail("client_added")[0].detail["after"]["scopes"] == ["calls:read", "calls:write"]


def test_a_name_that_is_taken_is_said(cast: Cast, as_user: AsUser) -> None:
    made()
    answer = as_user("tuti").post("/admin/clients/new", data=VALUES | {"name": "SENTRAL 112"})
    assert answer.status_code == 422
    assert "Klien lain sudah memakai nama ini." in answer.text


@pytest.mark.parametrize("changes", [{"name": ""}, {"scopes": []}, {"scopes": ["root"]}, {"per_minute": "0"}])
def test_a_form_with_a_gap_makes_no_client(cast: Cast, as_user: AsUser, changes: dict[str, object]) -> None:
    answer = as_user("tuti").post("/admin/clients/new", data=VALUES | changes)
    assert answer.status_code == 422
    assert db.session.scalars(select(ApiClient)).all() == []


def test_scopes_are_changed_and_the_change_is_in_the_audit_log(cast: Cast, as_user: AsUser) -> None:
    client, token = made()
    tuti = as_user("tuti")
    answer = save(tuti, f"/admin/clients/{client.id}", VALUES | {"scopes": ["calls:read"]})
    assert "Perubahan tersimpan." in followed(tuti, answer)
    caller = rules.authenticate(token, now())
    assert caller is not None
    assert caller.scopes == {"calls:read"}
    assert trail("client_changed")[0].detail["before"] == {"scopes": ["calls:write"]}


def test_over_somebody_elses_change_nothing_is_saved_unseen(cast: Cast, as_user: AsUser) -> None:
    client, _ = made()
    answer = as_user("tuti").post(f"/admin/clients/{client.id}", data=VALUES | {"seen": "old"})
    assert answer.status_code == 422
    assert known().scopes == ["calls:write"]


def test_an_administrator_rotates_with_the_overlap_that_they_choose(cast: Cast, as_user: AsUser) -> None:
    client, old = made()
    answer = as_user("tuti").post(f"/admin/clients/{client.id}/tokens", data={"days": "2"})
    assert rules.authenticate(shown_token(answer.text), now())
    assert rules.authenticate(old, now() + timedelta(days=1))
    assert rules.authenticate(old, now() + timedelta(days=2)) is None


def test_an_overlap_of_years_is_refused(cast: Cast, as_user: AsUser) -> None:
    client, _ = made()
    assert as_user("tuti").post(f"/admin/clients/{client.id}/tokens", data={"days": "1000"}).status_code == 422
    assert len(known().tokens) == 1


def test_a_token_is_ended_at_once(cast: Cast, as_user: AsUser) -> None:
    client, token = made()
    address = f"/admin/clients/{client.id}/tokens/{client.tokens[0].id}/revocation"
    assert as_user("tuti").post(address).status_code == 302
    assert rules.authenticate(token, now()) is None


@pytest.mark.both_databases
def test_a_token_is_not_found_through_another_client(cast: Cast, as_user: AsUser) -> None:
    client, token = made()
    other, _ = made(name="Lain")
    address = f"/admin/clients/{other.id}/tokens/{client.tokens[0].id}/revocation"
    assert as_user("tuti").post(address).status_code == 404
    assert rules.authenticate(token, now())


def test_a_disabled_client_is_let_in_again_with_the_same_token(cast: Cast, as_user: AsUser) -> None:
    client, token = made()
    tuti = as_user("tuti")
    tuti.post(f"/admin/clients/{client.id}/disabling")
    assert rules.authenticate(token, now()) is None
    tuti.post(f"/admin/clients/{client.id}/enabling")
    assert rules.authenticate(token, now())


@pytest.mark.both_databases
def test_the_list_says_when_a_client_was_last_heard(cast: Cast, as_user: AsUser) -> None:
    _, token = made()
    caller = rules.authenticate(token, now())
    assert caller is not None
    rules.note_use(caller, now())
    page = as_user("tuti").get("/admin/clients").text
    assert "Sentral 112" in page
    assert "lalu" in page
