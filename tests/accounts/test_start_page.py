"""The start page of each role, where sign-in, the logo and error pages lead; and whom 112 is offered to."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Browser

AsUser = Callable[[str], Browser]
STARTS = {
    "sari": "/", "endang": "/residents", "agus": "/incidents", "maya": "/calls", "komang": "/board",
    "hadi": "/board", "yusuf": "/board/chief", "toko": "/sas/start", "bagas": "/hazards/desk",
    "tuti": "/admin", "": "/",
}  # fmt: skip
CALL_112 = 'class="call-112"'


@pytest.mark.parametrize(("username", "start"), STARTS.items())
def test_the_logo_and_error_pages_lead_to_ones_own_work(as_user: AsUser, username: str, start: str) -> None:
    browser = as_user(username)
    page = browser.get("/no-such-page").text
    assert re.findall(r'<a class="(?:brand|button)" href="([^"]*)"', page) == [start, start]
    assert browser.get("/start").location == start


def test_a_page_about_a_failure_leads_there_without_asking_the_database(
    app: Flask, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "accounts.account", lambda: 1 / 0)
    page = as_user("tuti").get("/account")
    assert page.status_code == 500
    assert re.findall(r'href="(/start)"', page.text) == ["/start", "/start"]


@pytest.mark.parametrize("username", ["maya", "komang", "hadi"])
def test_the_112_room_is_not_told_to_call_112(as_user: AsUser, username: str) -> None:
    assert CALL_112 not in as_user(username).get("/calls").text
    assert CALL_112 not in as_user(username).get("/incidents").text


@pytest.mark.parametrize("username", ["", "sari", "agus", "tuti"])
def test_all_others_can_call_112_from_every_page(as_user: AsUser, username: str) -> None:
    assert CALL_112 in as_user(username).get("/no-such-page").text
