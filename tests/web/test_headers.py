"""Every answer carries the headers that keep its reader safe, and none that switches the button's place off."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from meteor.config import Settings
from meteor.store.database import hang_up
from meteor.web.headers import HEADERS
from tests.conftest import Browser


@pytest.mark.parametrize("address", ["/sign-in", "/no-such-page", "/crash"])
def test_every_answer_has_every_header(visitor: FlaskClient, address: str) -> None:
    headers = visitor.get(address).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_a_page_may_ask_for_the_place_and_keep_the_screen_awake(visitor: FlaskClient) -> None:
    policy = visitor.get("/sign-in").headers["Permissions-Policy"]
    assert "geolocation=(self)" in policy
    assert "screen-wake-lock=(self)" in policy


def test_nothing_inline_and_nothing_foreign_runs(visitor: FlaskClient) -> None:
    policy = visitor.get("/sign-in").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("tiles", "pictures"),
    [
        ("https://tiles.example.id:8443/{z}/{x}/{y}.png", "img-src 'self' https://tiles.example.id:8443 data:;"),
        ("/tiles/{z}/{x}/{y}.png", "img-src 'self' data:;"),
        ("", "img-src 'self' data:;"),
    ],
)
def test_the_maps_pictures_may_come_from_their_server_and_nothing_else_may(
    tmp_path: Path, tiles: str, pictures: str
) -> None:
    environment = {"METEOR_VAR": str(tmp_path), "METEOR_MAP_TILES": tiles}
    there = create_app(Settings.from_environment(environment))
    policy = there.test_client().get("/healthz").headers["Content-Security-Policy"]
    with there.app_context():
        hang_up()
    assert pictures in policy
    assert policy.count("https://") == pictures.count("https://")


@pytest.mark.parametrize(("who", "page"), [("sari", "/account"), ("", "/claims/ABCD-2345"), ("", "/invitations/x")])
def test_what_is_somebodys_own_is_kept_by_no_cache(as_user: Callable[[str], Browser], who: str, page: str) -> None:
    assert as_user(who).get(page).headers["Cache-Control"] == "no-store"


def test_https_is_insisted_on_in_production_only(visitor: FlaskClient, tmp_path: Path) -> None:
    assert "Strict-Transport-Security" not in visitor.get("/sign-in").headers
    keys = {f"METEOR_{name}": "ab" * 32 for name in ("SECRET_KEY", "DATA_KEY", "INDEX_KEY")}
    environment = {**keys, "METEOR_VAR": str(tmp_path), "METEOR_DATABASE_URL": f"sqlite:///{tmp_path}/meteor.db"}
    production = create_app(Settings.from_environment(environment, production=True))
    answer = production.test_client().get("/no-such-page")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    with production.app_context():
        hang_up()
