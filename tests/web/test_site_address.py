"""The site's address as a setting: what METEOR calls itself to others, and which hosts it answers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from meteor.store.database import hang_up
from meteor.warnings.views.drafts import publisher
from tests.cast import Cast
from tests.panic.conftest import BY_OUR_PAGE
from tests.warnings.drafting import published
from tests.web.gates import by_gate, cookie, serving

SITE = "https://meteor.kota.example"
DISCOVERY = "/open311/discovery.json"


@pytest.fixture
def named(app: Flask) -> Iterator[Flask]:
    """METEOR with the setting, on the database of `app`."""
    site = create_app(replace(app.config["SETTINGS"], site_url=SITE))
    yield site
    with site.app_context():
        hang_up()


def asked(client: FlaskClient, address: str, host: str) -> tuple[int, str]:
    answer = client.get(address, headers={"Host": host})
    return answer.status_code, answer.text


@pytest.mark.parametrize("host", ["localhost", "meteor.kota.example:8443"])
def test_feed_and_discovery_name_the_address_of_the_setting(named: Flask, cast: Cast, host: str) -> None:
    warning = published(cast)
    client = named.test_client()
    assert f"<id>{SITE}/cap/{warning.identifier}.xml" in asked(client, "/cap/feed.xml", host)[1]
    assert f'"{SITE}/open311/v2"' in asked(client, DISCOVERY, host)[1]


def test_a_message_that_is_signed_names_it_too(named: Flask) -> None:
    with named.test_request_context("/", base_url="http://localhost:8000"):
        assert (publisher().site, publisher().sender) == (SITE, "bpbd@meteor.kota.example")


@pytest.mark.parametrize("address", ["/sign-in", "/cap/feed.xml", DISCOVERY])
@pytest.mark.parametrize("host", ["evil.example", "meteor.kota.example.evil.example", "evil-meteor.kota.example"])
def test_a_forged_host_is_refused(named: Flask, cast: Cast, address: str, host: str) -> None:
    status, text = asked(named.test_client(), address, host)
    assert (status, "evil" in text) == (400, False)


@pytest.mark.parametrize(
    ("production", "host", "named_by_proxy", "status"),
    [
        (False, "meteor.kota.example", "", 201), (False, "evil.example", "", 400),
        (False, "localhost", "evil.example", 201), (False, "evil.example", "meteor.kota.example", 400),
        (True, "meteor.kota.example", "", 201), (True, "evil.example", "", 400),
        (True, "localhost", "evil.example", 400), (True, "10.0.0.5:8000", "meteor.kota.example", 201),
    ],
)  # fmt: skip
def test_a_press_for_a_forged_host_is_refused_and_in_production_the_proxy_names_the_host(
    app: Flask, cast: Cast, production: bool, host: str, named_by_proxy: str, status: int
) -> None:
    site = create_app(replace(app.config["SETTINGS"], site_url=SITE, production=production))
    session = cookie(app, "sari").replace("meteor", site.config["SESSION_COOKIE_NAME"], 1)
    headers = BY_OUR_PAGE | {"Host": host, "Cookie": session, "X-Forwarded-Host": named_by_proxy}
    answer = site.test_client(use_cookies=False).post("/alerts", json={"id": str(uuid4())}, headers=headers)
    with site.app_context():
        hang_up()
    assert answer.status_code == status


@pytest.mark.parametrize("address", ["/notices", "/incidents/rows"])
@pytest.mark.parametrize(
    ("production", "host", "named_by_proxy", "answered"),
    [
        (False, "meteor.kota.example", "", True), (False, "evil.example", "", False),
        (False, "evil.example", "meteor.kota.example", False),
        (True, "evil.example", "", False), (True, "10.0.0.5:8000", "evil.example, meteor.kota.example", True),
    ],
)  # fmt: skip
def test_a_poll_for_a_forged_host_is_answered_by_no_gate(
    app: Flask, cast: Cast, address: str, production: bool, host: str, named_by_proxy: str, answered: bool
) -> None:
    with serving(app, replace(app.config["SETTINGS"], site_url=SITE, production=production)) as site:
        session = cookie(app, "komang").replace("meteor", site.config["SESSION_COOKIE_NAME"], 1)
        headers = {"HX-Request": "true", "Cookie": session, "X-Forwarded-Host": named_by_proxy}

        def poll(version: str, host: str) -> TestResponse:
            browser = site.test_client(use_cookies=False)
            return browser.get(f"{address}?v={version}", headers=headers | {"Host": host})

        shown = re.search(r'data-version="([^"]*)"', poll("x", "meteor.kota.example").text)
        answer = poll(shown[1] if shown else "", host)
        assert (by_gate(answer), answer.status_code) == (answered, 204 if answered else 400)


def test_without_the_setting_every_host_is_answered(app: Flask, cast: Cast) -> None:
    assert asked(app.test_client(), DISCOVERY, "10.0.0.5:8000")[1].count("http://10.0.0.5:8000/open311/v2") == 1
