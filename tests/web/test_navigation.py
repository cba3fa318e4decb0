"""The header leads each user where their work is, and nobody elsewhere."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_login import login_user, logout_user

from meteor.web.navigation import here, nav_items
from meteor.web.package import NavigationEntry
from tests.cast import user

ENTRIES = (
    NavigationEntry("Admin", "accounts.account", ("admin",), 10),
    NavigationEntry("Mine", "accounts.account", ("officer", "citizen"), 20),
    NavigationEntry("PIN", "accounts.pin", ("citizen",), 30),
)


@pytest.fixture
def at(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, bool]]]:
    """The header's labels, and which is the current one, for a user at an address."""
    monkeypatch.setitem(app.config, "NAVIGATION", ENTRIES)

    def seen(username: str, address: str) -> list[tuple[str, bool]]:
        with app.test_request_context(address):
            login_user(user(username)) if username else logout_user()
            return [(item.label, item.current) for item in nav_items()]

    return seen


def test_a_user_sees_the_entries_of_their_roles(at: Callable[..., list[tuple[str, bool]]]) -> None:
    assert at("tuti", "/") == [("Admin", False)]
    assert at("agus", "/") == [("Mine", False)]
    assert at("sari", "/") == [("Mine", False), ("PIN", False)]


def test_the_signed_out_see_none(at: Callable[..., list[tuple[str, bool]]]) -> None:
    assert at("", "/") == []


def test_the_entry_that_a_page_lies_below_is_current_and_only_the_nearest(
    at: Callable[..., list[tuple[str, bool]]],
) -> None:
    assert at("sari", "/account") == [("Mine", True), ("PIN", False)]
    assert at("sari", "/account/pin?x=1") == [("Mine", False), ("PIN", True)]
    assert at("sari", "/accounts") == [("Mine", False), ("PIN", False)]


def test_a_page_that_was_posted_to_is_not_gone_back_to(app: Flask) -> None:
    with app.test_request_context("/sign-in?next=/x"):
        assert here() == "/sign-in?next=/x"
    with app.test_request_context("/account/pin", method="POST"):
        assert here() == "/"
