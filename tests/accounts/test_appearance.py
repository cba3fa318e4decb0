"""Desks are dense; screens of the command centre are dark unless somebody wants light."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Browser

DARK_AS_THE_DEVICE = 'media="screen and (prefers-color-scheme: dark)"'
ALWAYS_DARK = 'media="screen"'
NEVER_DARK = 'media="not all"'


@pytest.mark.parametrize("username", ["komang", "maya", "hadi"])
def test_who_watches_all_night_has_a_dark_and_dense_screen(as_user: Callable[[str], Browser], username: str) -> None:
    page = as_user(username).get("/account").text
    assert ALWAYS_DARK in page
    assert 'data-density="desk"' in page


def test_an_administrators_screen_is_dense_and_as_light_as_the_device(as_user: Callable[[str], Browser]) -> None:
    page = as_user("tuti").get("/account").text
    assert DARK_AS_THE_DEVICE in page
    assert 'data-density="desk"' in page
    assert 'action="/scheme"' not in page


@pytest.mark.parametrize("username", ["sari", "agus", "endang"])
def test_who_taps_has_large_targets_and_the_colours_of_the_device(
    as_user: Callable[[str], Browser], username: str
) -> None:
    page = as_user(username).get("/account").text
    assert DARK_AS_THE_DEVICE in page
    assert 'data-density="touch"' in page


def test_a_light_room_gets_a_light_screen_and_back(as_user: Callable[[str], Browser]) -> None:
    komang = as_user("komang")
    answer = komang.post("/scheme", data={"scheme": "light", "next": "/incidents?closed=1"})
    assert answer.location == "/incidents?closed=1"
    page = komang.get("/account").text
    assert NEVER_DARK in page
    assert ">Layar gelap<" in page
    komang.post("/scheme", data={"scheme": "dark"})
    assert ALWAYS_DARK in komang.get("/account").text


@pytest.mark.parametrize("wish", ["", "sepia"])
def test_a_scheme_that_does_not_exist_is_refused(as_user: Callable[[str], Browser], wish: str) -> None:
    assert as_user("komang").post("/scheme", data={"scheme": wish}).status_code == 400


def test_nobody_is_sent_elsewhere(as_user: Callable[[str], Browser]) -> None:
    answer = as_user("komang").post("/scheme", data={"scheme": "light", "next": "//evil.example/"})
    assert answer.location == "/"


def test_the_signed_out_see_the_colours_of_their_device(app: Flask) -> None:
    assert DARK_AS_THE_DEVICE in app.test_client().get("/").text
