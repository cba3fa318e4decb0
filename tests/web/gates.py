"""What tests of METEOR with its gates for polls begin with: the site, somebody's cookie, and who has answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask
from werkzeug.test import TestResponse

from app import PACKAGES, create_app
from meteor.config import Settings
from meteor.store.database import hang_up
from meteor.web.poll_cache import PollCache
from tests.conftest import Browser


@contextmanager
def serving(app: Flask, settings: Settings | None = None) -> Iterator[Flask]:
    """METEOR as it is served, on the database of `app`, with its settings or others."""
    site = built(settings or app.config["SETTINGS"])
    without_gates = site.wsgi_app
    for package in PACKAGES:
        package.blueprint.serve(site)
    try:
        yield site
    finally:
        assert isinstance(site.wsgi_app, PollCache)
        site.wsgi_app.close()
        site.wsgi_app = without_gates  # type: ignore[method-assign]
        with site.app_context():
            hang_up()


@cache
def built(settings: Settings) -> Flask:
    """An application that all tests share: to compile its routes takes a quarter of a second."""
    site = create_app(settings)
    site.test_client_class = Browser
    return site


def cookie(site: Flask, who: str) -> str:
    """The cookie of a session of theirs that begins now."""
    client = site.test_client()
    assert isinstance(client, Browser)
    held = client.of(who).get_cookie("meteor")
    assert held is not None
    return f"meteor={held.value}"


def by_gate(answer: TestResponse) -> bool:
    """Whether a gate answered in front of Flask, which puts its headers on everything."""
    return answer.status_code == 204 and "Content-Security-Policy" not in answer.headers
