"""Secrets at rest: sealed to their row and column, found without being opened."""

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from meteor.residents.models import Resident
from meteor.store import secrets
from meteor.store.database import db
from tests.cast import Cast

NIK = "3574034107880002"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_keys", {})
    secrets.configure(b"d" * 32, b"i" * 32)


@given(st.text())
def test_what_was_sealed_is_read_again(words: str) -> None:
    row = uuid4()
    assert secrets.unseal(secrets.seal(words, "residents.nik", row), "residents.nik", row) == words


def test_it_opens_in_no_other_row_or_column() -> None:
    row = uuid4()
    sealed = secrets.seal(NIK, "residents.nik", row)
    with pytest.raises(InvalidTag):
        secrets.unseal(sealed, "residents.nik", uuid4())
    with pytest.raises(InvalidTag):
        secrets.unseal(sealed, "residents.phone", row)


def test_a_changed_byte_is_noticed() -> None:
    row = uuid4()
    sealed = bytearray(secrets.seal(NIK, "residents.nik", row))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        secrets.unseal(bytes(sealed), "residents.nik", row)


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    row = uuid4()
    assert secrets.seal(NIK, "residents.nik", row) != secrets.seal(NIK, "residents.nik", row)


def test_the_index_is_equal_for_equal_texts_in_one_column_only() -> None:
    assert secrets.blind_index(NIK, "residents.nik") == secrets.blind_index(NIK, "residents.nik")
    assert secrets.blind_index(NIK, "residents.nik") != secrets.blind_index(NIK, "residents.phone")


@pytest.mark.both_databases
def test_a_resident_is_found_by_nik_and_the_database_never_sees_it(app: Flask, cast: Cast) -> None:
    resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.wahyu.id)).one()
    resident.nik = NIK
    db.session.commit()
    index = secrets.blind_index(NIK, "residents.nik")
    assert db.session.scalars(select(Resident).where(Resident.nik_index == index)).one().nik == NIK
    raw = db.session.execute(text("select nik_sealed from residents where user_id = :id"), {"id": cast.wahyu.id}).one()
    assert NIK.encode() not in bytes(raw.nik_sealed)
    resident.nik = None
    assert (resident.nik_sealed, resident.nik_index) == (None, None)
