"""What the city's IT types on the server."""

from collections.abc import Callable

from flask import Flask

from meteor.accounts import rules
from meteor.store.database import db
from tests.cast import Cast
from tests.conftest import Browser


def test_the_first_administrator_gets_a_link_to_a_password(
    app: Flask, cast: Cast, as_user: Callable[[str], Browser]
) -> None:
    printed = app.test_cli_runner().invoke(args=["new-admin", "kepala-it", "Kepala TI"])
    link = printed.output.splitlines()[-1]
    assert as_user("").get(link).status_code == 200
    opened = rules.invitation(link.rpartition("/")[2])
    assert opened is not None
    assert opened.user.role_names == {"admin"}


def test_a_user_name_that_is_taken_makes_no_administrator(app: Flask, cast: Cast) -> None:
    printed = app.test_cli_runner().invoke(args=["new-admin", "sari", "Sari"])
    db.session.rollback()
    assert printed.exit_code == 1
    assert "the user name sari is taken" in printed.output
    assert cast.sari.role_names == {"citizen"}
