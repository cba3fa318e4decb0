"""What tests of METEOR with its gates for polls begin with: the site, somebody's cookie, and who has answered."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.test import TestResponse

from app import served
from meteor.store.database import hang_up
from meteor.web.poll_cache import PollCache
from tests.conftest import Browser


@contextmanager
def serving(app: Flask) -> Iterator[Flask]:
    """METEOR as it is served, on the database of `app`."""
    site = served(app.config["SETTINGS"])
    site.test_client_class = Browser
    yield site
    assert isinstance(site.wsgi_app, PollCache)
    site.wsgi_app.close()
    with site.app_context():
        hang_up()


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
