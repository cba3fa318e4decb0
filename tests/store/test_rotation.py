"""Keys are rotated while METEOR runs: old ones only read, until everything is sealed and indexed anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from app import create_app
from meteor.clients import rules as clients
from meteor.clients.models import ApiClient
from meteor.premises.models import Contact
from meteor.residents import claims, imports, register, rules, sign_ups
from meteor.residents.models import Resident
from meteor.residents.rules import Person
from meteor.store import rotation, secrets
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import trail
from tests.cast import Cast
from tests.conftest import KEYS, Backend
from tests.premises.places import PHRASE, shop

pytestmark = pytest.mark.both_databases

NIK = "3574034107880002"
OLD = tuple(bytes.fromhex(KEYS[f"METEOR_{name}_KEY"]) for name in ("DATA", "INDEX"))  # those of the cast
NEW = (b"D" * 32, b"I" * 32)


@pytest.fixture(autouse=True)
def keys(backend: Backend) -> Iterator[None]:
    """The old pair, and afterwards again what the other tests use. A backend that starts sets its own."""
    before = {name: list(values) for name, values in secrets._keys.items()}
    secrets.configure(*OLD)
    yield
    secrets._keys.clear()
    secrets._keys.update(before)


def change_keys() -> None:
    """As a restart with new keys does."""
    db.session.commit()
    secrets.configure(*NEW, OLD[:1], OLD[1:])


def forget_old_keys() -> None:
    db.session.commit()
    secrets.configure(*NEW)


def rotate(app: Flask, *options: str) -> str:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["rotate-key", *options])
    assert result.exit_code == 0, result.output
    db.session.expire_all()
    return result.output


@pytest.fixture
def sari(app: Flask, cast: Cast) -> Resident:
    """Sari in the register of RT 03, with a NIK under the old keys."""
    resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
    resident.nik = NIK
    db.session.commit()
    return resident


def test_a_value_names_its_keys_and_is_read_under_old_ones() -> None:
    row = uuid4()
    sealed = secrets.seal(NIK, "residents.nik", row)
    assert sealed.startswith(secrets.prefix())
    secrets.configure(*NEW, OLD[:1], OLD[1:])
    assert secrets.unseal(sealed, "residents.nik", row) == NIK
    assert (secrets.old_keys_of(sealed[: secrets.PREFIX_BYTES]), secrets.rotating()) == ((1, 1), True)
    assert not secrets.seal(NIK, "residents.nik", row).startswith(sealed[: secrets.PREFIX_BYTES])


def test_a_value_from_before_keys_had_names_is_read() -> None:
    row, nonce = uuid4(), b"\x01" + b"n" * 11
    sealed = nonce + AESGCM(OLD[0]).encrypt(nonce, NIK.encode(), f"residents.nik:{row}".encode())
    assert secrets.unseal(sealed, "residents.nik", row) == NIK
    secrets.configure(*NEW, OLD[:1], OLD[1:])
    assert secrets.unseal(sealed, "residents.nik", row) == NIK


def test_everything_is_sealed_and_indexed_anew_and_old_keys_are_needed_no_more(app: Flask, sari: Resident) -> None:
    premises = shop()
    change_keys()
    assert "Still needed: key 1 of METEOR_DATA_KEY_OLD, key 1 of METEOR_INDEX_KEY_OLD" in rotate(app, "--status")
    said = rotate(app)
    assert "residents.nik: 1 of 1" in said
    assert "No sealed value needs an old key" in said
    forget_old_keys()
    assert (sari.nik, sari.nik_index) == (NIK, secrets.blind_index(NIK, "residents.nik"))
    assert db.session.scalars(select(Contact).where(Contact.premises_id == premises.id)).one().pass_phrase == PHRASE
    assert trail("keys_rotated")[0].detail == {"premises_contacts.pass_phrase": 1, "residents.nik": 1}
    rotate(app)
    assert len(trail("keys_rotated")) == 1, "there was nothing to do"


def test_it_goes_on_where_it_was_ended(app: Flask, sari: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    rules.enter(sari.household, Person("Joko", nik="3574031203800001"), sari.user, now())  # type: ignore[arg-type]
    change_keys()
    monkeypatch.setattr(rotation, "BATCH", 1)
    column = next(column for column in rotation.columns() if column.label == "residents.nik")
    assert rotation.step(column) == 1
    db.session.commit()
    assert rotation.left()["residents.nik"] == 1
    assert "residents.nik: 1 of 1" in rotate(app)
    assert set(rotation.left().values()) == {0}


def test_another_index_key_alone_is_rotated_too(app: Flask, sari: Resident) -> None:
    db.session.commit()
    secrets.configure(OLD[0], NEW[1], (), OLD[1:])
    rotate(app)
    secrets.configure(OLD[0], NEW[1])
    assert (sari.nik, sari.nik_index) == (NIK, secrets.blind_index(NIK, "residents.nik"))


def test_a_value_that_no_key_opens_is_named(app: Flask, sari: Resident) -> None:
    forget_old_keys()
    result = app.test_cli_runner().invoke(args=["rotate-key"])
    assert (result.exit_code, "residents.nik: a value opens with none of the keys" in result.output) == (1, True)


def test_a_nik_is_found_and_registered_once_while_keys_are_rotated(app: Flask, cast: Cast, sari: Resident) -> None:
    rt = cast.rt(3)
    change_keys()
    assert register.with_nik(rt, NIK) == sari
    waiting = db.session.scalars(select(Resident).where(Resident.name == "Karto Suwiryo")).one()
    waiting.nik = NIK
    assert sign_ups.has_anothers_nik(waiting)
    with pytest.raises(rules.NikTaken):
        rules.enter(sari.household, Person("Sari Lagi", nik=NIK), cast.endang, now())
    file = f"alamat,nama,nik,telepon,kebutuhan,persetujuan,posisi\nJl. Baru 1,Orang Lain,{NIK},,,,\n"
    assert [problem.column for problem in imports.draft(file.encode(), rt).problems] == ["nik"]


def test_a_claim_card_is_good_while_its_index_key_is_there(app: Flask, cast: Cast, sari: Resident) -> None:
    card = claims.make_card(sari, cast.endang, now())
    db.session.commit()
    change_keys()
    assert claims.claimant(card.code, now() + timedelta(days=1)) == sari
    asked = claims.ask_back(sari, card.code, "+6281234567890", "kata sandi yang baru", now())
    assert claims.request_of(card.code) == asked


def test_the_secret_of_a_webhook_stays_the_same(app: Flask) -> None:
    client = ApiClient(name="Sentral", webhook_url="https://partner.example/hook", webhook_salt="ab" * 16)
    db.session.add(client)
    db.session.commit()
    before = clients.webhook_secret(client)
    change_keys()
    assert clients.webhook_secret(client) == before
    rotate(app)
    forget_old_keys()
    assert clients.webhook_secret(client) == before


def test_a_session_under_the_old_secret_key_goes_on(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    cookie = SecureCookieSessionInterface().get_signing_serializer(app).dumps({"a": 1})  # type: ignore[union-attr]
    fresh = create_app(replace(settings, secret_key=b"S" * 32, old_secret_keys=(settings.secret_key,)))
    serializer = SecureCookieSessionInterface().get_signing_serializer(fresh)
    assert serializer is not None
    assert serializer.loads(cookie) == {"a": 1}
