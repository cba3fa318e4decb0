"""Statements about a list of ids that are made once."""

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.store.database import db
from meteor.store.id_lists import SOME, listed, of_each
from tests.cast import Cast

pytestmark = pytest.mark.both_databases

NAMES = select(User.id, User.name).where(listed(User.id)).order_by(User.id)


def test_the_rows_are_those_of_the_ids_and_an_id_without_a_row_has_none(cast: Cast) -> None:
    assert dict(of_each(NAMES, {cast.agus.id, 0, 10**6})) == {cast.agus.id: cast.agus.name}
    assert not [*of_each(NAMES, [])]


@pytest.mark.parametrize("count", [SOME, SOME + 1])
def test_a_list_may_be_longer_than_a_statement(app: Flask, count: int) -> None:
    db.session.add_all(User(username=f"penduduk-{number}", name="Penduduk") for number in range(count))
    db.session.flush()
    ids = db.session.scalars(select(User.id).where(User.name == "Penduduk").order_by(User.id)).all()
    assert [row[0] for row in of_each(NAMES, ids)] == ids
