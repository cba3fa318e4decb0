"""The page of a failure offers 112 to all but the room that answers it, without asking the database."""

import errno
from collections.abc import Callable
from functools import wraps
from typing import NoReturn

import pytest
from flask import Flask

from meteor.accounts.views import admission
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]

FAILURES = pytest.mark.parametrize(
    ("error", "code"), [(ZeroDivisionError(), 500), (OSError(errno.ENOSPC, "No space left"), 503)]
)


@pytest.fixture
def failing(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Lets the page of the own account fail, after its user was let in."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def fail_with(error: Exception) -> None:
        endpoint = app.url_map.bind("").match("/account")[0]

        @wraps(app.view_functions[endpoint])
        def view() -> NoReturn:
            raise error

        monkeypatch.setitem(app.view_functions, endpoint, view)

    return fail_with


@FAILURES
@pytest.mark.parametrize("username", ["maya", "komang", "hadi"])
def test_the_112_room_is_not_told_to_call_itself(
    as_user: AsUser, failing: Callable[[Exception], None], username: str, error: Exception, code: int
) -> None:
    browser = as_user(username)
    failing(error)
    answer = browser.get("/account")
    assert answer.status_code == code
    assert "112" not in answer.text
    assert "Coba lagi" in answer.text


@FAILURES
@pytest.mark.parametrize("username", ["sari", "endang", "agus", "toko"])
def test_all_others_are_offered_112(
    as_user: AsUser, failing: Callable[[Exception], None], username: str, error: Exception, code: int
) -> None:
    browser = as_user(username)
    failing(error)
    answer = browser.get("/account")
    assert answer.status_code == code
    assert 'href="tel:112"' in answer.text
    assert "hubungi 112" in answer.text


def test_a_user_who_cannot_be_looked_up_is_offered_112(
    app: Flask, as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_user("maya")
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def away(key: str) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(admission.sessions, "user_of_session", away)
    answer = browser.get("/account")
    assert answer.status_code == 500
    assert 'href="tel:112"' in answer.text


@FAILURES
def test_the_page_looks_up_no_user(
    app: Flask,
    as_user: AsUser,
    failing: Callable[[Exception], None],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: int,
) -> None:
    browser = as_user("maya")
    failing(error)
    monkeypatch.setitem(app.jinja_env.globals, "in_call_centre", lambda: pytest.fail("the user was looked up"))
    assert browser.get("/account").status_code == code
