"""A NUL, which PostgreSQL cannot keep, is taken out of what is typed; all else stays as it was typed."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.store.database import db
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]


def test_a_note_with_a_nul_is_kept_without_it(as_user: AsUser, cast: Cast) -> None:
    where = f"/incidents/{report(cast).number}"
    assert as_user("komang").post(f"{where}/notes", data={"note": "Pagar\0 terkunci."}).status_code == 303
    assert "Pagar terkunci." in as_user("komang").get(where).text


def test_a_name_with_a_nul_is_kept_without_it(as_user: AsUser, cast: Cast) -> None:
    typed = {"name": "Budi\0 Santoso", "username": "budi", "phone": "\0", "roles": "citizen"}
    assert as_user("tuti").post("/admin/users/new", data=typed).status_code == 201
    assert db.session.scalars(select(User.name).where(User.username == "budi")).one() == "Budi Santoso"


def test_nothing_but_a_nul_is_nothing_typed(as_user: AsUser, cast: Cast) -> None:
    assert as_user("komang").post(f"/incidents/{report(cast).number}/notes", data={"note": "\0"}).status_code == 422


def test_who_searches_with_a_nul_finds_what_they_meant(as_user: AsUser, cast: Cast) -> None:
    answer = as_user("tuti").get("/admin/users?q=Sari%00+Wulandari")
    assert answer.status_code == 200
    assert "0813-3000-0001" in answer.text


def test_who_signs_in_with_a_nul_is_answered(as_user: AsUser, cast: Cast) -> None:
    assert as_user("").post("/sign-in", data={"username": "sa\0ri", "password": "\0"}).status_code == 422


@pytest.mark.parametrize(
    "address",
    ["/incidents/26%00", "/incidents/%00/units", "/admin/capabilities/%00", "/claims/%00", "/invitations/%00"],
)
def test_an_address_with_a_nul_leads_nowhere(as_user: AsUser, cast: Cast, address: str) -> None:
    assert as_user("tuti" if "admin" in address else "komang").get(address).status_code == 404


def test_all_else_is_read_as_it_was_typed(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as session:
        session["csrf_token"] = "a" * 40
    typed = {"name": " Sari\r\n\tAyu \x01 🚒", "file": (BytesIO(b"\0"), "a.txt")}
    assert visitor.post("/typed", data=typed).json == {"name": " Sari\r\n\tAyu \x01 🚒"}
